"""Are two articles the same report, reports of the same event, or neither? And why.

Two sums of named features, each weighed by hand after what logistic regression found on pairs that
people had labelled. docs/stories.md tells how well they do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.stories.features import Features

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.stories.reading import Reading

_SAME: Mapping[str, float] = {
    "held": 4.0,
    "opening": 2.0,
    "told": 2.5,
    "strange": -4.5,
    "rivals": -3.5,
    "renumbered": -7.0,
    "redated": -1.75,
}
_SAME_FROM = 4.7
_LINKED: Mapping[str, float] = {
    "told": 5.0,
    "apart": 3.5,
    "common": 2.0,
    "strange": -1.8,
    "rivals": -2.2,
    "covered": -4.0,
    "length": -1.2,
}
_LINKED_FROM = 1.0
_LEAST_HELD = 0.4  # of the shorter text: less is no reprint, whatever else speaks for it
_FEWEST = 12  # shingles: a shorter text is too short to be called a reprint of anything
_FEWEST_TERMS = 8  # a shorter text tells no event


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`same` and `linked` exclude each other. `score`, 0..1: how sure, .5 being the bar."""

    same: bool
    linked: bool
    score: float
    why: str


def judge(one: Reading, other: Reading, frame: frozenset[int] = frozenset()) -> Verdict:
    """Symmetric. `frame`: shingles that many stories share."""
    if min(len(one.shingles - frame), len(other.shingles - frame)) < _FEWEST:
        return _short(one, other)
    found = Features(one, other, frame)
    alike = _sum(_SAME, found) - _SAME_FROM if found.held >= _LEAST_HELD else -math.inf
    if alike >= 0:
        return Verdict(same=True, linked=False, score=_share(alike), why=_why(_SAME, found))
    near = _sum(_LINKED, found) - _LINKED_FROM
    if near >= 0:
        return Verdict(same=False, linked=True, score=_share(near), why=_why(_LINKED, found))
    return Verdict(same=False, linked=False, score=_share(max(alike, near)), why="")


def _short(one: Reading, other: Reading) -> Verdict:
    """Of texts too short to tell, the same are those that are equal, under one title."""
    same = bool(one.words) and (one.words, one.title_words) == (other.words, other.title_words)
    if same:
        return Verdict(same=True, linked=False, score=1.0, why="both are short, and equal")
    if min(len(one.terms | one.title_terms), len(other.terms | other.title_terms)) < _FEWEST_TERMS:
        return Verdict(same=False, linked=False, score=0.0, why="")
    found = Features(one, other)
    near = _sum(_LINKED, found) - _LINKED_FROM
    return Verdict(
        same=False,
        linked=near >= 0,
        score=_share(near),
        why=_why(_LINKED, found) if near >= 0 else "",
    )


def _sum(weights: Mapping[str, float], found: Features) -> float:
    # Rounded: a float's last digits depend on the order in which terms were added up.
    total: float = sum(factor * getattr(found, name) for name, factor in weights.items())
    return round(total, 6)


def _share(distance: float) -> float:
    """The distance from the bar as a number between 0 and 1."""
    return 1 / (1 + math.exp(-distance))


def _why(weights: Mapping[str, float], found: Features) -> str:
    return ", ".join(f"{name} {getattr(found, name):.0%}" for name in weights)
