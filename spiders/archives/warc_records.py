"""Records of a local WARC file, to the finds of a step; runs in a worker.

A step ends by itself, long before the deadline of its worker: records inflate, and a damaged file
is looked through byte by byte. Where a record inflates for longer than that, the beginnings of the
records are read: the next one is found by how it begins, not by unpacking to the end of this one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from crawler.crawl.backfill.archive import Find, Step
from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.model.items import Entry
from crawler.model.urls import site
from spiders.archives.payload import (
    capture_of,
    captured_at,
    is_response,
    page_url,
    record_at,
    responses,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import BinaryIO

    from fastwarc import WarcRecord

    from crawler.config.source import Source

    _Gather = Callable[[BinaryIO, int, "_Taken"], int | None]

_PAGES, _BYTES = 200, 32_000_000  # of one step: so much is in memory
_RECORDS = 50_000  # looked at in one step, so that the cursor moves through foreign ground, too
_SECONDS = 2.0  # of one step: the rest of its worker's deadline is for one bad record
_BLOCK = 1 << 20
_MAGIC = b"\x1f\x8b\x08"
_PLAIN = b"WARC/"
_AFTER_PLAIN = b"\r\nWARC/"
_DAMAGED = (OSError, ValueError, MemoryError)  # headers without end, too
_SLOW = "records that take too long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose pages are wanted, captured from when to when, and how large."""

    sources: tuple[Source, ...]
    begins: datetime
    ends: datetime
    max_bytes: int

    def source_of(self, url: str) -> Source | None:
        host = site(url)
        for source in self.sources:
            if host in source.allowed_domains and source.is_article(url):
                return source
        return None

    def holds(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends


@dataclass(slots=True)
class _Taken:
    """What a step has gathered so far."""

    finds: list[Find] = field(default_factory=list)
    bytes: int = 0
    seen: int = 0
    damaged: int = 0
    aside: int = 0
    slow: int = 0
    until: float = field(default_factory=lambda: monotonic() + _SECONDS)

    @property
    def passed(self) -> dict[str, int]:
        counts = {
            "damaged records": self.damaged,
            "captured in other days": self.aside,
            _SLOW: self.slow,
        }
        return {reason: count for reason, count in counts.items() if count}

    @property
    def full(self) -> bool:
        many = len(self.finds) >= _PAGES or self.bytes >= _BYTES or self.seen >= _RECORDS
        return many or monotonic() > self.until


def read_records(file: str, offset: int, wanted: Wanted) -> Step:
    """The pages from an offset of a file on. Raises `ArchiveUnavailable`."""
    return _step(file, offset, _Taken(), partial(_gather, wanted=wanted))


def read_beginnings(file: str, offset: int, wanted: Wanted, most: int = _RECORDS) -> Step:
    """As `read_records`, without unpacking any record to its end; of `most` records.

    For where that took too long. A page is there if its capture is within `max_bytes`.
    """
    taken = _Taken(slow=1)
    return _step(file, offset, taken, partial(_gather_beginnings, wanted=wanted, most=most))


def pass_over(file: str, offset: int) -> Step:
    """No page: on to the record after that at the offset, which cannot even be begun."""
    return _step(file, offset, _Taken(slow=1), _next)


def _step(file: str, offset: int, taken: _Taken, gather: _Gather) -> Step:
    try:
        with Path(file).open("rb") as stream:
            size = stream.seek(0, 2)
            end = gather(stream, offset, taken)
    except OSError as error:
        raise ArchiveUnavailable(f"{file}: {error.strerror or error}") from None
    if end is None and not offset and not taken.seen and not taken.slow:
        raise ArchiveUnavailable(f"{file}: no page is in it; is it a WARC file, and whole?")
    return Step(
        finds=taken.finds,
        cursor="" if end is None else str(end),
        share=1.0 if end is None else end / max(size, 1),
        passed=taken.passed,
    )


def _gather(stream: BinaryIO, offset: int, taken: _Taken, wanted: Wanted) -> int | None:
    """Fill `taken`; returns the offset of the record after, None at the end of the file."""
    at = _first(stream, offset, taken)
    while at is not None:
        stream.seek(at)
        try:
            for record in _records(stream, taken, wanted):
                at = record.stream_pos
                if taken.full and at > offset:
                    return at
                _take(record, taken, wanted)
        except _DAMAGED:
            taken.damaged += 1
            at = _next(stream, at, taken)
        else:
            return None
        if at is not None and taken.full:
            return at
    return None


def _gather_beginnings(
    stream: BinaryIO, offset: int, taken: _Taken, *, wanted: Wanted, most: int
) -> int | None:
    at = _first(stream, offset, taken)
    for _ in range(most):
        if at is None:
            return None
        try:
            record = record_at(stream, at)
            if record is not None and is_response(record) and _is_wanted(record, taken, wanted):
                _take(record, taken, wanted)
        except _DAMAGED:
            taken.damaged += 1
        at = _next(stream, at, taken)
        if taken.full:
            break
    return at


def _records(stream: BinaryIO, taken: _Taken, wanted: Wanted) -> Iterator[WarcRecord]:
    def is_wanted(record: WarcRecord) -> bool:
        if taken.full and taken.seen:
            taken.seen += 1
            return True
        return _is_wanted(record, taken, wanted)

    return responses(stream, is_wanted, max_bytes=wanted.max_bytes)


def _is_wanted(record: WarcRecord, taken: _Taken, wanted: Wanted) -> bool:
    """Is the response of one of the sources, and of the days? Counted if not."""
    taken.seen += 1
    if wanted.source_of(page_url(record)) is None:
        return False
    at = captured_at(record)
    taken.damaged += at is None
    is_timely = at is not None and wanted.holds(at)
    taken.aside += at is not None and not is_timely
    return is_timely


def _take(record: WarcRecord, taken: _Taken, wanted: Wanted) -> None:
    url = page_url(record)
    source = wanted.source_of(url)
    capture = capture_of(record, max_bytes=wanted.max_bytes)
    if source is None or capture is None:
        return
    taken.bytes += len(capture.body)
    taken.finds.append(
        Find(entry=Entry(url=url), source=source.name, not_after=capture.at, capture=capture)
    )


def _first(stream: BinaryIO, offset: int, taken: _Taken) -> int | None:
    """The record at the offset, or the next; a cursor may stand in damaged ground.

    The beginning of the file is tried, whatever it is.
    """
    stream.seek(offset)
    if not offset or stream.read(len(_PLAIN)).startswith((_MAGIC, _PLAIN)):
        return offset
    return _next(stream, offset - 1, taken)


def _next(stream: BinaryIO, at: int, taken: _Taken) -> int | None:
    """Where the next record seems to begin, or how far was looked; None at the file's end."""
    stream.seek(0)
    is_plain = stream.read(len(_PLAIN)) == _PLAIN
    mark, ahead = (_AFTER_PLAIN, 2) if is_plain else (_MAGIC, 0)
    base = stream.seek(at + 1)
    tail = b""
    while block := stream.read(_BLOCK):
        found = (tail + block).find(mark)
        if found >= 0:
            return base - len(tail) + found + ahead
        base += len(block)
        tail = (tail + block)[-len(mark) + 1 :]
        if taken.full:
            return base - len(tail)
    return None
