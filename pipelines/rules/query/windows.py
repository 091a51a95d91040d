"""Scope operators: in a sentence or a paragraph, in the headline or the lead, so many times."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal

from pipelines.rules.query.article_view import (
    ARTICLE,
    EVERYWHERE,
    ArticleView,
    Window,
    bits,
    contains,
)
from pipelines.rules.query.base import Matched, Place, PresentKeys, Wrapper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.rules.matching.article_text import Span


@dataclass(frozen=True, slots=True)
class SameUnit(Wrapper):
    """SAME SENTENCE, SAME PARAGRAPH: each one that it holds in is a place of its own."""

    unit: Literal["sentence", "paragraph"]

    @property
    def where(self) -> str:
        return f"in one {self.unit}"

    def mask(self, view: ArticleView) -> int:
        return self.of.mask(view)

    def met(self, view: ArticleView, window: Window) -> Matched | None:
        return next(self._each(view, window), None)

    def spans(self, view: ArticleView, window: Window) -> list[Span]:
        units = self._units(view, window)
        return [*chain.from_iterable(self.of.spans(view, unit) for unit in units)]

    def places(self, view: ArticleView) -> Iterator[Place]:
        for met in self._each(view, ARTICLE):
            yield Place(met=met, where=self.where)

    def _each(self, view: ArticleView, window: Window) -> Iterator[Matched]:
        for unit in self._units(view, window):
            if (met := self.of.met(view, unit)) is not None:
                yield met

    def _units(self, view: ArticleView, window: Window) -> Iterator[Window]:
        if self.unit == "sentence":
            mask = self.of.mask(view) & window.sentences & view.everything
            return (Window(bit, window.words) for bit in bits(mask))
        units = dict.fromkeys(map(view.paragraph, bits(view.everything & window.sentences)))
        return (Window(unit & window.sentences, window.words) for unit in units)


@dataclass(frozen=True, slots=True)
class InField(Wrapper):
    """title:, lead:, text:, article: look there, whatever stands around them."""

    window: Window
    looks: str

    @property
    def where(self) -> str:
        return self.looks

    def possible(self, present: PresentKeys) -> bool:
        if self.window.sentences == 1:
            present = PresentKeys(present.title, present.title)
        return self.of.possible(present)

    def mask(self, view: ArticleView) -> int:
        return EVERYWHERE if self.met(view, ARTICLE) is not None else 0

    def met(self, view: ArticleView, window: Window) -> Matched | None:
        if self.window.sentences == 1 and not self.of.mask(view) & 1:
            return None  # most headlines end here
        return self.of.met(view, self.window)

    def spans(self, view: ArticleView, window: Window) -> list[Span]:
        return self.of.spans(view, self.window)

    def places(self, view: ArticleView) -> Iterator[Place]:
        if (met := self.met(view, ARTICLE)) is not None:
            yield Place(met=met, where=self.where)


@dataclass(frozen=True, slots=True)
class AtLeast(Wrapper):
    """ATLEAST/n: so many times."""

    least: int

    @property
    def has_spans(self) -> bool:
        return False

    def met(self, view: ArticleView, window: Window) -> Matched | None:
        found: list[Span] = []
        if self.of.has_spans:
            found = self.of.spans(view, window)
            times = len(found)
        else:
            places = [
                place.met
                for place in self.of.places(view)
                if all(contains(window, one) for one in place.met)
            ]
            times = len(places)
            found = list(dict.fromkeys(chain.from_iterable(places)))
        return tuple(found[: self.least]) if times >= self.least else None
