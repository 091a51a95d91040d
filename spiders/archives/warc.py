"""WARC files archive: local files, read through once: CC-NEWS, or what somebody collected.

Only the records of a step are in memory, however large the file is; the cursor is the offset of the
next record, so that an interrupted backfill does not begin again.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.crawl.backfill.archive_errors import ArchiveUnavailable, Unread
from crawler.storage.crawl.shards import ShardPlan
from spiders.archives.warc_records import Wanted, pass_over, read_beginnings, read_records

if TYPE_CHECKING:
    from crawler.crawl.backfill.archive import ArchiveContext, Capture, Find, Step
    from crawler.crawl.backfill.days import Days
    from crawler.storage.crawl.shards import Shard

logger = logging.getLogger(__name__)
_WORD = "warc"
_BEGINNINGS = (50_000, 1)  # records of a step, of which only the beginnings are read


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
        """The cursor is an offset in the file. What cannot be read in time costs one record."""
        file, offset = shard.part.partition(" ")[2], int(cursor or 0)
        wanted, work = self._wanted, self._context.documents.work
        try:
            return await work(file, read_records, file, offset, wanted)
        except Unread as error:
            logger.warning("a record is not read to its end after=%d: %s", offset, error)
        for most in _BEGINNINGS:
            with suppress(Unread):
                return await work(file, read_beginnings, file, offset, wanted, most)
        logger.warning("a record is passed over file=%s offset=%d", file, offset)
        return await work(file, pass_over, file, offset)

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
