"""JSON Feed (jsonfeed.org, versions 1 and 1.1) to entries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawler.discovery.document import Flaw, Reading
from crawler.discovery.entry_dates import instant
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.text import plain
from crawler.model.items import Entry
from crawler.model.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable

_VERSION = "jsonfeed.org/version/1"
MOST = 20_000  # items that are looked at
_LONGEST = 5_000  # characters of a text that stands in for a missing summary


def looks_like_one(body: bytes) -> bool:
    """Is this JSON at all? No XML begins so."""
    return body.lstrip()[:1] == b"{"


def read_json_feed(body: bytes, url: str, *, zone: str = "UTC") -> Reading:
    """Read a JSON Feed in UTF-8. Raises `NotTheDocument` where it is something else."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotTheDocument(f"JSON that cannot be read: {error}", slug="not-a-feed") from None
    if not isinstance(feed, dict) or _VERSION not in str(feed.get("version", "")):
        raise NotTheDocument("JSON, but no JSON Feed: it states no version", slug="not-a-feed")
    items = feed.get("items")
    if not isinstance(items, list):
        raise NotTheDocument("a JSON Feed without a list of items", slug="not-a-feed")
    entries = [_entry(item, url, zone) for item in items[:MOST]]
    more = Flaw(
        slug="too-many-entries",
        said=f"{len(items):,} items, of which the first {MOST:,} are looked at",
    )
    found = tuple(entry for entry in entries if entry is not None)
    empty = () if items else (Flaw(slug="empty-channel", said="a feed without one item"),)
    return Reading(
        entries=found,
        unusable=len(entries) - len(found),
        flaws=empty if len(items) <= MOST else (more,),
        hub=next(iter(_hubs(feed.get("hubs"))), ""),
        topic=_text(feed, "feed_url"),
    )


def _entry(item: Any, base: str, zone: str) -> Entry | None:
    if not isinstance(item, dict):
        return None
    identity = _text(item, "id")
    link = _text(item, "url") or _text(item, "external_url")
    link = link or (identity if identity.startswith(("http://", "https://")) else "")
    if not link:
        return None
    text = _text(item, "summary") or _text(item, "content_text") or _text(item, "content_html")
    return Entry(
        url=absolute(base, link),
        title=plain(_text(item, "title")),
        summary=plain(text[:_LONGEST]),
        published=instant(item.get("date_published"), zone),
        updated=instant(item.get("date_modified"), zone),
        guid=identity[:_LONGEST],
    )


def _hubs(declared: Any) -> Iterable[str]:
    for hub in declared if isinstance(declared, list) else ():
        if isinstance(hub, dict) and _text(hub, "type").lower() == "websub" and _text(hub, "url"):
            yield _text(hub, "url")


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""
