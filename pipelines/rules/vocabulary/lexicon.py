"""Lexicon: multi-pattern search for every term and every name, in one pass over a text.

A pass looks each word of a text up once, and walks on only from words that some pattern begins
with: its cost depends on the text, not on the number of patterns. Nor does the memory: the part of
the tree that a word leads to grows when the word is met for the first time.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, compress, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.rules.vocabulary.pattern_table import PatternTable
from pipelines.rules.vocabulary.trie import (
    STEM,
    TrieNode,
    WildcardEdge,
    build_trie,
    is_wild,
    wildcard,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipelines.rules.text.tokens import FoldedText
    from pipelines.rules.vocabulary.patterns import Mark, Pattern
    from pipelines.rules.vocabulary.trie import Marks

_REMEMBERED = 200_000  # different words; a newsroom's year has fewer


class Hit(NamedTuple):
    """A pattern that was found: the words from `start` to before `end`."""

    start: int
    end: int
    mark: Mark


class FirstWord(NamedTuple):
    """What a word leads to that a pattern may begin with."""

    marks: Marks  # of patterns that end with it
    places: tuple[TrieNode, ...]  # those with a wildcard before or after them
    following: dict[str, TrieNode]  # by the second word, where no wildcard is near: the many
    otherwise: TrieNode | None  # where it leads with any other word, if it matters by itself


class _Known(dict[str, FirstWord | None]):
    """Each word that was ever seen, and what it leads to; None for most."""

    def __init__(self, look_up: Callable[[str], FirstWord | None]) -> None:
        self._look_up = look_up

    def __missing__(self, word: str) -> FirstWord | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[word] = self._look_up(word)
        return found


class Lexicon:
    """All patterns. Picklable, and the same for every text."""

    def __init__(self, table: PatternTable) -> None:
        self.table = table
        self._stems: dict[str, list[str]] = defaultdict(list)
        for word in filter(is_wild, table.rows):
            self._stems[word[:STEM]].append(word)
        self._wild: dict[str, list[WildcardEdge]] = {}
        self._known = _Known(self._look_up)

    @classmethod
    def of(cls, patterns: Iterable[tuple[Pattern, Mark]]) -> Lexicon:
        return cls(PatternTable.of(patterns))

    def __reduce__(self) -> tuple[type[Lexicon], tuple[Any, ...]]:
        return Lexicon, (self.table,)

    @property
    def size(self) -> int:
        """How many different patterns there are."""
        return self.table.size

    def find(self, folded: FoldedText, text: str, language: str = "") -> list[Hit]:
        """Every hit, longest first among those that begin at one place; nothing is resolved yet."""
        hits: list[Hit] = []
        words = [*folded.words, ""]  # no pattern goes on with the last
        # At C's speed: most words lead nowhere.
        firsts = list(map(self._known.__getitem__, words))
        starts = compress(range(len(words)), firsts)
        seconds = compress(islice(words, 1, None), firsts)
        known = list(filter(None, firsts))
        afters: list[Any] = list(
            map(dict.get, map(_FOLLOWING, known), seconds, map(_OTHERWISE, known))
        )
        for start, first, after in compress(zip(starts, known, afters, strict=True), afters):
            for end, ending in _endings(first, after, words, start):
                hits += [
                    Hit(start, end, mark)
                    for mark in ending
                    if mark.anywhere or _counts(mark, folded, text, language, start, end)
                ]
        return hits

    def _look_up(self, word: str) -> FirstWord | None:
        plain = build_trie(self.table.patterns(word)) if word in self.table.rows else TrieNode()
        wild = [one.node for one in self._by_stem(word[:STEM]) if one.matches(word)]
        marks = tuple(chain.from_iterable(node.marks for node in (plain, *wild)))
        by_wildcards = (plain, *wild) if plain.wild else wild
        places = tuple(node for node in by_wildcards if node.leads_on)
        following = {} if plain.wild else plain.following
        otherwise = TrieNode() if marks or places else None
        return FirstWord(marks, places, following, otherwise) if otherwise or following else None

    def _by_stem(self, stem: str) -> list[WildcardEdge]:
        """The words with wildcards that begin so."""
        if stem not in self._stems:
            return []
        if stem not in self._wild:
            self._wild[stem] = [
                WildcardEdge(*wildcard(word), build_trie(self.table.patterns(word)))
                for word in self._stems[stem]
            ]
        return self._wild[stem]


_END = itemgetter(0)
_FOLLOWING, _OTHERWISE = itemgetter(2), itemgetter(3)  # of a `First`


def _endings(
    first: FirstWord, after: TrieNode, words: Sequence[str], start: int
) -> list[tuple[int, Marks]]:
    """Where the patterns end that begin at `start`, the longest first; `after` is the place that
    its second word leads to.
    """
    found = [(start + 1, first.marks)] if first.marks else []
    for place in first.places:
        found += place.walk(words, start + 1)
    if after.marks:
        found.append((start + 2, after.marks))
    if after.leads_on:
        found += after.walk(words, start + 2)
    if len(found) > 1:
        found.sort(key=_END, reverse=True)
    return found


def _counts(mark: Mark, folded: FoldedText, text: str, language: str, start: int, end: int) -> bool:
    """Whether the words are written as the mark asks for, in a language where they mean it."""
    if (mark.only and mark.only != language) or language in mark.never:
        return False
    if mark.cased:
        begin, stop = folded.span(start, end)
        written = text[begin:stop]
        if written == mark.cased:
            return True
        if end - start == 1 and written.isascii():  # folding leaves such a word as it is
            return False
        return " ".join(folded.cased[start:end]) == mark.cased
    return not mark.capital or text[folded.span(start, end)[0]].isupper()
