"""What documents of a source's own archive hold; runs in a worker, unless a document is small."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.crawl.backfill.days import named_by
from crawler.discovery.document import Reading
from crawler.discovery.limits import MOST_ENTRIES, limited
from crawler.discovery.listings import parse_listing
from crawler.discovery.sitemaps import parse_sitemap
from crawler.discovery.text import plain
from crawler.model.items import Entry

if TYPE_CHECKING:
    from crawler.config.source import Source
    from crawler.crawl.backfill.days import Days
    from crawler.discovery.received import Received


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapAsked:
    """A sitemap at `url`, from its entry number `begin` on. `is_dated`: its address tells a date,
    so that entries without one are taken, too. `zone` is that of times which state none."""

    url: str
    days: Days
    is_dated: bool
    begin: int = 0
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapPart:
    """Some entries of a sitemap. `then` is the number of the next one, 0 after the last.

    `children` are the sitemaps that may hold pages of the days wanted; `left_out` were too many.
    """

    entries: tuple[Entry, ...]
    then: int = 0
    undated: int = 0
    children: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """Posts of a WordPress. `count` is how many there were, with those that are no posts."""

    entries: tuple[Entry, ...]
    count: int


def read_listing(received: Received, source: Source) -> Reading:
    """Entries of a listing page, and the page after it as what is `further`."""
    listing = parse_listing(
        received.text(), article_urls=source.article_urls, next_page=source.next_page
    )
    further = (listing.next_page,) if listing.next_page else ()
    return limited(Reading(entries=listing.entries, further=further))


def read_sitemap(body: bytes, asked: SitemapAsked) -> SitemapPart:
    """As many entries as are looked at in one step; those without any date may be left aside."""
    url, days, begin = asked.url, asked.days, asked.begin
    sitemap = parse_sitemap(body, url, zone=asked.zone)
    part = sitemap.entries[begin : begin + MOST_ENTRIES]
    kept = tuple(entry for entry in part if asked.is_dated or _is_dated(entry))
    end = begin + len(part)
    children = tuple(child for child in sitemap.children if child != url and _may_hold(child, days))
    return SitemapPart(
        entries=limited(Reading(entries=kept)).entries,
        then=end if end < len(sitemap.entries) else 0,
        undated=len(part) - len(kept),
        children=() if begin else children[:MOST_ENTRIES],
        left_out=0 if begin else max(0, len(children) - MOST_ENTRIES),
    )


def read_posts(body: bytes, url: str) -> Posts:
    """Posts as WordPress tells them in JSON. Raises `ArchiveUnavailable`."""
    try:
        posts = json.loads(body)
    except (ValueError, RecursionError):
        raise ArchiveUnavailable(f"{url}: no JSON, but {body[:80]!r}") from None
    if not isinstance(posts, list):
        raise ArchiveUnavailable(f"{url}: no list of posts")
    entries = tuple(entry for post in posts[:MOST_ENTRIES] if (entry := _post(post)) is not None)
    return Posts(entries=limited(Reading(entries=entries)).entries, count=len(posts))


def _may_hold(url: str, days: Days) -> bool:
    """May a document hold pages of these days, as far as its address tells?"""
    named = named_by(url)
    return named is None or days.overlap(*named)


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
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_dated(entry: Entry) -> bool:
    return bool(entry.published or entry.updated or named_by(entry.url))
