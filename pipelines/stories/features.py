"""What two articles have in common, and what sets them apart: numbers between 0 and 1, by name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.stories.reading import MOST_JOINED, weight

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection

    from pipelines.stories.reading import Reading

_TELLING = 4.5  # the weight of a term that is no common word
_TWO_RARE = 10  # the weight of two of them
_MANY_RARE = 100
_MANY_FIGURES = 4
_OPENING = 40  # shingles


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Each is between 0 and 1. A term is rare by the table of frequent terms."""

    held: float  # of the shorter text's shingles, how many the other holds
    covered: float  # the same of the longer one
    opening: float  # of the first shingles of either text (the better), how many the other holds
    told: float  # of either title's terms, how many the other article holds; the lesser
    renumbered: float  # places where one figure stands in another's place; 1 for four
    strange: float  # of either text's terms, how many the other lacks; the lesser
    rivals: (
        float  # rare terms of either title that its own text has and the other lacks; the lesser
    )
    apart: float  # how alike the texts are outside the shingles that both hold
    common: float  # how many rare terms are in both, on a scale of logarithms; 1 for a hundred
    length: float  # the shorter's share of the longer


def features(one: Reading, other: Reading, frame: frozenset[int] = frozenset()) -> Features:
    """Symmetric: the order of the two does not matter. Shingles of the `frame` count for nothing.

    A frame is what many stories share: an outlet's footer, the standing phrases of a template.
    """
    shared = (one.shingles & other.shingles) - frame
    sizes = [max(1, len(reading.shingles - frame)) for reading in (one, other)]
    told = (
        _share(one.title_terms, other.title_terms | other.terms),
        _share(other.title_terms, one.title_terms | one.terms),
    )
    in_both = one.shingles & other.shingles
    return Features(
        held=len(shared) / min(sizes),
        covered=len(shared) / max(sizes),
        opening=max(_opening(one, shared), _opening(other, shared)),
        told=min(told),
        renumbered=_renumbered(one, other),
        strange=min(_strange(one, other), _strange(other, one)),
        rivals=min(_rivals(one, other), _rivals(other, one)),
        apart=_alike(one.terms_outside(in_both), other.terms_outside(in_both)),
        common=_common(one, other),
        length=min(sizes) / max(sizes),
    )


def _opening(reading: Reading, shared: Collection[int]) -> float:
    first = reading.runs[:_OPENING]
    return sum(run in shared for run in first) / len(first) if first else 0.0


def _strange(one: Reading, other: Reading) -> float:
    return 1 - _share(one.terms, other.terms | other.title_terms)


def _rivals(one: Reading, other: Reading) -> float:
    """1 for two rare terms: an editor's headline has words of its own, and no rivals."""
    told = sum(
        weight(term)
        for term in one.title_terms
        if term in one.terms and term not in other.terms and term not in other.title_terms
    )
    return min(1.0, told / _TWO_RARE)


def _share(terms: Collection[str], among: Collection[str]) -> float:
    """By weight; .5 where there is nothing to share."""
    total = sum(weight(term) for term in terms)
    return sum(weight(term) for term in terms if term in among) / total if total else 0.5


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """The cosine of the terms, each by the root of its count and its weight."""
    return sum(
        math.sqrt(one[term] * other[term]) * weight(term) ** 2 for term in one.keys() & other.keys()
    ) / max(1e-9, _norm(one) * _norm(other))


def _norm(terms: Counter[str]) -> float:
    return math.sqrt(sum(count * weight(term) ** 2 for term, count in terms.items()))


def _common(one: Reading, other: Reading) -> float:
    both = one.terms.keys() & other.terms.keys()
    rare = sum(weight(term) >= _TELLING for term in both)
    return min(1.0, math.log1p(rare) / math.log(_MANY_RARE))


def _renumbered(one: Reading, other: Reading) -> float:
    """Yesterday's text with today's numbers, or a form that was filled in twice."""
    places = _places(other, one.vocabulary)
    swapped = sum(
        word[0].isdecimal() and places[before][0].isdecimal()
        for before, word in _places(one, other.vocabulary).items()
        if before in places
    )
    return min(1.0, swapped / _MANY_FIGURES)


def _places(reading: Reading, known: Collection[str]) -> dict[tuple[str, str], str]:
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
