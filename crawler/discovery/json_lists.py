"""Addresses that answer with a list of articles in JSON, to entries."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jmespath
from jmespath.exceptions import JMESPathError

from crawler.discovery.block_pages import what_it_is
from crawler.discovery.charset import to_utf8
from crawler.discovery.document import Flaw, Reading
from crawler.discovery.entry_dates import instant
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.text import plain
from crawler.model.items import Entry
from crawler.model.urls import absolute

if TYPE_CHECKING:
    from crawler.config.source import JsonList

MOST = 20_000  # items that are looked at: four expressions of JMESPath for each
# callback({...});  window.news = {...};  )]}', {...}
_WRAPPED = re.compile(r"\s*(?:/\*\*/\s*)?(?:[\w.$]+\s*\(|(?:var\s+)?[\w.$]+\s*=|\)\]\}',?)\s*")


def read_json_list(
    body: bytes, url: str, declared: JsonList, *, charset: str | None = None, zone: str = "UTC"
) -> Reading:
    """Read the list as `declared`. Raises `NotTheDocument` where it is something else."""
    value = _load(to_utf8(body, charset))
    items = _search(declared.items, value)
    if isinstance(items, dict):  # {"17": {...}, "18": {...}}
        items = list(items.values())
    if not isinstance(items, list):
        raise NotTheDocument(f"JSON without a list at {declared.items!r}", slug="not-a-list")
    entries = [_entry(item, url, declared, zone) for item in items[:MOST]]
    found = tuple(entry for entry in entries if entry is not None)
    if items and not found:
        raise NotTheDocument(
            f"none of {len(items)} items has a link at {declared.link!r}", slug="not-a-list"
        )
    flaws = () if items else (Flaw(slug="empty-channel", said="a list without one item"),)
    if len(items) > MOST:
        said = f"{len(items):,} items, of which the first {MOST:,} are looked at"
        flaws = (Flaw(slug="too-many-entries", said=said),)
    return Reading(entries=found, unusable=len(entries) - len(found), flaws=flaws)


def _load(body: bytes) -> Any:
    text = body.decode().lstrip("\ufeff")
    wrapped = _WRAPPED.match(text)
    start = wrapped.end() if wrapped else len(text) - len(text.lstrip())
    try:
        # What stands behind the value is the end of its wrapping: ");".
        value, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        named = what_it_is(body, "list in JSON")
        if named.slug != "not-the-document":
            raise named from None
        raise NotTheDocument(f"JSON that cannot be read: {error}", slug="not-a-list") from None
    return value


def _entry(item: Any, base: str, declared: JsonList, zone: str) -> Entry | None:
    link = _text(_search(declared.link, item))
    if not link:
        return None
    return Entry(
        url=absolute(base, declared.address.replace("{link}", link)),
        title=plain(_text(_search(declared.title, item))),
        summary=plain(_text(_search(declared.summary, item))),
        published=instant(_search(declared.published, item), zone),
    )


def _search(expression: str, value: Any) -> Any:
    if not expression:
        return None
    try:
        return jmespath.search(expression, value)
    except JMESPathError as error:
        said = " ".join(str(error).split())
        raise NotTheDocument(f"json_lists: {expression!r}: {said}", slug="not-a-list") from None


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()
