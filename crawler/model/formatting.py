"""Formatting of times, spans, sizes and lists for operators: exactly, or to one unit."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}) UTC")
_UNITS = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))


def span(length: timedelta) -> str:
    """ "40 s", "3 min 20 s", "12 min", "2 h 40 min", "3 days"."""
    seconds = max(round(length.total_seconds()), 0)
    minutes = seconds // 60
    if seconds < 90:
        return f"{seconds} s"
    if minutes < 10 and seconds % 60:
        return f"{minutes} min {seconds % 60} s"
    if minutes < 120:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{minutes // (24 * 60)} days"


def roughly(length: timedelta) -> str:
    """To one unit, in few letters: "12 min", "5 h", "3 d"."""
    minutes = int(abs(length).total_seconds()) // 60
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def rounded(length: timedelta) -> str:
    """To one unit, from seconds on: "40 s", "12 min", "5 h", "3 days"."""
    seconds = abs(length).total_seconds()
    for unit, name, upto in ((1, "s", 90), (60, "min", 5400), (3600, "h", 172_800)):
        if seconds < upto:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds / 86_400:.0f} days"


def ago(then: datetime, now: datetime) -> str:
    """How long ago something was, to one unit."""
    return "just now" if now - then < timedelta(minutes=1) else f"{roughly(now - then)} ago"


def size(count: int) -> str:
    """Bytes, in the unit that leaves a small number."""
    for unit, one in _UNITS:
        if count >= one:
            return f"{count / one:.1f} {unit}" if count < 10 * one else f"{count // one:,} {unit}"
    return f"{count} bytes"


def at(when: datetime, zone: tzinfo = UTC) -> str:
    """ "28 November, 02:10 UTC"."""
    return f"{when.astimezone(zone):%-d %B, %H:%M %Z}"


def between(since: datetime, until: datetime, zone: tzinfo = UTC) -> str:
    """ "02:10–05:40 UTC", with the days where they are two."""
    first, last = since.astimezone(zone), until.astimezone(zone)
    if first.date() == last.date():
        return f"{first:%H:%M}–{last:%H:%M %Z}"
    return f"{first:%-d %B, %H:%M} – {last:%-d %B, %H:%M %Z}"


def in_zone(text: str, zone: tzinfo) -> str:
    """The text with its instants ("2026-11-23 02:10 UTC") as they are in that zone."""

    def local(found: re.Match[str]) -> str:
        try:
            when = datetime.strptime(found[1], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
            return f"{when.astimezone(zone):%Y-%m-%d %H:%M %Z}"
        except (ValueError, OverflowError):
            return found[0]

    return _INSTANT.sub(local, text)


def count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def some(names: Iterable[str], most: int) -> list[str]:
    """The first of them; "and 7 more" for the others."""
    known: Sequence[str] = list(names)
    left = len(known) - most
    return [*known[:most], f"and {left} more"] if left > 0 else [*known]


def suggest(wrong: str, known: Iterable[str]) -> str:
    """What was meant by a mistyped name: the known one that is most like it, "" where none is."""
    return next(iter(get_close_matches(wrong, list(known), n=1)), "")
