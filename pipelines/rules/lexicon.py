"""Find every term of every rule, and every name of every entity, in one pass over a text.

Patterns stand in a tree of words. A pass looks each word of a text up once, and walks on only from
words that some pattern begins with: its cost depends on the text, not on the number of patterns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.rules.endings import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.rules.fold import Folded
    from pipelines.rules.terms import Pattern

STEM = 3  # letters that every word with a wildcard begins with; they lead to it
LONGEST_WORD = 64  # a longer one is no word, and no wildcard is tried on it
_REMEMBERED = 200_000  # different words; a newsroom's year has fewer
TAIL = 8  # letters that `*` stands for at most: "cooperat*" finds "cooperativeness"


class Kind(Enum):
    TERM = "term"
    MASK = "mask"  # a phrase whose words do not count for one rule
    ENTITY = "entity"
    DECOY = "decoy"  # a phrase that looks like an entity and is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Whom a pattern belongs to. `owner` is a rule's or an entity's id, `key` that of its list.

    `weak` names count only beside a stronger sign of the same entity. `plain_word` ones are
    ordinary words when a headline is all capitals. A `capital` name begins with one. `only` is the
    one language a name is read in, "" for any; in the languages of `never` it is an ordinary word.
    """

    kind: Kind
    owner: str
    key: str = ""
    label: str = ""
    weak: bool = False
    plain_word: bool = False
    capital: bool = False
    only: str = ""
    never: tuple[str, ...] = ()

    def labelled(self, label: str) -> Mark:
        """The same for one of several patterns."""
        return replace(self, label=label)


class Hit(NamedTuple):
    """A pattern that was found: the words from `start` to before `end`."""

    start: int
    end: int
    mark: Mark


class Wild(NamedTuple):
    """A word with a wildcard, and what follows it."""

    matches: re.Pattern[str]
    node: Node


class Node:
    """A place in the tree: the patterns that end here, and the words that may follow."""

    __slots__ = ("following", "marks", "wild")

    def __init__(self) -> None:
        self.marks: tuple[tuple[str, Mark], ...] = ()  # capitals it must have, "" for any
        self.following: dict[str, Node] = {}
        self.wild: dict[str, Wild] = {}

    def child(self, word: str) -> Node:
        """The place after `word`, made where there is none."""
        if not is_wild(word):
            if word not in self.following:
                self.following[word] = Node()
            return self.following[word]
        if word not in self.wild:
            self.wild[word] = Wild(wildcard(word), Node())
        return self.wild[word].node

    def after(self, word: str) -> Iterator[Node]:
        """The places that `word` leads to."""
        if word in self.following:
            yield self.following[word]
        if self.wild and len(word) <= LONGEST_WORD:
            yield from (wild.node for wild in self.wild.values() if wild.matches.fullmatch(word))


class _Remembered(dict[str, "tuple[Node, ...]"]):
    """Each word that was ever seen, and the places it leads to from the root."""

    def __init__(self, look_up: Any) -> None:
        self._look_up = look_up

    def __missing__(self, word: str) -> tuple[Node, ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
        found: tuple[Node, ...] = self._look_up(word)
        self[word] = found
        return found


class Lexicon:
    """All patterns, compiled. Picklable, and the same for every text."""

    def __init__(self, patterns: Iterable[tuple[Pattern, Mark]]) -> None:
        self._root = Node()
        marks: dict[int, tuple[Node, dict[tuple[str, Mark], None]]] = {}
        for pattern, mark in patterns:
            node = self._root
            for word in pattern.words:
                node = node.child(word)
            marks.setdefault(id(node), (node, {}))[1][pattern.exact, mark] = None
        for node, found in marks.values():
            node.marks = tuple(found)
        self.size = len(marks)
        self._prepare()

    def _prepare(self) -> None:
        self._by_stem: dict[str, list[Wild]] = defaultdict(list)
        for word, wild in self._root.wild.items():
            self._by_stem[word[:STEM]].append(wild)
        self._remembered = _Remembered(partial(_look_up, self._root.following, self._by_stem))

    def __getstate__(self) -> dict[str, Any]:
        return {"_root": self._root, "size": self.size}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._root, self.size = state["_root"], state["size"]
        self._prepare()

    def find(self, folded: Folded, text: str, language: str = "") -> list[Hit]:
        """Every hit, longest first among those that begin at one place; nothing is resolved yet."""
        words = folded.words
        hits: list[Hit] = []
        # All words at C's speed; most lead nowhere.
        for start, nodes in enumerate(map(self._remembered.__getitem__, words)):
            for node in nodes:
                if node.following or node.wild:
                    found = [*_walk(node, words, start)]
                else:
                    found = [(start + 1, node.marks)]
                for end, marks in found:
                    for exact, mark in marks:
                        if exact and " ".join(folded.cased[start:end]) != exact:
                            continue
                        if mark.capital and not text[folded.span(start, end)[0]].isupper():
                            continue
                        if (mark.only and mark.only != language) or language in mark.never:
                            continue
                        hits.append(Hit(start, end, mark))
        hits.sort(key=_longest_first)
        return hits


def _longest_first(hit: Hit) -> tuple[int, int]:
    return hit.start, -hit.end


def _look_up(
    following: dict[str, Node], by_stem: dict[str, list[Wild]], word: str
) -> tuple[Node, ...]:
    found = [following[word]] if word in following else []
    if len(word) <= LONGEST_WORD:
        wilds = by_stem.get(word[:STEM], ())
        found += [wild.node for wild in wilds if wild.matches.fullmatch(word)]
    return tuple(found)


def _walk(
    node: Node, words: Sequence[str], start: int
) -> Iterator[tuple[int, tuple[tuple[str, Mark], ...]]]:
    """Where patterns end that lead on from a word; no pattern has many, so this is bounded."""
    here = [node]
    end = start + 1
    while here:
        for one in here:
            if one.marks:
                yield end, one.marks
        if end == len(words):
            return
        word = words[end]
        here = [after for one in here for after in one.after(word)]
        end += 1


def is_wild(word: str) -> bool:
    return "*" in word or "?" in word or "~" in word


def wildcard(word: str) -> re.Pattern[str]:
    """`*` is up to `TAIL` letters, `?` one; "~kk" any ending of that language."""
    stem, _, language = word.partition("~")
    pieces = {"*": f".{{0,{TAIL}}}", "?": "."}
    written = "".join(pieces.get(char) or re.escape(char) for char in stem)
    return re.compile(written + (ENDINGS[language] if language else ""))
