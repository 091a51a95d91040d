"""Parser dispatch: a document is read as the kind of document that it was asked for as."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from w3lib.encoding import http_content_type_encoding

from crawler.config.source import DocumentKind
from crawler.discovery.alternates import parse_alternates
from crawler.discovery.block_pages import what_it_is
from crawler.discovery.document import Reading
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.feeds import read_feed
from crawler.discovery.identity import identified
from crawler.discovery.json_lists import read_json_list
from crawler.discovery.limits import MOST_ENTRIES, limited
from crawler.discovery.listings import parse_listing
from crawler.discovery.sitemaps import parse_sitemap
from crawler.model.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.config.source import Source
    from crawler.discovery.received import Received

_LINK = re.compile(r"<([^<>]{0,2000})>\s*((?:;[^,;<]*)*)")
_REL = re.compile(r";\s*rel\s*=\s*\"?([^\";]+)", re.IGNORECASE)


def read(kind: DocumentKind, received: Received, source: Source, depth: int = 1) -> Reading:
    """What a document of a source says; `depth` counts the pages of a listing.

    Raises `NotTheDocument` where it is something else. Runs in a worker, unless it is small.
    """
    return limited(_READERS[kind](received, source, depth))


def _feed(received: Received, source: Source, _: int) -> Reading:
    zone, languages = source.timezone, source.languages
    reading = read_feed(
        received.body, received.url, received.content_type, zone=zone, languages=languages
    )
    links = _links(received)
    return replace(
        identified(reading, lead_only=source.lead_only),
        hub=links.get("hub", "") or reading.hub,
        topic=links.get("self", "") or reading.topic or received.url,
    )


def _sitemap(received: Received, source: Source, depth: int) -> Reading:
    sitemap = parse_sitemap(
        received.body, received.url, zone=source.timezone, languages=source.languages
    )
    deeper = depth <= source.max_pages  # an index that names itself ends here
    children = sitemap.children[: source.max_pages] if deeper else ()
    reading = Reading(
        entries=sitemap.entries,
        further=children,
        children=sitemap.children[:MOST_ENTRIES] if deeper else (),
        undated=sitemap.undated[:MOST_ENTRIES] if deeper else (),
    )
    return identified(reading, lead_only=source.lead_only)


def _listing(received: Received, source: Source, depth: int) -> Reading:
    template = source.next_page if "{page}" in source.next_page else ""
    listing = parse_listing(
        received.text(),
        article_urls=source.article_urls,
        next_page="" if template else source.next_page,
    )
    if not listing.entries:
        named = what_it_is(received.body, "listing")
        if named.slug == "challenge":
            raise named
        raise NotTheDocument("no link on the page matches article_urls")
    following = listing.next_page
    if template:
        # Relative to the first page: "?page=2" and "page/2/" mean the same on each of them.
        first = received.listing or received.document
        page = depth + source.archive.first_page
        following = absolute(first, template.replace("{page}", str(page)))
    further = (following,) if following and depth < source.max_pages else ()
    return Reading(entries=listing.entries, further=further)


def _json_list(received: Received, source: Source, _: int) -> Reading:
    declared = next(one for one in source.json_lists if one.url == received.document)
    return read_json_list(
        received.body,
        received.url,
        declared,
        charset=http_content_type_encoding(received.content_type),
        zone=source.timezone,
    )


def _home(received: Received, _: Source, __: int) -> Reading:
    feeds = parse_alternates(received.text()) if received.is_text else ()
    if not feeds:
        named = what_it_is(received.body, "page")
        if named.slug in {"challenge", "empty-body"}:
            raise named
        raise NotTheDocument("the page names no feed of its own", slug="no-feed")
    return Reading(further=feeds)


_READERS: Mapping[DocumentKind, Callable[[Received, Source, int], Reading]] = MappingProxyType(
    {
        DocumentKind.FEED: _feed,
        DocumentKind.SITEMAP: _sitemap,
        DocumentKind.LISTING: _listing,
        DocumentKind.JSON_LIST: _json_list,
        DocumentKind.HOME: _home,
    }
)


def _links(received: Received) -> dict[str, str]:
    """The Link headers by their relation, the first of each."""
    found: dict[str, str] = {}
    for value in received.links:
        for url, parameters in _LINK.findall(value):
            for rel in (_REL.search(parameters) or ["", ""])[1].lower().split():
                found.setdefault(rel, absolute(received.url, url))
    return found
