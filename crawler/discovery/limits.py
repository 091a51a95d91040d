"""How much of a document is taken up: so many entries, so long texts, no half characters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.discovery.document import Flaw
from crawler.discovery.text import joined
from crawler.model.urls import LONGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.discovery.document import Reading
    from crawler.model.items import Entry

MOST_ENTRIES = 10_000  # handed on to the loop: it takes tens of milliseconds to look at them
_TITLE, _SUMMARY = 1_000, 20_000  # characters
_NEVER = datetime.min.replace(tzinfo=UTC)


def limited(reading: Reading) -> Reading:
    """The document within the limits; what is left out is one of its flaws."""
    entries = tuple(map(_bounded, _most(reading.entries)))
    further = reading.further[:MOST_ENTRIES]
    left_out = len(reading.entries) - len(entries)
    if not left_out:
        return replace(reading, entries=entries, further=further)
    said = f"{len(reading.entries):,} entries, of which {len(entries):,} are looked at"
    flaw = Flaw(slug="too-many-entries", said=said)
    return replace(reading, entries=entries, further=further, flaws=(*reading.flaws, flaw))


def _most(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The newest where all are dated, else both ends: the newest stand at one of them."""
    if len(entries) <= MOST_ENTRIES:
        return entries
    if all(entry.published or entry.updated for entry in entries):
        return sorted(entries, key=_date, reverse=True)[:MOST_ENTRIES]
    half = MOST_ENTRIES // 2
    return (*entries[:half], *entries[-half:])


def _date(entry: Entry) -> datetime:
    return entry.published or entry.updated or _NEVER


def _bounded(entry: Entry) -> Entry:
    url = joined(entry.url[: LONGEST + 1])  # what is longer is refused for it
    title, summary = joined(entry.title[:_TITLE]), joined(entry.summary[:_SUMMARY])
    if (url, title, summary) == (entry.url, entry.title, entry.summary):
        return entry
    return replace(entry, url=url, title=title, summary=summary)
