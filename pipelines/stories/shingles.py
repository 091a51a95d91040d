"""Shingles and weighted terms of one article: what comparing stories sees of it.

A term is a word cut down to what its inflections share (in scripts without spaces: two
characters), and weighs the more the rarer it is in news.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import accumulate, pairwise
from operator import add
from typing import TYPE_CHECKING

import xxhash

from pipelines.stories.scripts import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# A run of digits and what joins them is one word: "12,500", "2005-9-12-9-50", "18:30".
_WORD = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|\w+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_UNSPACED_RUN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]|\d+(?:[.,:/-]\d+)*|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+"
)
_ARABIC = re.compile(r"[\u0620-\u064a]")
_ARABIC_HEAD = re.compile(r"^(?:[وف]?(?:ال|لل|بال|كال)|و)(?=..)")

WORDS = 5  # of a shingle
CHARACTERS = 8  # of one in a script without spaces
_STEM = 6
_STEM_ARABIC = 5
_OPENING = 80  # words
_LEAD = 60  # words; twice as many characters in a script without spaces
MOST_JOINED = 2  # "2026-11-24" is a date; "2026-11-24-9-50-32" is the number of a document
RAREST = 7.0  # weight of a term that the table does not know


@dataclass(frozen=True)
class ShingledText:
    """What is compared; each part is made when it is first asked for."""

    title: str
    text: str

    @cached_property
    def unspaced(self) -> bool:
        sample = self.text or self.title
        return not sample.isascii() and len(_UNSPACED.findall(sample)) > len(sample) // 4

    @cached_property
    def words(self) -> list[str]:
        return self._split(self.text)

    @cached_property
    def title_words(self) -> list[str]:
        return self._split(self.title)

    def _split(self, text: str) -> list[str]:
        return (_UNSPACED_RUN if self.unspaced else _WORD).findall(fold(text))

    @cached_property
    def runs(self) -> list[int]:
        """Signed 64-bit hashes of the shingles, in the order of the text."""
        glue = b"" if self.unspaced else b" "
        words = [word.encode() for word in self.words]
        if not words:
            return []
        text = memoryview(glue.join(words))
        lengths = list(map(len, words))
        starts = list(accumulate((length + len(glue) for length in lengths), initial=0))
        ends = list(map(add, starts, lengths))[self.run_length - 1 :] or [len(text)]
        return [
            xxhash.xxh3_64_intdigest(text[start:end]) - 2**63
            for start, end in zip(starts, ends, strict=False)
        ]

    @property
    def run_length(self) -> int:
        return CHARACTERS if self.unspaced else WORDS

    @cached_property
    def shingles(self) -> frozenset[int]:
        return frozenset(self.runs)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of title and text as written, figures among them."""
        return frozenset(self.words) | frozenset(self.title_words)

    @cached_property
    def terms(self) -> Counter[str]:
        return Counter(self._terms(self.words))

    @cached_property
    def title_terms(self) -> Counter[str]:
        return Counter(self._terms(self.title_words))

    @cached_property
    def lead_terms(self) -> Counter[str]:
        return Counter(self._terms(self.words[: _LEAD * (1 + self.unspaced)]))

    @cached_property
    def opening(self) -> list[str]:
        """The first words of the text."""
        return self.words[: _OPENING * (1 + self.unspaced)]

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The words of the text that have a capital within a sentence: names, mostly."""
        written = (_UNSPACED_RUN if self.unspaced else _WORD).finditer(self.text)
        return frozenset(
            word
            for found, word in zip(written, self.words, strict=False)
            if found[0][0].isupper() and not _begins_sentence(self.text, found.start())
        )

    @cached_property
    def unbroken(self) -> str:
        """Title and text without what stands between words."""
        return "".join(self.title_words) + "\n" + self.unbroken_text

    @cached_property
    def unbroken_text(self) -> str:
        return "".join(self.words)

    def knows(self, word: str) -> bool:
        """Does title or text have the word, in any form?"""
        return stem(word) in self.known

    def weight_of(self, word: str) -> float:
        return weight(stem(word))

    @cached_property
    def years(self) -> frozenset[str]:
        return frozenset(word for word in self.words if _YEAR.fullmatch(word))

    @cached_property
    def known(self) -> frozenset[str]:
        """The terms of title and text."""
        return frozenset(self.terms) | frozenset(self.title_terms)

    @cached_property
    def term_weights(self) -> dict[str, float]:
        """The weight of each term of the text."""
        return {term: weight(term) for term in self.terms}

    @cached_property
    def total_weight(self) -> float:
        """The sum of `term_weights`."""
        return sum(self.term_weights.values())

    @cached_property
    def norm(self) -> float:
        return norm(self.terms)

    def terms_outside(self, shared: Collection[int]) -> Counter[str]:
        """The terms of the text, but for the runs that stand in the other text."""
        if not shared:
            return self.terms
        outside = [True] * len(self.words)
        for i, run in enumerate(self.runs):
            if run in shared:
                outside[i : i + self.run_length] = [False] * min(
                    self.run_length, len(self.words) - i
                )
        return Counter(
            self._terms([word for word, kept in zip(self.words, outside, strict=True) if kept])
        )

    def _terms(self, words: list[str]) -> Iterable[str]:
        if self.unspaced:
            return (one + two for one, two in pairwise(words))
        return map(stem, filter(_many, words))


@lru_cache(maxsize=128)
def shingled(title: str, text: str) -> ShingledText:
    """The reading of an article; a few are kept, for reprints come soon after one another."""
    return ShingledText(title, text)


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \"'«“„(")
    return not before or before[-1] in ".!?…:\n"


def _many(word: str) -> bool:
    return len(word) > 1


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without most of its inflection; a figure as it stands."""
    if word[0].isdecimal():
        return word
    if _ARABIC.search(word):
        return _ARABIC_HEAD.sub("", word)[:_STEM_ARABIC]
    return word.partition("'")[0][:_STEM]


@lru_cache(maxsize=200_000)
def weight(term: str) -> float:
    """How much a term tells, 0 (in every article) to `RAREST`."""
    return term_weight_table().get(term, RAREST)


def norm(terms: Mapping[str, int]) -> float:
    """The length of a vector of terms, each by the root of its count and its weight."""
    return math.sqrt(sum(count * weight(term) ** 2 for term, count in terms.items()))


@lru_cache(maxsize=1)
def term_weight_table() -> Mapping[str, float]:
    """What is known of frequent terms: the table that ships, `weight<TAB>term term …` a line."""
    lines = files("pipelines.stories").joinpath("frequent.tsv").read_text(encoding="utf-8")
    known: dict[str, float] = {}
    for line in lines.splitlines():
        if line and not line.startswith("#"):
            told, _, terms = line.partition("\t")
            known |= dict.fromkeys(terms.split(" "), float(told))
    return known
