"""WARC files archive: local files, read through once: CC-NEWS, or what somebody collected.

Only the records of a step are in memory, however large the file is; the cursor is the offset of the
next record, so that an interrupted backfill does not begin again.
"""

from __future__ import annotations

import asyncio
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.storage.crawl.shards import ShardPlan
from spiders.archives.warc_records import Wanted, read_records

if TYPE_CHECKING:
    from crawler.crawl.backfill.archive import ArchiveContext, Capture, Find, Step
    from crawler.crawl.backfill.days import Days
    from crawler.storage.crawl.shards import Shard

_WORD = "warc"


class WarcFiles:
    """A `ArchiveReader`. One shard is one file."""

    slot = ""
    revive = ("http-404", "http-410", "http-451", "http-401", "robots", "redirect-loop", "offsite")

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context
        self._wanted = Wanted(
            sources=tuple(context.sources),
            begins=context.days.begins,
            ends=context.days.ends + context.config.lag,
            max_bytes=context.max_bytes,
        )

    async def plan(self, days: Days) -> list[ShardPlan]:
        files = await asyncio.to_thread(_files, self._context.named)
        return [
            ShardPlan(part=f"{_WORD} {file}", since=days.since, until=days.until) for file in files
        ]

    def reads(self, shard: Shard) -> bool:
        return shard.part.startswith(f"{_WORD} ")

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The cursor is an offset in the file."""
        file = shard.part.partition(" ")[2]
        return await self._context.documents.work(
            file, read_records, file, int(cursor or 0), self._wanted
        )

    async def fetch(self, find: Find) -> Capture:
        raise ArchiveUnavailable(f"{find.entry.url}: was read with its file")


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
