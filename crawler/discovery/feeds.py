"""RSS, Atom and JSON Feed, as they are found in the wild, to entries."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax import SAXException

import feedparser
from w3lib.encoding import http_content_type_encoding

from crawler.discovery import json_feed
from crawler.discovery.block_pages import what_it_is
from crawler.discovery.charset import to_utf8
from crawler.discovery.document import Flaw, Reading
from crawler.discovery.entry_dates import stated
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.text import plain, with_possible_references
from crawler.discovery.xml_repair import without_declaration
from crawler.model.items import Entry
from crawler.model.redirectors import redirect_target
from crawler.model.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable

EMPTY = Flaw(slug="empty-channel", said="a feed without one item")
_BEGINNING = re.compile(rb"<\?xml\b|<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_END = re.compile(rb"</\s*(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_ITEM = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
MOST = 10_000  # entries that are read: feedparser takes up to half a millisecond for each
_LONGEST = 2_000  # characters of a guid
_LAST_WORDS = 100_000  # bytes among which the end is looked for
_JUNK = 2_000  # bytes that may stand before a feed: a warning of PHP's, blank lines
_NO_ARTICLE = frozenset({"enclosure", "self", "edit", "replies", "hub", "next", "license"})
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800}  # of sy:updatePeriod, in seconds


def parse_feed(body: bytes, url: str, content_type: str = "") -> list[Entry]:
    """Entries in the feed's own order. Raises `NotTheDocument` where this is no feed."""
    return list(read_feed(body, url, content_type).entries)


def read_feed(
    body: bytes,
    url: str,
    content_type: str = "",
    *,
    zone: str = "UTC",
    languages: tuple[str, ...] = (),
) -> Reading:
    """All that a feed says. `zone` is that of times which state none.

    Raises `NotTheDocument` where this is no feed.
    """
    clean = to_utf8(body, http_content_type_encoding(content_type), languages)
    if json_feed.looks_like_one(clean):
        return json_feed.read_json_feed(clean, url, zone=zone)
    clean = without_declaration(_from_its_beginning(clean))
    clean, beyond = _thinned(with_possible_references(clean))
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    feed = feedparser.parse(BytesIO(clean), response_headers=headers, sanitize_html=False)
    if not feed.get("version"):
        raise _what_it_is(clean)
    ill_formed = isinstance(feed.get("bozo_exception"), SAXException)
    complete = _END.search(clean, max(0, len(clean) - _LAST_WORDS)) is not None
    if not feed.entries and ill_formed:
        raise NotTheDocument("malformed XML without one readable entry", slug="not-a-feed")
    once = str(feed.version).startswith("rss")
    entries = [_readable(item, url, zone, dated_once=once) for item in feed.entries]
    found = tuple(entry for entry in entries if entry is not None)
    return Reading(
        entries=found,
        unusable=len(entries) - len(found),
        flaws=tuple(_flaws(len(entries), beyond, complete=complete)),
        complete=complete,
        pace=_pace(feed.feed),
        hub=_link(feed.feed, "hub", url),
        topic=_link(feed.feed, "self", url),
        older=_link(feed.feed, "prev-archive", url) or _link(feed.feed, "next", url),
    )


def _from_its_beginning(body: bytes) -> bytes:
    found = _BEGINNING.search(body, 0, _JUNK)
    return body[found.start() :] if found else body.lstrip()


def _thinned(body: bytes) -> tuple[bytes, int]:
    """Both ends of a feed with too many entries, and how many were left out between them."""
    begins = [found.start() for found in _ITEM.finditer(body)]
    beyond = len(begins) - MOST
    if beyond <= 0:
        return body, 0
    return body[: begins[MOST // 2]] + body[begins[MOST // 2 + beyond] :], beyond


def _flaws(entries: int, beyond: int, *, complete: bool) -> Iterable[Flaw]:
    if beyond:
        said = f"{beyond + MOST:,} entries, of which {MOST:,} are read: the first and the last"
        yield Flaw(slug="too-many-entries", said=said)
    if not entries:
        yield EMPTY
    if not complete:
        yield Flaw(slug="cut", said=f"the feed breaks off after {entries} items")


def _readable(item: Any, base: str, zone: str, *, dated_once: bool) -> Entry | None:
    """One entry, or None: what is odd about it costs no other."""
    try:
        return _entry(item, base, zone, dated_once=dated_once)
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
        return None


def _entry(item: Any, base: str, zone: str, *, dated_once: bool) -> Entry | None:
    """`dated_once`: the one date of an RSS item (dc:date) is that of its publication."""
    link = _address(item)
    if not link:
        return None
    published = stated(item.get("published", ""), item.get("published_parsed"), zone)
    updated = None
    if "updated_parsed" in item.keys():  # noqa: SIM118  # feedparser answers with "published" else
        updated = stated(item.get("updated", ""), item["updated_parsed"], zone)
    if published is None and dated_once:
        published, updated = updated, None
    return Entry(
        url=redirect_target(absolute(base, link)),
        title=plain(item.get("title", "")),
        summary=plain(item.get("summary", "")),
        published=published,
        updated=updated,
        guid=str(item.get("id", ""))[:_LONGEST],
    )


def _address(item: Any) -> str:
    """Where the article is: a counting redirect's goal, its link, or an id that is an address."""
    links = item.get("links", ())
    others = (link.get("href", "") for link in links if link.get("rel") not in _NO_ARTICLE)
    identity = item.get("id", "")
    candidates = (
        item.get("feedburner_origlink", ""),
        next((link.get("href", "") for link in links if link.get("rel") == "alternate"), ""),
        identity if identity.startswith(("http://", "https://", "/")) else "",
        *others,
    )
    return next((found for found in candidates if found), "")


def _link(channel: Any, rel: str, base: str) -> str:
    for link in channel.get("links", ()):
        if link.get("rel") == rel and link.get("href"):
            return absolute(base, link["href"])
    return ""


def _pace(channel: Any) -> timedelta | None:
    """How often the feed says that it changes: RSS's ttl in minutes, or the syndication module."""
    ttl = str(channel.get("ttl", "")).strip()
    if ttl.isdecimal() and len(ttl) < 6:
        return timedelta(minutes=int(ttl))
    period = _PERIODS.get(str(channel.get("sy_updateperiod", "")).strip().lower())
    often = str(channel.get("sy_updatefrequency", "1")).strip()
    if period is None or not often.isdecimal() or not 0 < int(often) < 1_000:
        return None
    return timedelta(seconds=period / int(often))


def _what_it_is(body: bytes) -> NotTheDocument:
    named = what_it_is(body, "feed")
    if named.slug == "not-the-document":
        return NotTheDocument("neither RSS nor Atom nor JSON Feed", slug="not-a-feed")
    return named
