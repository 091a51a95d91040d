"""Read a response as a poll would: with the parse functions of `crawler.discovery`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scrapy.http import TextResponse

from crawler.discovery.errors import NotTheDocument
from crawler.discovery.feeds import parse_feed
from crawler.discovery.listings import parse_listing
from crawler.discovery.sitemaps import parse_sitemap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response

    from crawler.types import Entry
    from crawler.wire import WireSpider

_ANY = "."  # as a listing's article_urls: every link


class Kind(StrEnum):
    """What a document is."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    JSON_LIST = "list in JSON"
    HOME = "home page"


class Unread(Exception):
    """This version reads no documents of that kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that a document names; of a listing, every link. `further` are documents."""

    entries: tuple[Entry, ...] = ()
    further: tuple[str, ...] = ()


def declared(source: WireSpider) -> Iterator[tuple[Kind, str]]:
    """Every document that the source declares, and what it is."""
    for kind, urls in (
        (Kind.FEED, source.feeds),
        (Kind.SITEMAP, source.sitemaps),
        (Kind.LISTING, source.listings),
        (Kind.JSON_LIST, tuple(one.url for one in source.json_lists)),
        (Kind.HOME, tuple(filter(None, (source.home,)))),
    ):
        for url in urls:
            yield kind, url


def read(kind: Kind, response: Response, source: WireSpider) -> Reading:
    """What the response says. Raises `NotTheDocument` where it is something else, and `Unread`."""
    if kind is Kind.FEED:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return Reading(entries=tuple(parse_feed(response.body, response.url, content_type)))
    if kind is Kind.SITEMAP:
        sitemap = parse_sitemap(response.body, response.url)
        return Reading(entries=sitemap.entries, further=sitemap.children[: source.max_pages])
    if kind is Kind.LISTING:
        if not isinstance(response, TextResponse):
            raise NotTheDocument("no text where a page belongs")
        listing = parse_listing(response, article_urls=_ANY, next_page=source.next_page)
        return Reading(entries=listing.entries, further=tuple(filter(None, (listing.next_page,))))
    raise Unread(f"this version reads no {kind}")
