"""Nodes of the syntax tree: a class for each operator, evaluated on every article."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal

from pipelines.rules.query import near
from pipelines.rules.query.article_view import ARTICLE, ArticleView, Facts, Window, reading_order
from pipelines.rules.query.base import Compound, Matched, Place, PresentKeys, Query, any_possible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.rules.matching.article_text import Span


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

    def possible(self, present: PresentKeys) -> bool:
        return not self.own.isdisjoint(present.anywhere) or any_possible(self.also, present)

    def mask(self, view: ArticleView) -> int:
        self._gather(view)
        return view.mask(self.key)

    def met(self, view: ArticleView, window: Window) -> Matched | None:
        found = self.spans(view, window)
        if self.least == 1:
            return (found[0],) if found else None
        different = {one.what: one for one in reversed(found)}
        return (
            (*reversed(different.values()),)[: self.least]
            if (len(different) >= self.least)
            else None
        )

    def spans(self, view: ArticleView, window: Window) -> list[Span]:
        self._gather(view)
        return view.within(self.key, window)

    def places(self, view: ArticleView) -> Iterator[Place]:
        if self.least == 1:
            yield from Query.places(self, view)
        elif met := self.met(view, ARTICLE):
            yield Place(met=met, where=self.where)

    def _gather(self, view: ArticleView) -> None:
        if not self.also or view.has(self.key):
            return
        found = list(chain.from_iterable(view.sightings(key) for key in self.own))
        for one in self.also:
            found += one.spans(view, ARTICLE)
        view.put(self.key, found)


@dataclass(frozen=True, slots=True)
class And(Compound):
    """AND."""

    def met(self, view: ArticleView, window: Window) -> Matched | None:
        found: list[Span] = []
        for child in self.children:
            met = child.met(view, window)
            if met is None:
                return None
            found += met
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Or(Compound):
    """OR: met by the first that holds."""

    @property
    def has_spans(self) -> bool:
        return all(child.has_spans for child in self.children)

    def triggers(self) -> frozenset[str] | None:
        needed = [child.triggers() for child in self.children]
        if any(found is None for found in needed):
            return None
        return frozenset().union(*filter(None, needed))

    def possible(self, present: PresentKeys) -> bool:
        return any_possible(self.children, present)

    def mask(self, view: ArticleView) -> int:
        mask = 0
        for child in self.children:
            mask |= child.mask(view)
        return mask

    def met(self, view: ArticleView, window: Window) -> Matched | None:
        for child in self.children:
            if (met := child.met(view, window)) is not None:
                return met
        return None

    def spans(self, view: ArticleView, window: Window) -> list[Span]:
        found = chain.from_iterable(child.spans(view, window) for child in self.children)
        return sorted(dict.fromkeys(found), key=reading_order)


@dataclass(frozen=True, slots=True)
class Not(Query):
    """NOT."""

    of: Query

    @property
    def keys(self) -> frozenset[str]:
        return self.of.keys

    def met(self, view: ArticleView, window: Window) -> Matched | None:
        return () if self.of.met(view, window) is None else None


@dataclass(frozen=True, slots=True)
class Near(Compound):
    """NEAR/n: all within n words, in any order. ONEAR/n: the one, then the other."""

    distance: int
    in_order: bool

    @property
    def has_spans(self) -> bool:
        return True

    def met(self, view: ArticleView, window: Window) -> Matched | None:
        return next(self._groups(view, window), None)

    def spans(self, view: ArticleView, window: Window) -> list[Span]:
        found = (near.joined(group) for group in self._groups(view, window))
        return list(dict.fromkeys(found))

    def _groups(self, view: ArticleView, window: Window) -> Iterator[Matched]:
        found = [child.spans(view, window) for child in self.children]
        if not all(found):
            return iter(())
        if self.in_order:
            return near.ordered(found[0], found[1], self.distance)
        return near.closest(found, self.distance)


@dataclass(frozen=True, slots=True)
class FactQuery(Query):
    """source:, lang:, credit: ask for what is known of an article beside its words."""

    fact: Literal["source", "language", "credit"]
    values: tuple[str, ...]  # folded; one that ends in "*" is how it begins

    def holds(self, facts: Facts) -> bool:
        value = getattr(facts, self.fact).casefold()
        return any(
            value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted
            for wanted in self.values
        )

    def met(self, view: ArticleView, window: Window) -> Matched | None:
        return () if self.holds(view.facts) else None
