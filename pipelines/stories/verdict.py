"""Verdict on two articles: the same report, reports of the same event, or neither; and why.

Two sums of named features, each weighed by hand after what logistic regression found on pairs that
people had labelled. docs/stories.md tells how well they do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.stories.contrasts import contrast
from pipelines.stories.features import Features
from pipelines.stories.shingles import weight

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.stories.shingles import ShingledText

# In this order: what costs least is asked first, for often it settles the matter.
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
    "covered": -4.0,
    "length": -1.2,
    "rivals": -2.2,
    "common": 2.0,
    "strange": -1.8,
    "apart": 3.5,
}
_LINKED_FROM = 1.0
_LEAST_HELD = 0.4  # of the shorter text: less is no reprint, whatever else speaks for it
_ROUNDING = 1e-6  # a float depends on the order in which terms were added up
_FEWEST = 12  # shingles: a shorter text is too short to be called a reprint of anything
_FEWEST_OF_HEADLINE = 4  # terms: "Weekly review" stands over many stories
_TELLING_HEADLINE = 14.0  # the weight of three rare ones
_LACKED_BY_STORY = 0.25  # of what the headline weighs
_FEWEST_TERMS = 8  # a shorter text tells no event


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`same` and `linked` exclude each other. `score`, .5 to 1: how sure; 0 where it is neither."""

    same: bool
    linked: bool
    score: float
    why: str


_NEITHER = Verdict(same=False, linked=False, score=0.0, why="")


def judge(one: ShingledText, other: ShingledText, frame: frozenset[int] = frozenset()) -> Verdict:
    """Symmetric. `frame`: shingles that many stories share."""
    if min(len(one.shingles - frame), len(other.shingles - frame)) < _FEWEST:
        return _short(one, other)
    found = Features(one, other, frame)
    if found.held >= _LEAST_HELD and (alike := _above(_SAME, _SAME_FROM, found)) is not None:
        if contrast(one, other):  # a form that was filled in twice
            return _NEITHER
        return Verdict(same=True, linked=False, score=_share(alike), why=_why(_SAME, found))
    return _linked(found)


def _linked(found: Features) -> Verdict:
    near = _above(_LINKED, _LINKED_FROM, found)
    if near is None:
        return _NEITHER
    return Verdict(same=False, linked=True, score=_share(near), why=_why(_LINKED, found))


def _short(one: ShingledText, other: ShingledText) -> Verdict:
    """Of texts too short to tell, the same are those that are equal, under one title; and a flash
    is the same as the story under its headline that says what it says."""
    if one.words and (one.words, one.title_words) == (other.words, other.title_words):
        return Verdict(same=True, linked=False, score=1.0, why="both are short, and equal")
    if _is_flash(one, other) or _is_flash(other, one):
        return Verdict(same=True, linked=False, score=1.0, why="a flash, and its story")
    if min(len(one.known), len(other.known)) < _FEWEST_TERMS:
        return _NEITHER
    return _linked(Features(one, other))


def _is_flash(flash: ShingledText, story: ShingledText) -> bool:
    if flash.title_words != story.title_words:
        return False
    if len(flash.title_terms) < _FEWEST_OF_HEADLINE or len(flash.shingles) >= _FEWEST:
        return False
    telling = sum(map(weight, flash.title_terms))
    lacked = sum(map(weight, flash.terms.keys() - story.known))
    return telling >= _TELLING_HEADLINE and lacked <= _LACKED_BY_STORY * telling


def _above(weights: Mapping[str, float], bar: float, found: Features) -> float | None:
    """How far the sum is above the bar; None as soon as what is left could not lift it there."""
    left = sum(factor for factor in weights.values() if factor > 0)
    total = 0.0
    for name, factor in weights.items():
        if total + left < bar - _ROUNDING:
            return None
        total += factor * getattr(found, name)
        left -= max(factor, 0.0)
    # Rounded: a float's last digits depend on the order in which terms were added up.
    above = round(total - bar, 6)
    return above if above >= 0 else None


def _share(distance: float) -> float:
    """The distance from the bar as a number between 0 and 1."""
    return 1 / (1 + math.exp(-distance))


def _why(weights: Mapping[str, float], found: Features) -> str:
    return ", ".join(f"{name} {getattr(found, name):.0%}" for name in weights)
