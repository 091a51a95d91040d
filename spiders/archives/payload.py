"""WARC records to captures: the one module that knows the library that reads them.

A capture's headers may promise an encoding that the body has lost on its way into the archive: what
cannot be decoded is taken as it stands.
"""

from __future__ import annotations

import re
import zlib
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, cast

import brotli
from fastwarc import ArchiveIterator, WarcRecordType
from w3lib.encoding import http_content_type_encoding

from crawler.crawl.backfill.archive import Capture
from crawler.crawl.backfill.archive_errors import ArchiveUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from fastwarc import WarcRecord

_MARKUP = re.compile(r"html|xml|text/plain|^$")
_HEX = re.compile(rb"\s*([0-9a-fA-F]{1,8})(?:[^0-9a-fA-F\r\n][^\r\n]*)?\r?\n")


def responses(
    stream: BinaryIO, wanted: Callable[[WarcRecord], bool], *, max_bytes: int
) -> Iterator[WarcRecord]:
    """Responses in the order of the file; what is not `wanted` is passed over unread.

    Raises OSError, ValueError for a damaged file.
    """
    yield from ArchiveIterator(
        stream,
        record_types=WarcRecordType.response,
        func_filter=wanted,
        max_content_length=max_bytes,
        parse_http=True,
        strict_mode=False,
    )


def record_at(stream: BinaryIO, offset: int) -> WarcRecord | None:
    """The record that begins there, of any type and length, as far as it is read.

    A limit on its length, or on types, would have it unpacked to its end. Raises as `responses`.
    """
    stream.seek(offset)
    record = next(iter(ArchiveIterator(stream, parse_http=True, strict_mode=False)), None)
    return record if record is not None and record.stream_pos == offset else None


def is_response(record: WarcRecord) -> bool:
    return record.record_type == WarcRecordType.response


def page_url(record: WarcRecord) -> str:
    """The page's own address; some writers put it into angle brackets."""
    return (record.headers.get("WARC-Target-URI") or "").strip("<>")


def captured_at(record: WarcRecord) -> datetime | None:
    """When it was captured, in UTC; None where it does not tell."""
    at = cast("datetime | None", record.record_date)  # its types leave out that it may be None
    if at is None:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def capture_of(record: WarcRecord, *, max_bytes: int) -> Capture | None:
    """The page that a record holds; None where it is no page: a redirect, an error, a picture."""
    headers, at = record.http_headers, captured_at(record)
    if at is None or headers is None or headers.status_code != 200:
        return None
    content_type = headers.get("Content-Type") or ""
    if not _MARKUP.search(content_type.lower()):
        return None
    body = record.reader.read(max_bytes + 1)
    if "chunked" in (headers.get("Transfer-Encoding") or "").lower():
        body = _joined(body)
    body = decompress(body, headers.get("Content-Encoding") or "", max_bytes=max_bytes)
    if len(body) > max_bytes:
        return None
    return Capture(
        at=at,
        body=body,
        charset=http_content_type_encoding(content_type),
    )


def only_capture(packed: bytes, max_bytes: int) -> Capture:
    """The capture of one record, as the Common Crawl sends it; runs in a worker.

    Raises `ArchiveUnavailable`.
    """
    try:
        for record in responses(BytesIO(packed), lambda _: True, max_bytes=max_bytes):
            if capture := capture_of(record, max_bytes=max_bytes):
                return capture
    except (OSError, ValueError) as error:
        raise ArchiveUnavailable(f"a damaged record: {error}") from None
    raise ArchiveUnavailable("the record holds no page")


def decompress(body: bytes, encoding: str, *, max_bytes: int) -> bytes:
    """Unpacked, to one byte more than `max_bytes` at most."""
    encoding = encoding.strip().lower()
    try:
        if encoding in {"gzip", "x-gzip"} or body.startswith(b"\x1f\x8b"):
            return zlib.decompressobj(31).decompress(body, max_bytes + 1)
        if encoding == "deflate":
            return zlib.decompressobj(15).decompress(body, max_bytes + 1)
        if encoding == "br":
            unpacked: bytes = brotli.Decompressor().process(body, output_buffer_limit=max_bytes + 1)
            return unpacked
    except (zlib.error, brotli.error):
        return body
    return body


def _joined(body: bytes) -> bytes:
    """The chunks put together; a body whose chunks were joined already is left as it is."""
    parts: list[bytes] = []
    at = 0
    while found := _HEX.match(body, at):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(body[found.end() : found.end() + size])
        at = found.end() + size
    return b"".join(parts) if parts and at >= len(body) else body
