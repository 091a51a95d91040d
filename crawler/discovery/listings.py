"""HTML pages that list the newest articles, to entries and the next page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.types import Entry

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
    for link in response.css("a[href]"):
        url = response.urljoin(link.attrib["href"].strip()).partition("#")[0]
        if wanted.search(url):
            title = " ".join(" ".join(link.css("::text").getall()).split())
            if url not in found or len(title) > len(found[url].title):
                found[url] = Entry(url=url, title=title)
    following = response.css(next_page).attrib.get("href", "") if next_page else ""
    return Listing(tuple(found.values()), urljoin(response.url, following) if following else "")
