"""HTML pages that list the newest articles, to entries and the next page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsel import Selector

from crawler.model.items import Entry
from crawler.model.urls import absolute

if TYPE_CHECKING:
    from scrapy.http import TextResponse


@dataclass(frozen=True, slots=True)
class Listing:
    """`entries` in page order; `next_page` is "" at the end."""

    entries: tuple[Entry, ...]
    next_page: str


def parse_listing(response: TextResponse, *, article_urls: str, next_page: str) -> Listing:
    """Links whose absolute URL matches `article_urls`; the first target of `next_page`."""
    wanted = re.compile(article_urls)
    found: dict[str, Entry] = {}
    base = _base(response)
    page = Selector(text=response.text)  # Scrapy's own trips over a <base> that is no address
    for link in page.css("a[href]"):
        url = absolute(base, link.attrib["href"]).partition("#")[0]
        if wanted.search(url):
            title = " ".join(" ".join(link.css("::text").getall()).split())
            if url not in found or len(title) > len(found[url].title):
                found[url] = Entry(url=url, title=title)
    following = page.css(next_page).attrib.get("href", "") if next_page else ""
    return Listing(tuple(found.values()), absolute(base, following) if following else "")


def _base(response: TextResponse) -> str:
    """What relative links are relative to: the page, or what its <base> says."""
    try:
        return response.urljoin("")
    except ValueError:
        return response.url
