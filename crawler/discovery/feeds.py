"""RSS and Atom, as they are found in the wild, to entries."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING, Any
from xml.sax import SAXException

import feedparser

from crawler.discovery.errors import NotTheDocument
from crawler.types import Entry
from crawler.urls import absolute

if TYPE_CHECKING:
    import time

_TAGS = re.compile(r"<[^>]{0,2000}>")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")  # no text holds them, PostgreSQL refuses NUL
_HTML = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)


def parse_feed(body: bytes, url: str, content_type: str = "") -> list[Entry]:
    """Entries in the feed's own order. Raises `NotTheDocument` where this is no feed."""
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    feed = feedparser.parse(body, response_headers=headers, sanitize_html=False)
    if not feed.get("version"):
        raise NotTheDocument(_what_it_is(body))
    if not feed.entries and isinstance(feed.get("bozo_exception"), SAXException):
        raise NotTheDocument("malformed XML without one readable entry")
    return [entry for item in feed.entries if (entry := _entry(item, url)) is not None]


def _entry(item: Any, base: str) -> Entry | None:
    link = item.get("link") or (item.get("id", "") if item.get("guidislink") else "")
    if not link:
        return None
    return Entry(
        url=absolute(base, link),
        title=plain(item.get("title", "")),
        summary=plain(item.get("summary", "")),
        published=_instant(item.get("published_parsed")),
        # `in`: feedparser answers a missing "updated" with "published".
        updated=_instant(item["updated_parsed"]) if "updated_parsed" in item.keys() else None,  # noqa: SIM118
    )


def _instant(parsed: time.struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError):
        return None


def plain(markup: str) -> str:
    """Text of a title or summary: no tags, entities resolved (some feeds escape twice)."""
    return " ".join(_CONTROL.sub("", unescape(_TAGS.sub(" ", unescape(markup)))).split())


def _what_it_is(body: bytes) -> str:
    if not body.strip():
        return "an empty body where a feed was expected"
    if _HTML.search(body[:4096]):
        return "an HTML page where a feed was expected"
    return "neither RSS nor Atom"
