"""Identity of entries: what tells them apart where several share one link.

A page is known by its address. Where an entry is all that is read of it, its guid says more: feeds
of flashes, of status notes, and of sites without pages give all of them the same link.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery.document import Flaw
from crawler.model.urls import canonical_url

if TYPE_CHECKING:
    from crawler.discovery.document import Reading
    from crawler.model.items import Entry


def identified(reading: Reading, *, lead_only: bool) -> Reading:
    """Entries with a guid only where it is their identity; what would get lost is a flaw."""
    keys = [_key(entry.url) for entry in reading.entries]
    by_page: dict[str, list[Entry]] = defaultdict(list)
    for key, entry in zip(keys, reading.entries, strict=True):
        by_page[key].append(entry)
    entries = tuple(
        replace(entry, guid=_identity(entry, key, by_page[key]) if lead_only else "")
        for key, entry in zip(keys, reading.entries, strict=True)
    )
    hidden = 0 if lead_only else sum(map(_hidden, by_page.values()))
    if not hidden:
        return replace(reading, entries=entries)
    said = f"{hidden:,} items have the link of another one: no page of their own is read"
    flaw = Flaw(slug="shared-links", said=said)
    return replace(reading, entries=entries, flaws=(*reading.flaws, flaw))


def _key(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:
        return url


def _hidden(sharing: list[Entry]) -> int:
    """How many items differ from the first in guid and title; one of the two alone may change."""
    first = sharing[0]
    others = {one.guid for one in sharing if one.guid != first.guid and one.title != first.title}
    return len(others) if first.guid and all(others) else 0


def _identity(entry: Entry, key: str, sharing: list[Entry]) -> str:
    """Its guid, where that is not the link again; else, of several, what they differ in.

    That is a fragment, or the title.
    """
    if entry.guid and _key(entry.guid) != key:
        return entry.guid
    if len(sharing) == 1:
        return ""
    fragments = {one.url.partition("#")[2] for one in sharing}
    return entry.url.partition("#")[2] if len(fragments) > 1 else entry.title
