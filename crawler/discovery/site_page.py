"""Feed discovery on a page: the feeds that it names, its links, what the site calls itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsel import Selector

from crawler.discovery.alternates import base_url, parse_alternates
from crawler.model.urls import absolute, site

if TYPE_CHECKING:
    from crawler.discovery.received import Received

MOST_LINKS = 2_000
_SITEMAPS = 50  # of one robots.txt
_ROBOTS_BYTES = 500 * 1024  # RFC 9309
_TITLE = 120  # characters
_TEXT = 300  # characters of a link


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An anchor to the page's own site: its address without fragment, and its text."""

    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """A page, as far as it tells where its site announces articles.

    `language` is that of `<html lang>` ("ru-KZ"), `name` what the site calls itself.
    """

    url: str
    name: str = ""
    language: str = ""
    feeds: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


def read_site_page(received: Received) -> SitePage:
    """Read an HTML page. Raises `NotTheDocument` where it is no text. Runs in a worker."""
    response = received.text()
    page = Selector(text=response.text)
    base = base_url(page, response.url)
    found: dict[str, str] = {}
    for anchor in page.css("a[href]")[: 2 * MOST_LINKS]:
        url = absolute(base, anchor.attrib["href"]).partition("#")[0]
        if site(url) == site(received.url) and url.startswith(("http://", "https://")):
            text = " ".join(" ".join(anchor.css("::text").getall()).split())[:_TEXT]
            if len(text) >= len(found.get(url, "")):
                found[url] = text
    links = tuple(Link(url=url, text=text) for url, text in found.items())
    return SitePage(
        url=received.url,
        name=_name(page),
        language=page.css("html").attrib.get("lang", "").strip(),
        feeds=parse_alternates(response),
        links=links[:MOST_LINKS],
    )


def read_robots_sitemaps(received: Received) -> tuple[str, ...]:
    """The `Sitemap:` lines of a robots.txt, absolute, in its order. Runs in a worker."""
    text = received.body[:_ROBOTS_BYTES].decode("utf-8", "replace")
    found: dict[str, None] = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip().lower() == "sitemap" and value.strip():
            found[absolute(received.url, value)] = None
    return tuple(found)[:_SITEMAPS]


def _name(page: Selector) -> str:
    """`og:site_name`, else the part of the title that stands alone or last."""
    stated = page.css('meta[property="og:site_name"]').attrib.get("content", "")
    if not stated:
        title = " ".join((page.css("title::text").get() or "").split())
        parts = [part for bar in ("|", " – ", " — ", " - ") for part in title.split(bar)]
        stated = min((part for part in parts if part.strip()), key=len, default="")
    return " ".join(stated.split())[:_TITLE]
