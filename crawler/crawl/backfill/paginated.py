"""Pagination: archives that are walked back page by page from the newest, listings and feeds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.config.source import DocumentKind
from crawler.crawl.backfill.archive import Find, Step
from crawler.crawl.backfill.dated import checked, left_out, listing_of
from crawler.crawl.backfill.days import named_by
from crawler.discovery.reader import read
from crawler.discovery.received import Received
from crawler.storage.crawl.shards import ShardPlan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from scrapy.http import Response

    from crawler.crawl.backfill.archive import ArchiveContext
    from crawler.crawl.backfill.days import Days
    from crawler.discovery.document import Reading
    from crawler.model.items import Entry
    from crawler.storage.crawl.shards import Shard

LONGEST = 5_000  # pages of one walk


class Listings:
    """Pages by number, newest first, whose links tell no date.

    Of a page that may be newer than what is wanted, one article is fetched to see; the walk ends
    with a page whose articles are all older.
    """

    word = "listings"

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context
        self._shown: set[str] = set()

    def plan(self, days: Days) -> list[ShardPlan]:
        return _whole(self.word, self._context.source.archive.listings, days)

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The cursor is a page's number, and whether to look first or to take all of it."""
        first = self._context.source.archive.first_page
        number, aim = json.loads(cursor) if cursor else (first, "look")
        address = shard.part.partition(" ")[2]
        response = await self._context.client.site(address.format(page=number))
        if not checked(response):
            return Step()
        entries = (await listing_of(response, self._context)).entries
        urls = {entry.url for entry in entries}
        if urls <= self._shown or number - first > LONGEST:
            return Step()  # past the end, some sites repeat their last page
        if aim == "look":
            return self._look(entries, number)
        self._shown |= urls
        return self._take(entries, number)

    def _look(self, entries: Sequence[Entry], number: int) -> Step:
        days = self._context.days
        oldest = entries[-1]

        def onward(dates: Sequence[datetime]) -> str:
            newer = dates and min(dates) >= days.ends
            return json.dumps([number + 1, "look"] if newer else [number, "take"])

        if named := named_by(oldest.url):
            newer = named[0] > days.until
            aim = [number + 1, "look"] if newer else [number, "take"]
            return Step(cursor=json.dumps(aim))
        return Step(finds=[self._find(oldest)], onward=onward)

    def _take(self, entries: Sequence[Entry], number: int) -> Step:
        days = self._context.days
        on = json.dumps([number + 1, "take"])
        named = [days_of for entry in entries if (days_of := named_by(entry.url))]

        def onward(dates: Sequence[datetime]) -> str:
            return "" if dates and max(dates) < days.begins else on

        finds = [self._find(entry) for entry in entries]
        if len(named) == len(entries):
            over = all(last < days.since for _, last in named)
            return Step(finds=finds, cursor="" if over else on)
        return Step(finds=finds, onward=onward)

    def _find(self, entry: Entry) -> Find:
        return Find(entry=entry, source=self._context.source.name)


class Feeds:
    """Feeds by page number (`paged`), or each linked to the one before it (RFC 5005)."""

    word = "feeds"

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context

    def plan(self, days: Days) -> list[ShardPlan]:
        return _whole(self.word, self._context.source.archive.feeds, days)

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The cursor is the number of the page."""
        number = int(cursor) if cursor else self._context.source.archive.first_page
        address = shard.part.partition(" ")[2]
        response = await self._context.client.site(address.format(page=number))
        if not checked(response):
            return Step()
        reading = await _feed(response, self._context)
        entries = reading.entries
        over = _is_over(entries, self._context.days) or "{page}" not in address
        more = entries and not over and number < LONGEST
        return Step(
            finds=self._finds(entries),
            cursor=str(number + 1) if more else "",
            passed=left_out(reading),
        )

    def _finds(self, entries: Sequence[Entry]) -> list[Find]:
        name = self._context.source.name
        return [Find(entry=entry, source=name, not_after=entry.published) for entry in entries]


class LinkedFeeds(Feeds):
    """The feeds that a source is polled by, followed to what they call previous or next."""

    word = "linked"

    def __init__(self, context: ArchiveContext) -> None:
        super().__init__(context)
        self._read: set[str] = set()  # some feeds lead back to where one came from

    def plan(self, days: Days) -> list[ShardPlan]:
        return _whole(self.word, self._context.source.feeds, days)

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The cursor is the address of the feed."""
        url = cursor or shard.part.partition(" ")[2]
        self._read.add(url)
        response = await self._context.client.site(url)
        if not checked(response):
            return Step()
        reading = await _feed(response, self._context)
        older = "" if _is_over(reading.entries, self._context.days) else reading.older
        return Step(
            finds=self._finds(reading.entries),
            cursor="" if older in self._read or len(self._read) > LONGEST else older,
            passed=left_out(reading),
        )


def _whole(word: str, addresses: Sequence[str], days: Days) -> list[ShardPlan]:
    return [
        ShardPlan(part=f"{word} {address}", since=days.since, until=days.until)
        for address in addresses
    ]


async def _feed(response: Response, context: ArchiveContext) -> Reading:
    received = Received.of(response)
    size = len(received.body) + sum(map(len, received.links))
    return await context.documents.read(
        response.url, size, read, DocumentKind.FEED, received, context.source
    )


def _is_over(entries: Sequence[Entry], days: Days) -> bool:
    """Are all the entries older than what is wanted?"""
    dates = [entry.published for entry in entries if entry.published]
    return bool(dates) and max(dates) < days.begins
