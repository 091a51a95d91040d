"""Find every term of every rule, and every name of every entity, in one pass over a text.

Patterns stand in a tree of words. A pass looks each word of a text up once, and walks on only from
words that some pattern begins with: its cost depends on the text, not on the number of patterns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache, partial
from itertools import compress, repeat
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
    `cased` is how it must be written, "" for anyhow.
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
    cased: str = ""
    anywhere: bool = field(init=False)  # counts however it is written, in whatever language
    of_rule: bool = field(init=False)

    def __post_init__(self) -> None:
        free = not (self.capital or self.only or self.never or self.cased)
        object.__setattr__(self, "anywhere", free)
        object.__setattr__(self, "of_rule", self.kind in {Kind.TERM, Kind.MASK})

    def labelled(self, label: str) -> Mark:
        """The same for one of several patterns."""
        # `replace` takes three times as long, and there is one of these for each pattern.
        return Mark(
            kind=self.kind,
            owner=self.owner,
            key=self.key,
            label=label,
            weak=self.weak,
            plain_word=self.plain_word,
            capital=self.capital,
            only=self.only,
            never=self.never,
            cased=self.cased,
        )


class Hit(NamedTuple):
    """A pattern that was found: the words from `start` to before `end`."""

    start: int
    end: int
    mark: Mark


class Wild(NamedTuple):
    """A word with a wildcard: how it begins and how it may go on; and what follows it."""

    stem: str
    tail: re.Pattern[str]
    node: Node

    def matches(self, word: str) -> bool:
        return word.startswith(self.stem) and bool(self.tail.fullmatch(word, len(self.stem)))


Marks = tuple[Mark, ...]


class Node:
    """A place in the tree: the patterns that end here, and the words that may follow."""

    __slots__ = ("following", "leads_on", "marks", "wild")

    def __init__(self) -> None:
        self.marks: Marks = ()
        self.leads_on = False
        self.following: dict[str, Node] = {}
        self.wild: dict[str, Wild] = {}

    def child(self, word: str) -> Node:
        """The place after `word`, made where there is none."""
        self.leads_on = True
        if not is_wild(word):
            if word not in self.following:
                self.following[word] = Node()
            return self.following[word]
        if word not in self.wild:
            self.wild[word] = Wild(*wildcard(word), Node())
        return self.wild[word].node

    def after(self, word: str) -> Iterator[Node]:
        """The places that `word` leads to."""
        if word in self.following:
            yield self.following[word]
        if self.wild and len(word) <= LONGEST_WORD:
            yield from (wild.node for wild in self.wild.values() if wild.matches(word))


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


_NOTHING: dict[str, Node] = {}


class Lexicon:
    """All patterns, compiled. Picklable, and the same for every text."""

    def __init__(self, patterns: Iterable[tuple[Pattern, Mark]]) -> None:
        self._root = Node()
        marks: dict[int, tuple[Node, dict[Mark, None]]] = {}
        for pattern, mark in patterns:
            node = self._root
            for word in pattern.words:
                node = node.child(word)
            cased = replace(mark, cased=pattern.exact) if pattern.exact else mark
            marks.setdefault(id(node), (node, {}))[1][cased] = None
        for node, found in marks.values():
            node.marks = tuple(found)
        self.size = len(marks)
        self._prepare()

    def _prepare(self) -> None:
        self._by_stem: dict[str, list[Wild]] = defaultdict(list)
        for word, wild in self._root.wild.items():
            self._by_stem[word[:STEM]].append(wild)
        #: The second words of patterns whose first has no wildcard near it: the many.
        self._following = {
            word: node.following
            for word, node in self._root.following.items()
            if node.following and not node.wild
        }
        # A word alone matters where a pattern ends with it, or a wildcard is before or after.
        alone = {
            word: node for word, node in self._root.following.items() if node.marks or node.wild
        }
        self._remembered = _Remembered(partial(_look_up, alone, self._by_stem))

    def __getstate__(self) -> dict[str, Any]:
        return {"_root": self._root, "size": self.size}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._root, self.size = state["_root"], state["size"]
        self._prepare()

    def find(self, folded: Folded, text: str, language: str = "") -> list[Hit]:
        """Every hit, longest first among those that begin at one place; nothing is resolved yet."""
        words = folded.words
        following = self._root.following
        found: list[tuple[int, int, Marks]] = []
        # All words, and all pairs of them, at C's speed: most lead nowhere.
        singles = list(map(self._remembered.__getitem__, words))
        for start in compress(range(len(words)), singles):
            for node in singles[start]:
                if node.marks:
                    found.append((start, start + 1, node.marks))
                if node.leads_on and (node.wild or node is not following.get(words[start])):
                    found += _walk(node, words, start, start + 1)
        firsts = map(self._following.get, words, repeat(_NOTHING))
        pairs = list(map(dict.get, firsts, words[1:]))
        for start in compress(range(len(words)), pairs):
            after = pairs[start]
            if after is not None and after.marks:
                found.append((start, start + 2, after.marks))
            if after is not None and after.leads_on:
                found += _walk(after, words, start, start + 2)
        found.sort(key=_longest_first)
        return [
            Hit(start, end, mark)
            for start, end, marks in found
            for mark in marks
            if mark.anywhere or _counts(mark, folded, text, language, start, end)
        ]


def _counts(mark: Mark, folded: Folded, text: str, language: str, start: int, end: int) -> bool:
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


def _longest_first(found: tuple[int, int, Marks]) -> tuple[int, int]:
    return found[0], -found[1]


def _look_up(
    following: dict[str, Node], by_stem: dict[str, list[Wild]], word: str
) -> tuple[Node, ...]:
    found = [following[word]] if word in following else []
    if len(word) <= LONGEST_WORD:
        wilds = by_stem.get(word[:STEM], ())
        found += [wild.node for wild in wilds if wild.matches(word)]
    return tuple(found)


def _walk(
    node: Node, words: Sequence[str], start: int, end: int
) -> Iterator[tuple[int, int, Marks]]:
    """Where patterns end that lead on from `node`. No pattern has many words: it is bounded."""
    here = [node]
    while here and end < len(words):
        word = words[end]
        here = [after for one in here for after in one.after(word)]
        end += 1
        for one in here:
            if one.marks:
                yield start, end, one.marks


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
    said = "".join(pieces.get(char) or re.escape(char) for char in rest)
    return re.compile(said + (ENDINGS[language] if language else ""))
