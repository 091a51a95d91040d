"""Trie of the words of all patterns: each word leads on to those that may follow it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipelines.rules.inflection.suffixes import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.rules.vocabulary.patterns import Mark, Pattern

STEM = 3  # letters that every word with a wildcard begins with; they lead to it
LONGEST_WORD = 64  # a longer one is no word, and no wildcard is tried on it
TAIL = 8  # letters that `*` stands for at most: "cooperat*" finds "cooperativeness"

Marks = tuple["Mark", ...]


class WildcardEdge(NamedTuple):
    """A word with a wildcard: how it begins and how it may go on; and what follows it."""

    stem: str
    tail: re.Pattern[str]
    node: TrieNode

    def matches(self, word: str) -> bool:
        return (
            len(word) <= LONGEST_WORD
            and word.startswith(self.stem)
            and bool(self.tail.fullmatch(word, len(self.stem)))
        )


class TrieNode:
    """A place in the tree: the patterns that end here, and the words that may follow."""

    __slots__ = ("following", "marks", "wild")

    def __init__(self) -> None:
        self.marks: Marks = ()
        self.following: dict[str, TrieNode] = {}
        self.wild: dict[str, WildcardEdge] = {}

    @property
    def leads_on(self) -> bool:
        return bool(self.following or self.wild)

    def add(self, words: Iterable[str], mark: Mark) -> None:
        """A pattern that goes on from here with these words."""
        node = self
        for word in words:
            node = node._child(word)
        node.marks += (mark,)

    def _child(self, word: str) -> TrieNode:
        if not is_wild(word):
            if word not in self.following:
                self.following[word] = TrieNode()
            return self.following[word]
        if word not in self.wild:
            self.wild[word] = WildcardEdge(*wildcard(word), TrieNode())
        return self.wild[word].node

    def walk(self, words: Sequence[str], end: int) -> list[tuple[int, Marks]]:
        """Where patterns end that go on from here with `words[end]`, and which. The last word is
        one that no pattern has.
        """
        found: list[tuple[int, Marks]] = []
        node = self
        while not node.wild:  # there is one way at most
            after = node.following.get(words[end])
            if after is None:
                return found
            node, end = after, end + 1
            if node.marks:
                found.append((end, node.marks))
        here = [node]
        while here and end < len(words):
            word = words[end]
            here = [after for one in here for after in one.after(word)]
            end += 1
            found += [(end, one.marks) for one in here if one.marks]
        return found

    def after(self, word: str) -> Iterator[TrieNode]:
        """The places that `word` leads to."""
        if word in self.following:
            yield self.following[word]
        if self.wild:
            yield from (wild.node for wild in self.wild.values() if wild.matches(word))


def build_trie(patterns: Iterable[tuple[Pattern, Mark]]) -> TrieNode:
    """The place after the first word of patterns that all begin with it."""
    node = TrieNode()
    for pattern, mark in patterns:
        node.add(pattern.words[1:], mark)
    return node


def is_wild(word: str) -> bool:
    return "*" in word or "?" in word or "~" in word


def wildcard(word: str) -> tuple[str, re.Pattern[str]]:
    """How a word with a wildcard begins, and how it may go on: `*` is up to `TAIL` letters, `?`
    one, "~kk" any ending of that language.
    """
    stem = re.split(r"[*?~]", word, maxsplit=1)[0]
    return stem, _tail(word[len(stem) :])


@lru_cache(maxsize=1000)
def _tail(written: str) -> re.Pattern[str]:
    rest, _, language = written.partition("~")
    pieces = {"*": f".{{0,{TAIL}}}", "?": "."}
    contents = "".join(pieces.get(char) or re.escape(char) for char in rest)
    return re.compile(contents + (ENDINGS[language] if language else ""))
