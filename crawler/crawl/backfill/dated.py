"""Archive readers by date: day pages, dated sitemaps, WordPress, asked for a day or a month."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawler.crawl.backfill.archive import Find, Step
from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.crawl.backfill.days import Days, named_by
from crawler.crawl.backfill.own_documents import (
    SitemapAsked,
    read_listing,
    read_posts,
    read_sitemap,
)
from crawler.discovery.limits import MOST_ENTRIES
from crawler.discovery.received import Received
from crawler.storage.crawl.shards import ShardPlan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.http import Response

    from crawler.crawl.backfill.archive import ArchiveContext
    from crawler.discovery.document import Reading
    from crawler.storage.crawl.shards import Shard

_NONE = {404, 410}  # past the last page; a day on which nothing was published
_LONGEST_WALK = 500  # pages of one day: beyond that the site repeats itself
_DAY = timedelta(days=1)


def by_day(word: str, addresses: Iterable[str], days: Days) -> list[ShardPlan]:
    """One slice a day and address, the days in their order."""
    return [
        ShardPlan(part=f"{word} {address}", since=day, until=day)
        for day in days.each()
        for address in addresses
    ]


async def listing_of(response: Response, context: ArchiveContext) -> Reading:
    """The listing page that this should be. Raises `ArchiveUnavailable`."""
    received = Received.of(response)
    return await context.documents.read(
        response.url, len(received.body), read_listing, received, context.source
    )


def left_out(reading: Reading) -> dict[str, int]:
    """What a document held beyond its limits, as a `Step` counts it."""
    return {flaw.slug: 1 for flaw in reading.flaws if flaw.slug == "too-many-entries"}


def checked(response: Response) -> bool:
    """Is there anything? Raises `ArchiveUnavailable` for neither a page nor its plain absence."""
    if response.status in _NONE:
        return False
    if response.status != 200:
        raise ArchiveUnavailable(f"{response.url}: the server answered {response.status}")
    return True


class DayPages:
    """HTML listings of one day each, perhaps of several pages."""

    word = "days"

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context
        self._shown: tuple[int, set[str]] = (0, set())  # of one shard: a site may repeat its pages

    def plan(self, days: Days) -> list[ShardPlan]:
        return by_day(self.word, self._context.source.archive.days, days)

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The cursor is the number of the page, or its address where pages link to the next."""
        address = shard.part.partition(" ")[2]
        first = self._context.source.archive.first_page
        number = int(cursor) if cursor.isdigit() else first
        url = cursor if cursor and not cursor.isdigit() else ""
        response = await self._context.client.site(
            url or address.format(date=shard.since, page=number)
        )
        if not checked(response):
            return Step()
        listing = await listing_of(response, self._context)
        fresh = self._fresh(shard, [entry.url for entry in listing.entries])
        onward = ""
        if "{page}" in address and fresh and number - first < _LONGEST_WALK:
            onward = str(number + 1)
        elif "{page}" not in address and fresh and listing.further:
            onward = listing.further[0]
        ends = Days(
            since=shard.since, until=shard.until, timezone=self._context.source.timezone
        ).ends
        finds = [
            Find(entry=entry, source=self._context.source.name, not_after=ends)
            for entry in listing.entries
        ]
        passed = left_out(listing) if finds else {"pages without entries": 1}
        return Step(finds=finds, cursor=onward, passed=passed)

    def _fresh(self, shard: Shard, urls: list[str]) -> bool:
        """Does the page show anything that an earlier page of the day did not?"""
        if self._shown[0] != shard.id:
            self._shown = (shard.id, set())
        before = len(self._shown[1])
        self._shown[1].update(urls)
        return len(self._shown[1]) > before


class Sitemaps:
    """Sitemaps: one a day, one a month, or all of them, told apart by their dates."""

    word = "sitemap"

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context
        self._asked: tuple[int, set[str]] = (0, set())  # sitemaps of one shard

    def plan(self, days: Days) -> list[ShardPlan]:
        slices: list[ShardPlan] = []
        for address in self._context.source.archive.sitemaps:
            part = f"{self.word} {address}"
            if "{date" not in address:
                slices.append(ShardPlan(part=part, since=days.since, until=days.until))
            elif "%d" in address or "%j" in address:
                slices += by_day(self.word, [address], days)
            else:
                slices += [
                    ShardPlan(part=part, since=first, until=last) for first, last in days.months()
                ]
        return slices

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The cursor is a list of the sitemaps that are left.

        The first may be a pair: a long one, and how many of its entries are done.
        """
        address = shard.part.partition(" ")[2]
        left: list[Any] = json.loads(cursor) if cursor else [address.format(date=shard.since)]
        first, *left = left
        url, begin = first if isinstance(first, list) else (first, 0)
        self._heed_a_circle(shard, url)
        response = await self._context.client.site(url)
        if not checked(response):
            return Step(cursor=json.dumps(left) if left else "")
        body = response.body
        asked = SitemapAsked(
            url=response.url,
            days=self._context.days,
            is_dated="{date" in address or named_by(url) is not None,
            begin=begin,
            zone=self._context.source.timezone,
        )
        part = await self._context.documents.read(url, len(body), read_sitemap, body, asked)
        source = self._context.source.name
        rest = [[url, part.then]] if part.then else []
        left = [*rest, *(one for one in part.children if one not in self._asked[1]), *left]
        return Step(
            finds=[Find(entry=entry, source=source) for entry in part.entries],
            cursor=json.dumps(left) if left else "",
            passed={"without any date": part.undated, "sitemaps left out": part.left_out},
        )

    def _heed_a_circle(self, shard: Shard, url: str) -> None:
        """Indexes may name one another, or new ones for ever."""
        if self._asked[0] != shard.id:
            self._asked = (shard.id, set())
        self._asked[1].add(url)
        if len(self._asked[1]) > MOST_ENTRIES:
            raise ArchiveUnavailable(f"{url}: more than {MOST_ENTRIES:,} sitemaps")


class WordPress:
    """Sites whose WordPress answers at /wp-json/wp/v2/posts: 100 posts a page."""

    word = "wordpress"

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context

    def plan(self, days: Days) -> list[ShardPlan]:
        return by_day(self.word, self._context.source.archive.wordpress, days)

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The cursor is the number of the page."""
        base = shard.part.partition(" ")[2].rstrip("/")
        page = int(cursor or 1)
        # WordPress compares with its own local time, which may not be that of `timezone`: ask for
        # a day more on each side, and go by the time in UTC that it tells.
        asked = {
            "per_page": 100,
            "page": page,
            "after": f"{shard.since - _DAY}T00:00:00",
            "before": f"{shard.until + 2 * _DAY}T00:00:00",
            "orderby": "date",
            "order": "asc",
            "_fields": "link,date_gmt,modified_gmt,title,excerpt",
        }
        url = f"{base}/wp-json/wp/v2/posts?{urlencode(asked)}"
        response = await self._context.client.site(url)
        if page > 1 and response.status == 400:  # "rest_post_invalid_page_number"
            return Step()
        if not checked(response):
            raise ArchiveUnavailable(f"{base}: its WordPress interface is closed")
        body = response.body
        posts = await self._context.documents.read(url, len(body), read_posts, body, url)
        pages = _number(response.headers.get("X-WP-TotalPages"))
        day = Days(since=shard.since, until=shard.until, timezone=self._context.source.timezone)
        finds = [
            Find(entry=entry, source=self._context.source.name, not_after=entry.published)
            for entry in posts.entries
            if entry.published is None or day.hold(entry.published)
        ]
        more = page < pages if pages else posts.count == 100
        return Step(finds=finds, cursor=str(page + 1) if more else "")


def _number(header: bytes | None) -> int:
    """What a header counts; 0 where it counts nothing."""
    return int(header) if header and header.isdigit() and len(header) < 10 else 0
