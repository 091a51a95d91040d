"""Pattern: folded words to search for, and the mark of the term or entity it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Pattern:
    """Folded words to search for, in this order.

    A word may hold wildcards. `exact` is how they must be written, "" for anyhow.
    """

    words: tuple[str, ...]
    exact: str = ""

    @property
    def label(self) -> str:
        """For people: as it would be written."""
        return self.exact or re.sub(r"~[a-z]{2}", "~", " ".join(self.words))


class Kind(StrEnum):
    TERM = "term"
    MASK = "mask"  # a phrase whose words do not count for one rule
    ENTITY = "entity"
    DECOY = "decoy"  # a phrase that looks like an entity and is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Whom a pattern belongs to. `owner` is a rule's or an entity's id, `key` that of its list.

    `label` is for people, "" for that of the pattern. `weak` names count only beside a stronger
    sign of the same entity. `plain_word` ones are ordinary words when a headline is all capitals.
    A `capital` name begins with one. `only` is the one language a name is read in, "" for any; in
    the languages of `never` it is an ordinary word. `cased` is how it must be written, "" for
    anyhow.
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

    def on(self, pattern: Pattern) -> Mark:
        """The same for one of the patterns that it stands for."""
        # `replace` takes three times as long, and this is done for every pattern that is met.
        return Mark(
            kind=self.kind,
            owner=self.owner,
            key=self.key,
            label=self.label or pattern.label,
            weak=self.weak,
            plain_word=self.plain_word,
            capital=self.capital,
            only=self.only,
            never=self.never,
            cased=pattern.exact or self.cased,
        )
