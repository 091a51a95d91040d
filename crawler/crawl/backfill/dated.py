"""Archive readers by date: day pages, dated sitemaps, WordPress, asked for a day or a month."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from scrapy.http import TextResponse

from crawler.crawl.backfill.archive import Find, Step
from crawler.crawl.backfill.archive_client import ArchiveUnavailable
from crawler.crawl.backfill.days import Days, named_by
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.listings import Listing, parse_listing
from crawler.discovery.sitemaps import parse_sitemap
from crawler.discovery.text import plain
from crawler.model.items import Entry
from crawler.storage.crawl.shards import ShardPlan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.http import Response

    from crawler.crawl.backfill.archive import ArchiveContext
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


def listing_of(response: Response, context: ArchiveContext) -> Listing:
    """The listing page that this should be. Raises `ArchiveUnavailable`."""
    if not isinstance(response, TextResponse):
        raise ArchiveUnavailable(f"{response.url}: no text where a page belongs")
    source = context.source
    return parse_listing(response, article_urls=source.article_urls, next_page=source.next_page)


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
        listing = listing_of(response, self._context)
        fresh = self._fresh(shard, [entry.url for entry in listing.entries])
        onward = ""
        if "{page}" in address and fresh and number - first < _LONGEST_WALK:
            onward = str(number + 1)
        elif "{page}" not in address and fresh and listing.next_page:
            onward = listing.next_page
        ends = Days(
            since=shard.since, until=shard.until, timezone=self._context.source.timezone
        ).ends
        finds = [
            Find(entry=entry, source=self._context.source.name, not_after=ends)
            for entry in listing.entries
        ]
        return Step(
            finds=finds, cursor=onward, passed={} if finds else {"pages without entries": 1}
        )

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
        """The cursor is a list of the sitemaps that are left."""
        address = shard.part.partition(" ")[2]
        dated = "{date" in address
        left: list[str] = json.loads(cursor) if cursor else [address.format(date=shard.since)]
        url, *left = left
        response = await self._context.client.site(url)
        if not checked(response):
            return Step(cursor=json.dumps(left) if left else "")
        try:
            sitemap = parse_sitemap(response.body, response.url)
        except NotTheDocument as error:
            raise ArchiveUnavailable(f"{url}: {error}") from None
        days = self._context.days
        left = [child for child in sitemap.children if _may_hold(child, days)] + left
        placed = dated or named_by(url) is not None
        finds = [
            Find(entry=entry, source=self._context.source.name)
            for entry in sitemap.entries
            if placed or _is_dated(entry)
        ]
        passed = {"without any date": len(sitemap.entries) - len(finds)}
        return Step(finds=finds, cursor=json.dumps(left) if left else "", passed=passed)


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
        posts = _json(response)
        if not isinstance(posts, list):
            raise ArchiveUnavailable(f"{url}: no list of posts")
        pages = int((response.headers.get("X-WP-TotalPages") or b"0").decode("latin-1") or 0)
        day = Days(since=shard.since, until=shard.until, timezone=self._context.source.timezone)
        entries = [entry for post in posts if (entry := _post(post)) is not None]
        finds = [
            Find(entry=entry, source=self._context.source.name, not_after=entry.published)
            for entry in entries
            if entry.published is None or day.hold(entry.published)
        ]
        more = page < pages if pages else len(posts) == 100
        return Step(finds=finds, cursor=str(page + 1) if more else "")


def _json(response: Response) -> Any:
    try:
        return json.loads(response.body)
    except ValueError:
        raise ArchiveUnavailable(f"{response.url}: no JSON, but {response.body[:80]!r}") from None


def _post(post: Any) -> Entry | None:
    if not isinstance(post, dict) or not isinstance(post.get("link"), str):
        return None
    return Entry(
        url=post["link"],
        title=plain(_rendered(post.get("title"))),
        summary=plain(_rendered(post.get("excerpt"))),
        published=_utc(post.get("date_gmt")),
        updated=_utc(post.get("modified_gmt")),
    )


def _rendered(value: Any) -> str:
    return str(value.get("rendered") or "") if isinstance(value, dict) else ""


def _utc(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _may_hold(url: str, days: Days) -> bool:
    named = named_by(url)
    return named is None or days.overlap(*named)


def _is_dated(entry: Entry) -> bool:
    return bool(entry.published or entry.updated or named_by(entry.url))
