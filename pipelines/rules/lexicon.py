"""Find every term of every rule, and every name of every entity, in one pass over a text.

The cost of a pass depends on the length of the text, not on the number of patterns
(Aho and Corasick, "Efficient string matching", 1975).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import ahocorasick

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipelines.rules.fold import Folded
    from pipelines.rules.terms import Pattern


class Kind(Enum):
    TERM = "term"
    MASK = "mask"  # a phrase whose words do not count for one rule
    ENTITY = "entity"
    DECOY = "decoy"  # a phrase that looks like an entity and is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Whom a pattern belongs to. `owner` is a rule's or an entity's id.

    `weak` names count only beside a stronger sign of the same entity. `plain_word` ones are
    ordinary words when a headline is all capitals. A `capital` name begins with one. `only` is the
    one language a name is read in, "" for any; in the languages of `never` it is an ordinary word.
    """

    kind: Kind
    owner: str
    group: str = ""
    label: str = ""
    weak: bool = False
    plain_word: bool = False
    capital: bool = False
    only: str = ""
    never: tuple[str, ...] = ()


class Hit(NamedTuple):
    """A pattern that was found, in offsets of the folded text without its boundary spaces."""

    start: int
    end: int
    mark: Mark


class Lexicon:
    """All patterns, compiled. Picklable, and the same for every text."""

    def __init__(self, patterns: Iterable[tuple[Pattern, Mark]]) -> None:
        owners: dict[str, dict[tuple[str, int, Mark], None]] = defaultdict(dict)
        for pattern, mark in patterns:
            owners[pattern.text][pattern.exact, pattern.tail, mark] = None
        self._automaton = ahocorasick.Automaton()
        for text, found in owners.items():
            self._automaton.add_word(text, (len(text), tuple(found)))
        if owners:
            self._automaton.make_automaton()
        self.size = len(owners)

    def find(self, folded: Folded, language: str = "") -> list[Hit]:
        """Every hit, longest first among those that begin at one place; nothing is resolved yet."""
        if not self.size:
            return []
        hits = list(self._hits(folded, language))
        hits.sort(key=lambda hit: (hit.start, -hit.end))
        return hits

    def _hits(self, folded: Folded, language: str) -> Iterator[Hit]:
        flat, cased = folded.flat, folded.cased
        for last, (length, owners) in self._automaton.iter(flat):
            start, end = last - length + 1, last + 1
            if flat[start] == " ":
                start += 1
            if flat[end - 1] == " ":
                end -= 1
            for exact, tail, mark in owners:
                if exact and cased[start:end] != exact:
                    continue
                if mark.capital and not cased[start].isupper():
                    continue
                if (mark.only and mark.only != language) or language in mark.never:
                    continue
                stop = end
                if tail:
                    stop = flat.find(" ", end)
                    if stop - end > tail:
                        continue
                yield Hit(start, stop, mark)
