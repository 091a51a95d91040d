"""Common Crawl archive: the index of each crawl, then one record out of its WARC files.

https://index.commoncrawl.org: one question at a time. An index is asked page by page; a record is
fetched by its range of bytes.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawler.crawl.backfill.archive_client import ArchiveUnavailable
from crawler.crawl.backfill.days import Days
from crawler.storage.crawl.shards import ShardPlan
from spiders.archives import cdx
from spiders.archives.captures import step_of
from spiders.archives.payload import only_capture

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.crawl.backfill.archive import ArchiveContext, Capture, Find, Step
    from crawler.storage.crawl.shards import Shard

_WORD = "commoncrawl"
_TAKES = timedelta(days=21)  # how long a crawl took, where its list does not say


class CommonCrawl:
    """A `ArchiveReader`. One shard is one crawl (of about a month) under one prefix."""

    slot = "commoncrawl"
    revive = ("http-404", "http-410", "http-451", "http-401", "robots", "redirect-loop", "offsite")

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context
        self._page: tuple[str, cdx.CdxPage] = ("", cdx.CdxPage(rows=()))
        self._pages: dict[str, int] = {}

    async def plan(self, days: Days) -> list[ShardPlan]:
        url = self._context.config.commoncrawl_index
        crawls = _json(await self._context.client.archive(url))
        if not isinstance(crawls, list):
            raise ArchiveUnavailable(f"{url}: no list of crawls")
        wanted = Days(since=days.since, until=days.until + self._context.config.lag)
        slices = []
        for crawl in crawls:
            first, last = _when(crawl)
            index = crawl.get("cdx-api")
            if index and wanted.overlap(first, last):
                slices += [
                    ShardPlan(part=f"{_WORD} {index} {prefix}", since=first, until=last)
                    for prefix in cdx.url_prefixes(self._context.source)
                ]
        return sorted(slices, key=lambda shard: shard.since)

    def reads(self, shard: Shard) -> bool:
        return shard.part.startswith(f"{_WORD} ")

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The cursor is the page of the index, and how many of its rows are done."""
        number, row = json.loads(cursor) if cursor else (0, 0)
        pages = await self._count(shard)
        if number >= pages:
            return step_of((), 0, self._context, place=_place, cursor=str, after="")
        page = await self._asked(shard, number)
        return step_of(
            page.rows,
            row,
            self._context,
            place=_place,
            cursor=lambda done: json.dumps([number, done]),
            after=json.dumps([number + 1, 0]) if number + 1 < pages else "",
        )

    async def _count(self, shard: Shard) -> int:
        """How many pages the index has for this; a server that knows no pages has one."""
        if shard.part not in self._pages:
            response = await self._context.client.archive(_query(shard, showNumPages="true"))
            told = None if response.status == 404 else _first(response)
            self._pages[shard.part] = 0 if told is None else int(told.get("pages", 1))
        return self._pages[shard.part]

    async def _asked(self, shard: Shard, number: int) -> cdx.CdxPage:
        paged = {"page": str(number)} if self._pages[shard.part] > 1 else {}
        url = _query(shard, **paged)
        if self._page[0] != url:
            self._page = (url, cdx.read_rows(await self._context.client.archive(url)))
        return self._page[1]

    async def fetch(self, find: Find) -> Capture:
        filename, offset, length = json.loads(find.place)
        url = f"{self._context.config.commoncrawl_data}/{filename}"
        headers = {"Range": f"bytes={offset}-{offset + length - 1}", "Accept-Encoding": "identity"}
        response = await self._context.client.archive(url, headers)
        if response.status != 206:
            raise ArchiveUnavailable(f"{url}: the server answered {response.status} to a range")
        return only_capture(response.body, max_bytes=self._context.max_bytes)


def _place(row: cdx.CdxRow) -> str:
    return json.dumps([row.filename, row.offset, row.length])


def _query(shard: Shard, **more: str) -> str:
    index, prefix = shard.part.split(" ")[1:]
    return f"{index}?{urlencode({'url': prefix, 'output': 'json', **more})}&filter=%3Dstatus:200"


def _json(response: Response) -> Any:
    if response.status != 200:
        raise ArchiveUnavailable(f"{response.url}: the server answered {response.status}")
    try:
        return json.loads(response.body)
    except ValueError:
        raise ArchiveUnavailable(f"{response.url}: no JSON, but {response.body[:80]!r}") from None


def _first(response: Response) -> dict[str, Any] | None:
    """The first line of an answer in JSON lines; None where there is none."""
    if response.status != 200:
        raise ArchiveUnavailable(f"{response.url}: the server answered {response.status}")
    line = response.body.strip().partition(b"\n")[0]
    if not line:
        return None
    try:
        told = json.loads(line)
    except ValueError:
        raise ArchiveUnavailable(f"{response.url}: no JSON, but {line[:80]!r}") from None
    return told if isinstance(told, dict) else {"pages": told}


def _when(crawl: Any) -> tuple[date, date]:
    """From when to when a crawl was: what the list says, else the week in its name and two more."""
    if not isinstance(crawl, dict):
        return date.max, date.min
    try:
        return (
            datetime.fromisoformat(crawl["from"]).date(),
            datetime.fromisoformat(crawl["to"]).date(),
        )
    except (KeyError, ValueError, TypeError):
        pass
    try:
        year, week = str(crawl.get("id", "")).split("-")[-2:]
        first = date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return date.max, date.min
    return first - timedelta(days=7), first + _TAKES
