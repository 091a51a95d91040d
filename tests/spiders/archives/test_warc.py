"""A file is read to its end, whatever one of its records does to the worker that reads it."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from crawler.config.models import BackfillConfig
from crawler.crawl.backfill.archive import ArchiveContext, Step
from crawler.crawl.backfill.archive_errors import Unread
from crawler.crawl.backfill.days import Days
from crawler.storage.crawl.shards import Shard
from spiders.archives.warc import WarcFiles
from tests.spiders.archives.test_warc_records import WANTED, numbers, record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Readers:
    """Workers that die of the reading functions named so."""

    def __init__(self, *deadly: str) -> None:
        self._deadly = deadly

    async def work(self, place: str, function: Callable[..., Step], *args: Any) -> Step:
        if function.__name__ in self._deadly:
            raise Unread(f"{place}: over 10 s")
        return function(*args)


def read(file: Path, readers: Readers) -> list[Step]:
    day = date(2019, 9, 1)
    archive = WarcFiles(
        ArchiveContext(
            days=Days(since=day, until=date(2019, 9, 30), timezone="UTC"),
            sources=WANTED.sources,
            client=cast("Any", None),
            documents=cast("Any", readers),
            config=BackfillConfig(),
            max_bytes=WANTED.max_bytes,
        )
    )
    shard = Shard(
        id=1,
        job_id=1,
        part=f"warc {file}",
        since=day,
        until=day,
        state="running",
        cursor="",
        share=0.0,
        counts={},
        reason="",
    )

    async def to_the_end() -> list[Step]:
        found = [await archive.step(shard, "")]
        while found[-1].cursor:
            found.append(await archive.step(shard, found[-1].cursor))
        return found

    return asyncio.run(to_the_end())


def test_where_reading_takes_too_long_the_beginnings_are_read_and_it_is_counted(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(b"".join(map(record, range(3))))
    found = read(file, Readers("read_records"))
    assert numbers(found) == [0, 1, 2]
    assert [step.passed for step in found] == [{"records that take too long": 1}]


def test_a_record_that_cannot_even_be_begun_is_passed_over_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(b"".join(map(record, range(2))))
    found = read(file, Readers("read_records", "read_beginnings"))
    assert [step.passed for step in found] == [{"records that take too long": 1}] * 2
