"""Fold a text into the shape that terms are matched in, and lead every offset back to the original.

A folded text is lower case; every run of anything that is no letter and no digit is one space, and
one space stands at both ends, so that " term " is found at word boundaries only. Soft hyphens,
stress marks, Arabic vowel signs and zero-width characters vanish; "ё" becomes "е".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_SEPARATORS = re.compile(r"[\W_]+")
_LONG_SEPARATORS = re.compile(r"[\W_]{2,}")
# Soft hyphen, combining marks, Arabic tatweel and vowel signs, zero-width characters.
_INVISIBLE = re.compile(
    "[\u00ad\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff]+"
)
# Letters that are written one for another, one character each, so that no offset moves.
_SAME = str.maketrans("ёЁİأإآىةئؤ", "еЕIاااي\u0647\u064a\u0648")
_REWRITTEN = re.compile("[ёЁİأإآىةئؤ]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """`flat` to match in, `cased` the same with its capitals, and the way back."""

    flat: str
    cased: str
    _starts: tuple[int, ...] = field(default=(), repr=False)  # folded offsets where a shift begins
    _shifts: tuple[int, ...] = field(default=(), repr=False)

    def original(self, offset: int) -> int:
        """The offset in the original text of the folded character at `offset`."""
        index = bisect_right(self._starts, offset) - 1
        return offset + (self._shifts[index] if index >= 0 else 0)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of the folded `flat[start:end]`, end exclusive."""
        return self.original(start), self.original(end - 1) + 1


def fold(text: str) -> Folded:
    """Fold `text`; equal texts fold equally, and so do terms."""
    visible, gaps = _without_invisible(text)
    if _REWRITTEN.search(visible):
        visible = visible.translate(_SAME)
    cased = _SEPARATORS.sub(" ", visible)
    lead = not cased.startswith(" ")
    trail = bool(cased) and not cased.endswith(" ")
    cased = f"{' ' * lead}{cased}{' ' * trail}"
    flat = cased.lower()
    if len(flat) != len(cased):  # a capital whose lower case is two characters
        flat = "".join(low if len(low := char.lower()) == 1 else char for char in cased)
    starts, shifts = _way_back(visible, gaps, lead=lead)
    return Folded(flat=flat, cased=cased, _starts=starts, _shifts=shifts)


def _without_invisible(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without what has no width, and (offset after removal, characters removed)."""
    gaps: list[tuple[int, int]] = []
    if text.isascii() or not _INVISIBLE.search(text):
        return text, gaps
    removed = 0
    for found in _INVISIBLE.finditer(text):
        gaps.append((found.start() - removed, found.end() - found.start()))
        removed += found.end() - found.start()
    return _INVISIBLE.sub("", text), gaps


def _way_back(
    visible: str, gaps: list[tuple[int, int]], *, lead: bool
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """From each folded offset on, how much to add to reach the original one."""
    # (offset in `visible` from which the following characters are shifted, by how much, folded by)
    events = [(gap, size, 0) for gap, size in gaps]
    events += [(m.end(), m.end() - m.start() - 1, 1) for m in _LONG_SEPARATORS.finditer(visible)]
    events.sort()
    shift = -1 if lead else 0
    collapsed = shift
    starts, shifts = [0], [shift]
    for offset, size, kind in events:
        shift += size
        collapsed += size if kind else 0
        start = offset - collapsed
        _pull_back(starts, start)
        starts.append(start)
        shifts.append(shift)
    return tuple(starts), tuple(shifts)


def _pull_back(starts: list[int], start: int) -> None:
    """Keep `starts` sorted where something invisible stood inside a run of separators."""
    index = len(starts) - 1
    while index >= 0 and starts[index] > start:
        starts[index] = start
        index -= 1
