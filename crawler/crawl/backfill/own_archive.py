"""Archive reader of what the source itself offers: what its `archive` declares, else its feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.crawl.backfill.dated import DayPages, Sitemaps, WordPress
from crawler.crawl.backfill.paginated import Feeds, LinkedFeeds, Listings

if TYPE_CHECKING:
    from crawler.config.source import Source
    from crawler.crawl.backfill.archive import ArchiveContext, Capture, Find, Step
    from crawler.crawl.backfill.days import Days
    from crawler.storage.crawl.shards import Shard, ShardPlan


def offers(source: Source) -> bool:
    """Does the source declare where its past is kept?"""
    archive = source.archive
    return any((archive.days, archive.sitemaps, archive.listings, archive.feeds, archive.wordpress))


def can_repair(source: Source) -> bool:
    """May the source itself tell what it published in the last days?"""
    return offers(source) or bool(source.feeds)


class OwnArchive:
    """A `ArchiveReader`. Its pages are fetched as polls fetch them."""

    slot = ""
    revive = ("no-capture",)  # an archive could not replay it; the site may have it

    def __init__(self, context: ArchiveContext) -> None:
        declared = (DayPages, Sitemaps, WordPress, Listings, Feeds)
        ways = declared if offers(context.source) else (LinkedFeeds,)
        self._ways = {way.word: way(context) for way in ways}

    async def plan(self, days: Days) -> list[ShardPlan]:
        return [one for way in self._ways.values() for one in way.plan(days)]

    async def step(self, shard: Shard, cursor: str) -> Step:
        return await self._ways[shard.part.partition(" ")[0]].step(shard, cursor)

    def reads(self, shard: Shard) -> bool:
        return shard.part.partition(" ")[0] in self._ways

    async def fetch(self, find: Find) -> Capture:
        raise ArchiveUnavailable(f"{find.entry.url}: is fetched from its site")
