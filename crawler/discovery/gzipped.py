"""Gzip decompression of documents: what unpacks, bounded, whatever stands behind it."""

from __future__ import annotations

import zlib

from crawler.discovery.errors import NotTheDocument

_MAGIC = b"\x1f\x8b"
_BLOCK = 1 << 20  # bytes
_LAYERS = 3  # a server that packs packed files does it once more than needed


def gunzipped(body: bytes, *, most: int) -> bytes:
    """The document in a gzip file, or in one inside it; what is not packed, as it is.

    Raises `NotTheDocument` where nothing unpacks, or more than `most` bytes do.
    """
    for _ in range(_LAYERS):
        if not body.startswith(_MAGIC):
            break
        body = _unpacked(body, most)
    return body


def _unpacked(body: bytes, most: int) -> bytes:
    """All members of the file, one behind the other; a cut or damaged one as far as it goes."""
    parts: list[bytes] = []
    left = most
    while body.startswith(_MAGIC) and left >= 0:
        member = zlib.decompressobj(wbits=31)
        try:
            while body and not member.eof and left >= 0:
                parts.append(member.decompress(body, min(left + 1, _BLOCK)))
                left -= len(parts[-1])
                body = member.unconsumed_tail
        except zlib.error as error:
            if not any(parts):
                raise NotTheDocument(f"a broken gzip file: {error}") from None
            break
        body = member.unused_data
    if left < 0:
        raise NotTheDocument(f"a document that unpacks to more than {most:,} bytes")
    if not any(parts):
        raise NotTheDocument("a broken gzip file: nothing unpacks")
    return b"".join(parts)
