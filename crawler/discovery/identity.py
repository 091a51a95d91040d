"""Identity of entries: what tells them apart where several share one link.

A page is known by its address. Where an entry is all that is read of it, its guid says more: feeds
of flashes, of status notes, and of sites without pages give all of them the same link.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery.document import Flaw
from crawler.model.urls import canonical_url

if TYPE_CHECKING:
    from crawler.discovery.document import Reading
    from crawler.model.items import Entry


def identified(reading: Reading, *, lead_only: bool) -> Reading:
    """Entries with a guid only where it is their identity; what would get lost is a flaw."""
    by_page: dict[str, list[Entry]] = defaultdict(list)
    for entry in reading.entries:
        by_page[_page(entry.url)].append(entry)
    if lead_only:
        entries = (_told_apart(entry, by_page[_page(entry.url)]) for entry in reading.entries)
        return replace(reading, entries=tuple(entries))
    entries = (replace(entry, guid="") if entry.guid else entry for entry in reading.entries)
    reading = replace(reading, entries=tuple(entries))
    hidden = sum(map(_hidden, by_page.values()))
    if not hidden:
        return reading
    said = f"{hidden:,} items have the link of another one: no page of their own is read"
    flaw = Flaw(slug="shared-links", said=said)
    return replace(reading, flaws=(*reading.flaws, flaw))


def _page(url: str) -> str:
    """The link without a place on its page. Canonical addresses would take a hundred times this."""
    page, _, fragment = url.partition("#")
    return url if fragment.startswith(("!", "/")) else page


def _hidden(sharing: list[Entry]) -> int:
    """How many items differ from the first in guid and title; one of the two alone may change."""
    first = sharing[0]
    others = {one.guid for one in sharing if one.guid != first.guid and one.title != first.title}
    return len(others) if first.guid and all(others) else 0


def _told_apart(entry: Entry, sharing: list[Entry]) -> Entry:
    """With its guid, where that is not the link again; else, of several, with what they differ in.

    That is a fragment, or the title.
    """
    if entry.guid and not _is_link(entry.guid, entry.url):
        return entry
    if len(sharing) == 1:
        return replace(entry, guid="")
    fragments = {one.url.partition("#")[2] for one in sharing}
    own = entry.url.partition("#")[2] if len(fragments) > 1 else entry.title
    return replace(entry, guid=own)


def _is_link(guid: str, url: str) -> bool:
    if not guid.startswith(("http://", "https://")):
        return False
    with suppress(ValueError):
        return canonical_url(guid) == canonical_url(url)
    return False
