"""What a query asks: one small class for each operator, compiled once, asked of every article.

Each can say, from cheap to dear: whether it is possible with what an article holds; in which
sentences it may hold at all (`mask`, a set of bits); whether it holds in a window, and by what.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple

from pipelines.rules.query import near
from pipelines.rules.query.scene import (
    ARTICLE,
    EVERYWHERE,
    Facts,
    Scene,
    Window,
    bits,
    contains,
    reading_order,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.rules.reading import Found

Keys = AbstractSet[str]


class Present(NamedTuple):
    """The keys that an article holds something of, and those that its headline does."""

    anywhere: Keys
    title: Keys


Met = tuple["Found", ...]  # what a query was met by; empty where it is met by an absence
MOST_PLACES = 20  # that a clue counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stretch of the article in which a query holds, with what it was met by."""

    met: Met
    where: str  # for people: "in one sentence"


class Query:
    """A part of a query."""

    __slots__ = ()

    @property
    def where(self) -> str:
        """For people: where it looks."""
        return "in the article"

    @property
    def keys(self) -> frozenset[str]:
        """All keys it may look up."""
        return frozenset()

    @property
    def has_spans(self) -> bool:
        """Whether it can say where it holds to the word, as NEAR must know."""
        return False

    def triggers(self) -> frozenset[str] | None:
        """Keys of which one must be present, or None where it may hold with nothing present."""
        return None

    def possible(self, present: Present) -> bool:
        """False where it cannot hold, whatever stands where."""
        return True

    def mask(self, scene: Scene) -> int:
        """The sentences that it may hold in, each taken alone: never one too few."""
        return EVERYWHERE

    def met(self, scene: Scene, window: Window) -> Met | None:
        """What meets it in the window, or None where it does not hold."""
        raise NotImplementedError

    def spans(self, scene: Scene, window: Window) -> list[Found]:
        """Everything that meets it in the window; only where `has_spans`."""
        raise NotImplementedError

    def places(self, scene: Scene) -> Iterator[Place]:
        """Where it holds in an article: each place counts for a clue."""
        if self.has_spans:
            spans = self.spans(scene, ARTICLE)[:MOST_PLACES]
            yield from (Place(met=(one,), where=self.where) for one in spans)
        elif (met := self.met(scene, ARTICLE)) is not None:
            yield Place(met=met, where=self.where)


@dataclass(frozen=True, slots=True)
class Key(Query):
    """A term, a list or an entity label; `least` different ones of it."""

    key: str
    least: int = 1
    also: tuple[Query, ...] = ()  # what counts as a member of a list beside its terms
    own: frozenset[str] = frozenset()  # the keys under which its terms are found

    @property
    def keys(self) -> frozenset[str]:
        return self.own.union(*(one.keys for one in self.also))

    @property
    def has_spans(self) -> bool:
        return self.least == 1

    def triggers(self) -> frozenset[str] | None:
        return self.own.union(*(one.triggers() or one.keys for one in self.also))

    def possible(self, present: Present) -> bool:
        return not self.own.isdisjoint(present.anywhere) or _any_possible(self.also, present)

    def mask(self, scene: Scene) -> int:
        self._gather(scene)
        return scene.mask(self.key)

    def met(self, scene: Scene, window: Window) -> Met | None:
        found = self.spans(scene, window)
        if self.least == 1:
            return (found[0],) if found else None
        different = {one.what: one for one in reversed(found)}
        return (
            (*reversed(different.values()),)[: self.least]
            if (len(different) >= self.least)
            else None
        )

    def spans(self, scene: Scene, window: Window) -> list[Found]:
        self._gather(scene)
        return scene.within(self.key, window)

    def places(self, scene: Scene) -> Iterator[Place]:
        if self.least == 1:
            yield from Query.places(self, scene)
        elif met := self.met(scene, ARTICLE):
            yield Place(met=met, where=self.where)

    def _gather(self, scene: Scene) -> None:
        if not self.also or scene.has(self.key):
            return
        found = list(chain.from_iterable(scene.sightings(key) for key in self.own))
        for one in self.also:
            found += one.spans(scene, ARTICLE)
        scene.put(self.key, found)


@dataclass(frozen=True, slots=True)
class Both(Query):
    """AND."""

    children: tuple[Query, ...]

    @property
    def keys(self) -> frozenset[str]:
        return _keys_of(self.children)

    def triggers(self) -> frozenset[str] | None:
        needed = [found for one in self.children if (found := one.triggers()) is not None]
        return min(needed, key=_commonness) if needed else None

    def possible(self, present: Present) -> bool:
        return _all_possible(self.children, present)

    def mask(self, scene: Scene) -> int:
        mask = EVERYWHERE
        for one in self.children:
            mask &= one.mask(scene)
            if not mask:
                break
        return mask

    def met(self, scene: Scene, window: Window) -> Met | None:
        found: list[Found] = []
        for one in self.children:
            met = one.met(scene, window)
            if met is None:
                return None
            found += met
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Either(Query):
    """OR: met by the first that holds."""

    children: tuple[Query, ...]

    @property
    def keys(self) -> frozenset[str]:
        return _keys_of(self.children)

    @property
    def has_spans(self) -> bool:
        return all(one.has_spans for one in self.children)

    def triggers(self) -> frozenset[str] | None:
        needed = [one.triggers() for one in self.children]
        if any(found is None for found in needed):
            return None
        return frozenset().union(*filter(None, needed))

    def possible(self, present: Present) -> bool:
        return _any_possible(self.children, present)

    def mask(self, scene: Scene) -> int:
        mask = 0
        for one in self.children:
            mask |= one.mask(scene)
        return mask

    def met(self, scene: Scene, window: Window) -> Met | None:
        for one in self.children:
            if (met := one.met(scene, window)) is not None:
                return met
        return None

    def spans(self, scene: Scene, window: Window) -> list[Found]:
        found = chain.from_iterable(one.spans(scene, window) for one in self.children)
        return sorted(dict.fromkeys(found), key=reading_order)


@dataclass(frozen=True, slots=True)
class Nothing(Query):
    """NOT."""

    of: Query

    @property
    def keys(self) -> frozenset[str]:
        return self.of.keys

    def met(self, scene: Scene, window: Window) -> Met | None:
        return () if self.of.met(scene, window) is None else None


@dataclass(frozen=True, slots=True)
class Near(Query):
    """NEAR/n: all within n words, in any order. ONEAR/n: the one, then the other."""

    children: tuple[Query, ...]
    distance: int
    in_order: bool

    @property
    def keys(self) -> frozenset[str]:
        return _keys_of(self.children)

    @property
    def has_spans(self) -> bool:
        return True

    def triggers(self) -> frozenset[str] | None:
        needed = [found for one in self.children if (found := one.triggers()) is not None]
        return min(needed, key=_commonness) if needed else None

    def possible(self, present: Present) -> bool:
        return _all_possible(self.children, present)

    def mask(self, scene: Scene) -> int:
        mask = EVERYWHERE
        for one in self.children:
            mask &= one.mask(scene)
        return mask

    def met(self, scene: Scene, window: Window) -> Met | None:
        return next(self._groups(scene, window), None)

    def spans(self, scene: Scene, window: Window) -> list[Found]:
        found = (near.joined(group) for group in self._groups(scene, window))
        return list(dict.fromkeys(found))

    def _groups(self, scene: Scene, window: Window) -> Iterator[Met]:
        found = [one.spans(scene, window) for one in self.children]
        if not all(found):
            return iter(())
        if self.in_order:
            return near.ordered(found[0], found[1], self.distance)
        return near.closest(found, self.distance)


@dataclass(frozen=True, slots=True)
class Same(Query):
    """SAME SENTENCE, SAME PARAGRAPH: each one that it holds in is a place of its own."""

    of: Query
    unit: Literal["sentence", "paragraph"]

    @property
    def where(self) -> str:
        return f"in one {self.unit}"

    @property
    def keys(self) -> frozenset[str]:
        return self.of.keys

    @property
    def has_spans(self) -> bool:
        return self.of.has_spans

    def triggers(self) -> frozenset[str] | None:
        return self.of.triggers()

    def possible(self, present: Present) -> bool:
        return self.of.possible(present)

    def mask(self, scene: Scene) -> int:
        return self.of.mask(scene)

    def met(self, scene: Scene, window: Window) -> Met | None:
        return next(self._each(scene, window), None)

    def spans(self, scene: Scene, window: Window) -> list[Found]:
        units = self._units(scene, window)
        return [*chain.from_iterable(self.of.spans(scene, unit) for unit in units)]

    def places(self, scene: Scene) -> Iterator[Place]:
        for met in self._each(scene, ARTICLE):
            yield Place(met=met, where=self.where)

    def _each(self, scene: Scene, window: Window) -> Iterator[Met]:
        for unit in self._units(scene, window):
            if (met := self.of.met(scene, unit)) is not None:
                yield met

    def _units(self, scene: Scene, window: Window) -> Iterator[Window]:
        if self.unit == "sentence":
            mask = self.of.mask(scene) & window.sentences & scene.everything
            return (Window(bit, window.words) for bit in bits(mask))
        units = dict.fromkeys(map(scene.paragraph, bits(scene.everything & window.sentences)))
        return (Window(unit & window.sentences, window.words) for unit in units)


@dataclass(frozen=True, slots=True)
class Inside(Query):
    """title:, lead:, text:, article: look there, whatever stands around them."""

    of: Query
    window: Window
    looks: str

    @property
    def where(self) -> str:
        return self.looks

    @property
    def keys(self) -> frozenset[str]:
        return self.of.keys

    @property
    def has_spans(self) -> bool:
        return self.of.has_spans

    def triggers(self) -> frozenset[str] | None:
        return self.of.triggers()

    def possible(self, present: Present) -> bool:
        if self.window.sentences == 1:
            present = Present(present.title, present.title)
        return self.of.possible(present)

    def mask(self, scene: Scene) -> int:
        return EVERYWHERE if self.met(scene, ARTICLE) is not None else 0

    def met(self, scene: Scene, window: Window) -> Met | None:
        if self.window.sentences == 1 and not self.of.mask(scene) & 1:
            return None  # most headlines end here
        return self.of.met(scene, self.window)

    def spans(self, scene: Scene, window: Window) -> list[Found]:
        return self.of.spans(scene, self.window)

    def places(self, scene: Scene) -> Iterator[Place]:
        if (met := self.met(scene, ARTICLE)) is not None:
            yield Place(met=met, where=self.where)


@dataclass(frozen=True, slots=True)
class AtLeast(Query):
    """ATLEAST/n: so many times."""

    of: Query
    least: int

    @property
    def keys(self) -> frozenset[str]:
        return self.of.keys

    def triggers(self) -> frozenset[str] | None:
        return self.of.triggers()

    def possible(self, present: Present) -> bool:
        return self.of.possible(present)

    def met(self, scene: Scene, window: Window) -> Met | None:
        found: list[Found] = []
        if self.of.has_spans:
            found = self.of.spans(scene, window)
            times = len(found)
        else:
            places = [
                place.met
                for place in self.of.places(scene)
                if all(contains(window, one) for one in place.met)
            ]
            times = len(places)
            found = list(dict.fromkeys(chain.from_iterable(places)))
        return tuple(found[: self.least]) if times >= self.least else None


@dataclass(frozen=True, slots=True)
class About(Query):
    """source:, lang:, credit: ask for what is known of an article beside its words."""

    fact: Literal["source", "language", "credit"]
    values: tuple[str, ...]  # folded; one that ends in "*" is how it begins

    def holds(self, facts: Facts) -> bool:
        value = getattr(facts, self.fact).casefold()
        return any(
            value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted
            for wanted in self.values
        )

    def met(self, scene: Scene, window: Window) -> Met | None:
        return () if self.holds(scene.facts) else None


# Asked of every clue for most articles: `any` and `all` would take more than twice as long.


def _any_possible(parts: tuple[Query, ...], present: Present) -> bool:
    for one in parts:  # noqa: SIM110
        if one.possible(present):
            return True
    return False


def _all_possible(parts: tuple[Query, ...], present: Present) -> bool:
    for one in parts:  # noqa: SIM110
        if not one.possible(present):
            return False
    return True


def _keys_of(parts: tuple[Query, ...]) -> frozenset[str]:
    return frozenset().union(*(one.keys for one in parts))


def _commonness(keys: frozenset[str]) -> tuple[bool, int]:
    """Entities are named in most articles; a rule's own words are not."""
    return any(key.startswith("@") for key in keys), len(keys)
