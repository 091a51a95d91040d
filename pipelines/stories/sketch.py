"""Sketch of an article, for look-up: a few hashes of its text, and a few of its subject.

Two articles with the same text share most of the first kind, whichever of them was cut. Two
articles about the same event share some of the second: pairs of the rarest terms that title and
lead make much of. An even hash is of the first kind, an odd one of the second.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

import xxhash

from pipelines.stories.shingles import weight

if TYPE_CHECKING:
    from pipelines.stories.shingles import ShingledText

#: Of the text: the smallest hashes (a bottom-k sketch: Broder 1997, Thorup 2013).
OF_TEXT = 24
_SUBJECTS = 8  # terms; each two of them are a key: 28
_IN_TITLE = 2.0
_IN_LEAD = 1.5


def sketch_of(reading: ShingledText) -> tuple[int, ...]:
    """Signed 64-bit, ascending, at most 52."""
    smallest = {value & ~1 for value in sorted(reading.shingles)[:OF_TEXT]}
    pairs = {
        (xxhash.xxh3_64_intdigest(f"{one}\0{other}".encode()) - 2**63) | 1
        for one, other in combinations(sorted(_subjects(reading)), 2)
    }
    return tuple(sorted(smallest | pairs))


def _subjects(reading: ShingledText) -> list[str]:
    terms, title, lead = reading.terms, reading.title_terms, reading.lead_terms
    ranked = [
        (
            -math.sqrt(weight(term))
            * (1 + math.log(terms.get(term, 0) + title.get(term, 0)))
            * (_IN_TITLE if term in title else _IN_LEAD if term in lead else 1.0),
            term,
        )
        for term in reading.known
    ]
    return [term for _, term in sorted(ranked)[:_SUBJECTS]]
