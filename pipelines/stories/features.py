"""Features of two articles, shared and unlike: numbers between 0 and 1, by name."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines.stories.shingles import MOST_JOINED, norm, weight

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection

    from pipelines.stories.shingles import ShingledText

_TELLING = 4.5  # the weight of a term that is no common word
_TWO_RARE = 10  # the weight of two of them
_MANY_RARE = 100
_MANY_FIGURES = 4
_OPENING = 40  # shingles


class Features:
    """Symmetric: the order of the two does not matter. Each is worked out when it is asked for.

    `frame` are shingles that many stories share (an outlet's footer, the standing phrases of a
    template): they count for nothing. A term is rare by the table of frequent terms.
    """

    def __init__(
        self, one: ShingledText, other: ShingledText, frame: frozenset[int] = frozenset()
    ) -> None:
        self._both = (one, other), (other, one)
        self._in_both = one.shingles & other.shingles
        self._shared = self._in_both - frame
        self._sizes = [max(1, len(reading.shingles - frame)) for reading in (one, other)]

    @cached_property
    def held(self) -> float:
        """Of the shorter text's shingles, how many the other holds."""
        return len(self._shared) / min(self._sizes)

    @cached_property
    def covered(self) -> float:
        """Of the longer text's shingles, how many the other holds."""
        return len(self._shared) / max(self._sizes)

    @cached_property
    def length(self) -> float:
        """The shorter's share of the longer."""
        return min(self._sizes) / max(self._sizes)

    @cached_property
    def opening(self) -> float:
        """Of the first shingles of either text (the better), how many the other holds."""
        return max(_opening(one, self._shared) for one, _ in self._both)

    @cached_property
    def told(self) -> float:
        """Of either title's terms (the lesser), how many the other article holds."""
        return min(_told(one, other) for one, other in self._both)

    @cached_property
    def strange(self) -> float:
        """Of either text's terms (the lesser), how many the other article lacks."""
        return min(_strange(one, other) for one, other in self._both)

    @cached_property
    def rivals(self) -> float:
        """Rare terms of either title (the lesser) that its own text has and the other lacks."""
        return min(_rivals(one, other) for one, other in self._both)

    @cached_property
    def renumbered(self) -> float:
        """Places where one figure stands in another's place."""
        return _renumbered(*self._both[0])

    @cached_property
    def redated(self) -> float:
        """Is the latest year that either text names unknown to the other?"""
        return float(
            all(one.years and max(one.years) not in other.years for one, other in self._both)
        )

    @cached_property
    def apart(self) -> float:
        """How alike the texts are outside the shingles that both hold:
        the cosine of their terms."""
        one, other = self._both[0]
        if not self._in_both:
            return _dot(one.terms, other.terms) / max(1e-9, one.norm * other.norm)
        outside = [reading.terms_outside(self._in_both) for reading in (one, other)]
        return _dot(*outside) / max(1e-9, norm(outside[0]) * norm(outside[1]))

    @cached_property
    def common(self) -> float:
        """How many rare terms are in both, on a scale of logarithms; 1 for a hundred."""
        return _common(*self._both[0])


def _opening(reading: ShingledText, shared: Collection[int]) -> float:
    first = reading.runs[:_OPENING]
    return sum(run in shared for run in first) / len(first) if first else 0.0


def _told(one: ShingledText, other: ShingledText) -> float:
    """By weight; .5 without a title."""
    total = sum(map(weight, one.title_terms))
    held = sum(weight(term) for term in one.title_terms if term in other.known)
    return held / total if total else 0.5


def _strange(one: ShingledText, other: ShingledText) -> float:
    """By weight; .5 without a text."""
    term_weights = one.term_weights
    lacked = sum(map(term_weights.__getitem__, term_weights.keys() - other.known))
    return lacked / one.total_weight if one.total_weight else 0.5


def _rivals(one: ShingledText, other: ShingledText) -> float:
    """1 for two rare terms: an editor's headline has words of its own, and no rivals."""
    own = (one.title_terms.keys() & one.terms.keys()) - other.known
    return min(1.0, sum(map(weight, own)) / _TWO_RARE)


def _dot(one: Counter[str], other: Counter[str]) -> float:
    return sum(
        math.sqrt(one[term] * other[term]) * weight(term) ** 2 for term in one.keys() & other.keys()
    )


def _common(one: ShingledText, other: ShingledText) -> float:
    both = one.terms.keys() & other.terms.keys()
    rare = sum(weight(term) >= _TELLING for term in both)
    return min(1.0, math.log1p(rare) / math.log(_MANY_RARE))


def _renumbered(one: ShingledText, other: ShingledText) -> float:
    """Yesterday's text with today's numbers, or a form that was filled in twice."""
    places = _places(other, one.vocabulary)
    swapped = sum(
        word[0].isdecimal() and places[before][0].isdecimal()
        for before, word in _places(one, other.vocabulary).items()
        if before in places
    )
    return min(1.0, swapped / _MANY_FIGURES)


def _places(reading: ShingledText, known: Collection[str]) -> dict[tuple[str, str], str]:
    """The two words before a word that only this text has -> that word, where both know the two."""
    words = reading.words
    return {
        (before, last): word
        for before, last, word in zip(words, words[1:], words[2:], strict=False)
        if word not in known
        and word.count("-") <= MOST_JOINED
        and last in known
        and before in known
    }
