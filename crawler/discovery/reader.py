"""Read a response as the kind of document that it was asked for as."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from scrapy.http import TextResponse
from w3lib.encoding import http_content_type_encoding

from crawler.config.source import DocumentKind
from crawler.discovery.alternates import parse_alternates
from crawler.discovery.block_pages import what_it_is
from crawler.discovery.document import Reading
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.feeds import read_feed
from crawler.discovery.json_lists import read_json_list
from crawler.discovery.listings import parse_listing
from crawler.discovery.sitemaps import parse_sitemap
from crawler.model.urls import absolute

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.config.source import Source

_LINK = re.compile(r"<([^>]*)>\s*((?:;[^,<]*)*)")
_REL = re.compile(r";\s*rel\s*=\s*\"?([^\";]+)", re.IGNORECASE)


class Reader:
    """Reads what one source's documents answer."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def read(self, kind: DocumentKind, response: Response, *, depth: int = 1) -> Reading:
        """What the response says; `depth` counts the pages of a listing.

        Raises `NotTheDocument` where it is something else.
        """
        if kind is DocumentKind.SITEMAP:
            return self._sitemap(response, depth)
        if kind is DocumentKind.LISTING:
            return self._listing(response, depth)
        if kind is DocumentKind.JSON_LIST:
            return self._json_list(response)
        if kind is DocumentKind.HOME:
            return self._home(response)
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        reading = self.feed(response.body, response.url, content_type)
        links = _links(response)
        return replace(
            reading,
            hub=links.get("hub", "") or reading.hub,
            topic=links.get("self", "") or reading.topic or response.url,
        )

    def feed(self, body: bytes, url: str, content_type: str) -> Reading:
        """What a feed says that came with these headers, or with none."""
        zone, languages = self._source.timezone, self._source.languages
        return read_feed(body, url, content_type, zone=zone, languages=languages)

    def _sitemap(self, response: Response, depth: int) -> Reading:
        sitemap = parse_sitemap(response.body, response.url)
        deeper = depth <= self._source.max_pages  # an index that names itself ends here
        children = sitemap.children[: self._source.max_pages] if deeper else ()
        return Reading(entries=sitemap.entries, further=children)

    def _listing(self, response: Response, depth: int) -> Reading:
        if not isinstance(response, TextResponse):
            raise NotTheDocument("no text where a page belongs")
        template = self._source.next_page if "{page}" in self._source.next_page else ""
        listing = parse_listing(
            response,
            article_urls=self._source.article_urls,
            next_page="" if template else self._source.next_page,
        )
        if not listing.entries:
            named = what_it_is(response.body, "listing")
            if named.slug == "challenge":
                raise named
            raise NotTheDocument("no link on the page matches article_urls")
        following = listing.next_page
        if template:
            # Relative to the first page: "?page=2" and "page/2/" mean the same on each of them.
            first = response.meta.get("listing") or response.meta["document"]
            page = depth + self._source.archive.first_page
            following = absolute(first, template.replace("{page}", str(page)))
        further = (following,) if following and depth < self._source.max_pages else ()
        return Reading(entries=listing.entries, further=further)

    def _json_list(self, response: Response) -> Reading:
        asked = response.meta["document"]
        declared = next(one for one in self._source.json_lists if one.url == asked)
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return read_json_list(
            response.body,
            response.url,
            declared,
            charset=http_content_type_encoding(content_type),
            zone=self._source.timezone,
        )

    def _home(self, response: Response) -> Reading:
        feeds = parse_alternates(response) if isinstance(response, TextResponse) else ()
        if not feeds:
            named = what_it_is(response.body, "page")
            if named.slug in {"challenge", "empty-body"}:
                raise named
            raise NotTheDocument("the page names no feed of its own", slug="no-feed")
        return Reading(further=feeds)


def _links(response: Response) -> dict[str, str]:
    """The Link headers by their relation, the first of each."""
    found: dict[str, str] = {}
    for value in response.headers.getlist("Link"):
        for url, parameters in _LINK.findall(value.decode("latin-1")):
            for rel in (_REL.search(parameters) or ["", ""])[1].lower().split():
                found.setdefault(rel, absolute(response.url, url))
    return found
