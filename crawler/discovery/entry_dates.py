"""When a source says something was published, and what of that cannot be."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import time
    from collections.abc import Iterable

    from crawler.model.items import Entry

AHEAD = timedelta(minutes=10)  # a source's clock may be ahead of ours by this much
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before that, a date is a clock that was never set
_MILLISECONDS = 100_000_000_000  # a count of seconds reaches this in the year 5138
_EPOCH = re.compile(r"-?\d{9,14}(?:\.\d+)?")
_DOTTED = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})[,\s]+(\d{2}:\d{2}(?::\d{2})?)")
_ZONE = re.compile(r"(?:[Zz]|\b[A-Za-z]{1,5}|[+-]\d{2}:?\d{2})\s*(?:\([^()]*\)\s*)?$")


def instant(value: object, zone: str = "UTC") -> datetime | None:
    """An instant as APIs write it: ISO 8601, seconds or milliseconds since 1970, local time.

    Local time is that of `zone`. A bare day tells no instant: None, like anything unreadable.
    """
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    if _EPOCH.fullmatch(text):
        return _since_1970(float(text))
    if dotted := _DOTTED.fullmatch(text):
        day, month, year, clock = dotted.groups()
        text = f"{year}-{month}-{day} {clock}"
    if ":" not in text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _utc(when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone)))


def stated(text: str, parsed: time.struct_time | None, zone: str) -> datetime | None:
    """What feedparser made of `text`; it takes a time without a zone for UTC, and we for `zone`."""
    if parsed is None:
        return None
    try:
        when = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError):
        return None
    if ":" in text and not _ZONE.search(text):
        return _utc(when.replace(tzinfo=ZoneInfo(zone)))
    return when


def plausible(entries: Iterable[Entry], *, now: datetime) -> tuple[tuple[Entry, ...], int]:
    """The entries without the dates that cannot be, and how many entries had such a date."""
    kept, refused = [], 0
    for entry in entries:
        published = _possible(entry.published, now)
        updated = _possible(entry.updated, now)
        if (published, updated) != (entry.published, entry.updated):
            refused += 1
            entry = replace(entry, published=published, updated=updated)  # noqa: PLW2901
        kept.append(entry)
    return tuple(kept), refused


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """The dated ones, the newest first; then those without a date, from the last to the first."""
    dated: list[tuple[datetime, Entry]] = []
    undated: list[Entry] = []
    for entry in entries:
        if when := entry.published or entry.updated:
            dated.append((when, entry))
        else:
            undated.append(entry)
    dated.sort(key=lambda pair: pair[0], reverse=True)
    return [*(entry for _, entry in dated), *reversed(undated)]


def newest(entries: Iterable[Entry]) -> datetime | None:
    """The latest instant that any of the entries states."""
    dates = (when for entry in entries for when in (entry.published, entry.updated) if when)
    return max(dates, default=None)


def _possible(when: datetime | None, now: datetime) -> datetime | None:
    return when if when is not None and EARLIEST <= when <= now + AHEAD else None


def _since_1970(count: float) -> datetime | None:
    seconds = count / 1000 if abs(count) >= _MILLISECONDS else count
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _utc(when: datetime) -> datetime | None:
    try:
        return when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
