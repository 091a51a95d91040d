"""Common Crawl archive: the index of each crawl, then one record out of its WARC files.

https://index.commoncrawl.org: one question at a time. An index is asked page by page; a record is
fetched by its range of bytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.crawl.backfill.days import Days
from crawler.storage.crawl.shards import ShardPlan
from spiders.archives import cdx
from spiders.archives.captures import step_of
from spiders.archives.json_answers import read_crawls, read_page_count
from spiders.archives.payload import only_capture

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.http import Response

    from crawler.crawl.backfill.archive import ArchiveContext, Capture, Find, Step
    from crawler.storage.crawl.shards import Shard

_WORD = "commoncrawl"
_T = TypeVar("_T")


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
        crawls = await self._read(await self._context.client.archive(url), read_crawls)
        wanted = Days(since=days.since, until=days.until + self._context.config.lag)
        slices = []
        for crawl in crawls:
            if wanted.overlap(crawl.first, crawl.last):
                part = f"{_WORD} {crawl.index}"
                slices += [
                    ShardPlan(part=f"{part} {prefix}", since=crawl.first, until=crawl.last)
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
            none = response.status == 404
            self._pages[shard.part] = 0 if none else await self._read(response, read_page_count)
        return self._pages[shard.part]

    async def _asked(self, shard: Shard, number: int) -> cdx.CdxPage:
        paged = {"page": str(number)} if self._pages[shard.part] > 1 else {}
        url = _query(shard, **paged)
        if self._page[0] != url:
            answer = await self._context.client.archive(url)
            self._page = (url, await cdx.rows_of(answer, self._context.documents))
        return self._page[1]

    async def _read(self, response: Response, function: Callable[[bytes, str], _T]) -> _T:
        body, url = response.body, response.url
        if response.status != 200:
            raise ArchiveUnavailable(f"{url}: the server answered {response.status}")
        return await self._context.documents.read(url, len(body), function, body, url)

    async def fetch(self, find: Find) -> Capture:
        filename, offset, length = json.loads(find.place)
        url = f"{self._context.config.commoncrawl_data}/{filename}"
        headers = {"Range": f"bytes={offset}-{offset + length - 1}", "Accept-Encoding": "identity"}
        response = await self._context.client.archive(url, headers)
        if response.status != 206:
            raise ArchiveUnavailable(f"{url}: the server answered {response.status} to a range")
        most = self._context.max_bytes
        return await self._context.documents.work(url, only_capture, response.body, most)


def _place(row: cdx.CdxRow) -> str:
    return json.dumps([row.filename, row.offset, row.length])


def _query(shard: Shard, **more: str) -> str:
    index, prefix = shard.part.split(" ")[1:]
    return f"{index}?{urlencode({'url': prefix, 'output': 'json', **more})}&filter=%3Dstatus:200"
