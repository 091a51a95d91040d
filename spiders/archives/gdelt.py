"""GDELT archive: its DOC interface as an index; articles are then fetched from their site.

https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/: at most 250 rows an answer, so a window
that is full is cut in two; errors come as text with status 200; `seendate` is when GDELT saw it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from crawler.crawl.backfill.archive import Find, Step
from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.crawl.backfill.dated import by_day
from crawler.crawl.backfill.days import Days
from crawler.model.items import Entry
from crawler.model.urls import site
from spiders.archives.json_answers import read_articles

if TYPE_CHECKING:
    from crawler.crawl.backfill.archive import ArchiveContext, Capture
    from crawler.storage.crawl.shards import Shard, ShardPlan
    from spiders.archives.json_answers import SeenArticle, SeenArticles

_WORD = "gdelt"
_MOST = 250
_SHORTEST = timedelta(minutes=15)  # GDELT's own beat
_STAMP = "%Y%m%d%H%M%S"


class Gdelt:
    """A `ArchiveReader`. One shard is one day on which GDELT saw the pages."""

    slot = "gdelt"
    revive: tuple[str, ...] = ()

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context

    async def plan(self, days: Days) -> list[ShardPlan]:
        source = self._context.source
        domains = dict.fromkeys(site(url) for url in source.documents())
        # It sees a page within minutes; a day more, for what was published at the very end.
        seen = Days(since=days.since, until=days.until + timedelta(days=1))
        return by_day(_WORD, domains, seen)

    def reads(self, shard: Shard) -> bool:
        return shard.part.startswith(f"{_WORD} ")

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The cursor is the list of the windows that are left, each from when to when."""
        day = Days(since=shard.since, until=shard.until)
        whole = [f"{day.begins:{_STAMP}}", f"{day.ends:{_STAMP}}"]
        (begins, ends), *left = json.loads(cursor) if cursor else [whole]
        answer = await self._asked(shard.part.partition(" ")[2], begins, ends)
        passed = {}
        if answer.count >= _MOST:
            if halves := _halved(begins, ends):
                return Step(cursor=json.dumps([*halves, *left]))
            passed = {"full quarters of an hour": 1}  # there may be more that nobody can ask for
        finds = [self._find(row) for row in answer.usable]
        return Step(finds=finds, cursor=json.dumps(left) if left else "", passed=passed)

    async def _asked(self, domain: str, begins: str, ends: str) -> SeenArticles:
        query = {
            "query": f"domain:{domain}",
            "mode": "ArtList",
            "format": "json",
            "maxrecords": str(_MOST),
            "sort": "DateAsc",
            "startdatetime": begins,
            "enddatetime": ends,
        }
        url = f"{self._context.config.gdelt}?{urlencode(query)}"
        response = await self._context.client.archive(url)
        body = response.body
        if response.status != 200:
            said = body[:120].decode("utf-8", "replace").strip()
            raise ArchiveUnavailable(f"GDELT answered {response.status}: {said}")
        return await self._context.documents.read("GDELT", len(body), read_articles, body, "GDELT")

    def _find(self, row: SeenArticle) -> Find:
        entry = Entry(url=row.url, title=row.title)
        return Find(entry=entry, source=self._context.source.name, not_after=row.seen)

    async def fetch(self, find: Find) -> Capture:
        raise ArchiveUnavailable(f"{find.entry.url}: is fetched from its site")


def _halved(begins: str, ends: str) -> list[list[str]]:
    """The window in two; nothing where it is as short as it gets."""
    first = datetime.strptime(begins, _STAMP).replace(tzinfo=UTC)
    last = datetime.strptime(ends, _STAMP).replace(tzinfo=UTC)
    if last - first <= _SHORTEST:
        return []
    middle = f"{first + (last - first) / 2:{_STAMP}}"
    return [[begins, middle], [middle, ends]]
