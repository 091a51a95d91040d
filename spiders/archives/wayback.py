"""Wayback Machine archive: its index of captures (CDX), then each capture unmodified (`id_`).

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server: a query gives at most
150,000 rows, and a key to go on with. An index tells when a page was captured, not when it was
published: a month is asked for by captures, up to `backfill.lag` after the last day wanted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from w3lib.encoding import http_content_type_encoding

from crawler.crawl.backfill.archive import Capture
from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.crawl.backfill.days import Days
from crawler.model.clock import utc_now
from crawler.storage.crawl.shards import ShardPlan
from spiders.archives import cdx
from spiders.archives.captures import step_of

if TYPE_CHECKING:
    from crawler.crawl.backfill.archive import ArchiveContext, Find, Step
    from crawler.storage.crawl.shards import Shard

_WORD = "wayback"
_ROWS = 10_000  # of one query


class Wayback:
    """A `ArchiveReader`. One shard is a calendar month of captures under one prefix."""

    slot = "wayback"
    revive = ("http-404", "http-410", "http-451", "http-401", "robots", "redirect-loop", "offsite")

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context
        self._page: tuple[str, cdx.CdxPage] = (
            "",
            cdx.CdxPage(rows=()),
        )  # the query that was asked last

    async def plan(self, days: Days) -> list[ShardPlan]:
        today = utc_now().date()
        captured = Days(since=days.since, until=min(days.until + self._context.config.lag, today))
        return [
            ShardPlan(part=f"{_WORD} {prefix}", since=first, until=last)
            for first, last in captured.months()
            for prefix in cdx.url_prefixes(self._context.source)
        ]

    def reads(self, shard: Shard) -> bool:
        return shard.part.startswith(f"{_WORD} ")

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The cursor is the index's own key, and how many of its rows are done."""
        key, row = json.loads(cursor) if cursor else ("", 0)
        page = await self._asked(shard, key)
        return step_of(
            page.rows,
            row,
            self._context,
            place=lambda row: f"{row.timestamp}id_/{row.url}",
            cursor=lambda number: json.dumps([key, number]),
            after=json.dumps([page.resume, 0]) if page.resume else "",
        )

    async def _asked(self, shard: Shard, key: str) -> cdx.CdxPage:
        query = {
            "url": shard.part.partition(" ")[2],
            "from": f"{shard.since:%Y%m%d}",
            "to": f"{shard.until:%Y%m%d}",
            "output": "json",
            "limit": str(_ROWS),
            "showResumeKey": "true",
            # A wall's stub and the page itself differ; the same page twice does not.
            "collapse": "digest",
        } | ({"resumeKey": key} if key else {})
        filters = [("filter", "statuscode:200"), ("filter", "mimetype:text/html")]
        url = f"{self._context.config.wayback_index}?{urlencode([*query.items(), *filters])}"
        if self._page[0] != url:
            answer = await self._context.client.archive(url)
            page = await cdx.rows_of(answer, self._context.documents)
            if len(page.rows) >= _ROWS and not page.resume:
                raise ArchiveUnavailable(f"{url}: {_ROWS} rows, and no key to go on with")
            self._page = (url, page)
        return self._page[1]

    async def fetch(self, find: Find) -> Capture:
        url = f"{self._context.config.wayback_replay}/{find.place}"
        response = await self._context.client.archive(url)
        if response.status != 200:
            raise ArchiveUnavailable(f"{url}: the server answered {response.status}")
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        if find.not_after is None:
            raise ArchiveUnavailable(f"{url}: a capture without its time")
        return Capture(
            at=find.not_after,
            body=response.body,
            charset=http_content_type_encoding(content_type),
        )
