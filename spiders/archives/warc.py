"""WARC files archive: local files, read through once: CC-NEWS, or what somebody collected.

Only the records of a step are in memory, however large the file is; the cursor is the offset of the
next record, so that an interrupted backfill does not begin again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.crawl.backfill.archive import Find, Step
from crawler.crawl.backfill.archive_client import ArchiveUnavailable
from crawler.model.items import Entry
from crawler.model.urls import site
from crawler.storage.crawl.shards import ShardPlan
from spiders.archives.payload import capture_of, captured_at, page_url, responses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from fastwarc import WarcRecord

    from crawler.config.source import Source
    from crawler.crawl.backfill.archive import ArchiveContext, Capture
    from crawler.crawl.backfill.days import Days
    from crawler.storage.crawl.shards import Shard

_PAGES, _BYTES = 200, 32_000_000  # of one step: so much is in memory
_RECORDS = 50_000  # looked at in one step, so that the cursor moves through foreign ground, too
_MAGIC = b"\x1f\x8b\x08"
_WORD = "warc"


class WarcFiles:
    """A `ArchiveReader`. One shard is one file."""

    slot = ""
    revive = ("http-404", "http-410", "http-451", "http-401", "robots", "redirect-loop", "offsite")

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context
        self._by_site: dict[str, list[Source]] = {}
        for source in context.sources:
            for domain in source.allowed_domains:
                self._by_site.setdefault(domain, []).append(source)

    async def plan(self, days: Days) -> list[ShardPlan]:
        files = await asyncio.to_thread(_files, self._context.named)
        return [
            ShardPlan(part=f"{_WORD} {file}", since=days.since, until=days.until) for file in files
        ]

    def reads(self, shard: Shard) -> bool:
        return shard.part.startswith(f"{_WORD} ")

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The cursor is an offset in the file."""
        file = Path(shard.part.partition(" ")[2])
        return await asyncio.to_thread(self._read, file, int(cursor or 0))

    async def fetch(self, find: Find) -> Capture:
        raise ArchiveUnavailable(f"{find.entry.url}: was read with its file")

    # -- in a thread of its own ----------------------------------------------------------------

    def _read(self, file: Path, offset: int) -> Step:
        try:
            with file.open("rb") as stream:
                size = stream.seek(0, 2)
                taken = _Taken()
                end = self._gather(stream, offset, taken)
        except OSError as error:
            raise ArchiveUnavailable(f"{file}: {error.strerror or error}") from None
        if end is None and not offset and not taken.seen:
            raise ArchiveUnavailable(f"{file}: no page is in it; is it a WARC file, and whole?")
        return Step(
            finds=taken.finds,
            cursor="" if end is None else str(end),
            share=1.0 if end is None else end / max(size, 1),
            passed=taken.passed,
        )

    def _gather(self, stream: BinaryIO, offset: int, taken: _Taken) -> int | None:
        """Fill `taken`; returns the offset of the record after, None at the end of the file."""
        at = offset
        while True:
            stream.seek(at)
            try:
                for record in self._records(stream, taken):
                    at = record.stream_pos
                    if taken.full:
                        return at
                    self._take(record, taken)
            except (OSError, ValueError):
                taken.damaged += 1
                found = _next_member(stream, at + 1)
                if found is None:
                    return None
                at = found
                continue
            return None

    def _records(self, stream: BinaryIO, taken: _Taken) -> Iterator[WarcRecord]:
        days = self._context.days
        last = days.ends + self._context.config.lag

        def wanted(record: WarcRecord) -> bool:
            taken.seen += 1
            if taken.full:
                return True
            if self._source_of(page_url(record)) is None:
                return False
            taken.aside += not days.begins <= captured_at(record) < last
            return days.begins <= captured_at(record) < last

        return responses(stream, wanted, max_bytes=self._context.max_bytes)

    def _take(self, record: WarcRecord, taken: _Taken) -> None:
        url = page_url(record)
        source = self._source_of(url)
        capture = capture_of(record, max_bytes=self._context.max_bytes)
        if source is None or capture is None:
            return
        taken.bytes += len(capture.body)
        taken.finds.append(
            Find(entry=Entry(url=url), source=source.name, not_after=capture.at, capture=capture)
        )

    def _source_of(self, url: str) -> Source | None:
        for source in self._by_site.get(site(url), ()):
            if source.is_article(url):
                return source
        return None


@dataclass(slots=True)
class _Taken:
    """What a step has gathered so far."""

    finds: list[Find] = field(default_factory=list)
    bytes: int = 0
    seen: int = 0
    damaged: int = 0
    aside: int = 0

    @property
    def passed(self) -> dict[str, int]:
        counts = {"damaged records": self.damaged, "captured in other days": self.aside}
        return {reason: count for reason, count in counts.items() if count}

    @property
    def full(self) -> bool:
        return len(self.finds) >= _PAGES or self.bytes >= _BYTES or self.seen >= _RECORDS


def _files(named: str) -> list[str]:
    """The files that are meant: paths and patterns, separated by commas."""
    files: list[str] = []
    for pattern in filter(None, (part.strip() for part in named.split(","))):
        found = sorted(glob(pattern)) or [pattern]  # noqa: PTH207 - absolute patterns, too
        files += [str(Path(path).resolve()) for path in found]
    for file in files:
        if not Path(file).is_file():
            raise ArchiveUnavailable(f"{file}: there is no such file")
    return files


def _next_member(stream: BinaryIO, start: int) -> int | None:
    """Where the next gzip member seems to begin; None where there is none."""
    stream.seek(start)
    base = start
    tail = b""
    while block := stream.read(1 << 20):
        found = (tail + block).find(_MAGIC)
        if found >= 0:
            return base - len(tail) + found
        base += len(block)
        tail = (tail + block)[-2:]
    return None
