"""Feed autodiscovery: the feeds that a page names in its head, less those not worth asking."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsel import Selector

from crawler.model.urls import absolute, site

if TYPE_CHECKING:
    from scrapy.http import TextResponse

MOST = 5  # feeds of one page; a site that names dozens names one for each of its rubrics
_TYPES = {
    "application/rss+xml": "rss",
    "application/rdf+xml": "rss",
    "application/atom+xml": "atom",
    "application/feed+json": "json",
}
_ASIDE = re.compile(r"/comments?/|comments?[-_]?(?:feed|rss)|/wp-json/|oembed", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|коммент|пікір", re.IGNORECASE)


def base_url(page: Selector, url: str) -> str:
    """What the links of the page at `url` are relative to: its `<base>`, else itself."""
    root = page.css("base[href]").attrib.get("href", "")
    return absolute(url, root) if root else url


def parse_alternates(response: TextResponse) -> tuple[str, ...]:
    """Addresses of the page's own feeds, in its order. The same news in two formats is one feed."""
    page = Selector(text=response.text)
    base = base_url(page, response.url)
    found: dict[str, dict[str, None]] = {}
    for link in page.css("link[rel~=alternate][href]"):
        kind = _TYPES.get(link.attrib.get("type", "").strip().lower())
        url = absolute(base, link.attrib["href"]).partition("#")[0]
        aside = _ASIDE.search(url) or _COMMENTS.search(link.attrib.get("title", ""))
        if kind and not aside and site(url) == site(response.url):
            found.setdefault(kind, {})[url] = None
    best = next((found[kind] for kind in ("rss", "atom", "json") if kind in found), {})
    return tuple(best)[:MOST]
