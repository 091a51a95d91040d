"""How much of one text stands in another: shingles, a sketch to look up by, and a verdict.

Shingles are runs of five words (eight characters where a script has no spaces). A sketch is a
fixed sample of their hashes, so that two texts that share shingles share sketch entries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import xxhash

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

_WORDS = 5
_CHARACTERS = 8
_SAMPLE = 16  # every sixteenth hash of a long text
_SAMPLE_SHORT = 2  # every second of a short one; what the two samples share is in both
_SHORT = 200  # shingles
_MOST = 1000  # entries of a sketch

_MIN_SHINGLES = 12  # below this a text is too short to be called a reprint of anything
_REPRINT = 0.60  # share of the shorter text's shingles that the other holds
_NUMBERS = 0.75  # share of its numbers too: a template with other numbers is another story


@dataclass(frozen=True, slots=True)
class Verdict:
    """Is it the same text? `score` is containment, 0..1."""

    same: bool
    score: float
    why: str


def shingles(text: str) -> frozenset[int]:
    """Signed 64-bit hashes of the text's shingles."""
    words = _WORD.findall(text.casefold())
    if len(_UNSPACED.findall(text)) > len(text) // 4:
        joined = "".join(words)
        runs = [joined[i : i + _CHARACTERS] for i in range(max(1, len(joined) - _CHARACTERS + 1))]
    else:
        runs = [" ".join(words[i : i + _WORDS]) for i in range(max(1, len(words) - _WORDS + 1))]
    return frozenset(xxhash.xxh3_64_intdigest(run.encode()) - 2**63 for run in runs if run)


def sketch(hashes: frozenset[int]) -> tuple[int, ...]:
    """The sample of the hashes that the index holds, ascending."""
    modulus = _SAMPLE_SHORT if len(hashes) <= _SHORT else _SAMPLE
    return tuple(sorted(value for value in hashes if value % modulus == 0)[:_MOST])


def may_be_same(text: str, sample: tuple[int, ...], other: str, *, shared: int) -> bool:
    """Cheaply: can a text that shares so many entries of the sketch be a reprint of `text`?

    Of the entries that both samples may hold, a reprint shares its part of the shorter text; a
    third of that is the bar. Far fewer is a phrase that both happen to use.
    """
    comparable = sum(value % _SAMPLE == 0 for value in sample)
    expected = comparable * min(1.0, len(other) / max(1, len(text))) * _REPRINT
    return shared >= expected / 3


def compare(
    text: str, hashes: frozenset[int], title: str, other_text: str, other_title: str
) -> Verdict:
    """Is `other` the same report? Reprints are cut, lengthened, and given another headline."""
    others = shingles(other_text)
    shorter = min(len(hashes), len(others))
    if shorter < _MIN_SHINGLES:
        same = hashes == others and _words(title) == _words(other_title)
        return Verdict(same, float(same), "both are short, and equal" if same else "too short")
    score = len(hashes & others) / shorter
    why = f"{score:.0%} of the shorter text stands in the other"
    if score >= _REPRINT and _overlap(_numbers(text), _numbers(other_text)) < _NUMBERS:
        return Verdict(same=False, score=score, why=f"{why}, with other numbers")
    return Verdict(same=score >= _REPRINT, score=score, why=why)


def _words(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(title.casefold()))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(text))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the smaller set that is in the other; 1 where either is empty."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 1.0
