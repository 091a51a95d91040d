"""Where a query looks: in a sentence or a paragraph, in the headline or the lead, so many times."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal

from pipelines.rules.query.base import Met, Place, Present, Within
from pipelines.rules.query.scene import ARTICLE, EVERYWHERE, Scene, Window, bits, contains

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.rules.matching.article_text import Found


@dataclass(frozen=True, slots=True)
class Same(Within):
    """SAME SENTENCE, SAME PARAGRAPH: each one that it holds in is a place of its own."""

    unit: Literal["sentence", "paragraph"]

    @property
    def where(self) -> str:
        return f"in one {self.unit}"

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
class Inside(Within):
    """title:, lead:, text:, article: look there, whatever stands around them."""

    window: Window
    looks: str

    @property
    def where(self) -> str:
        return self.looks

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
class AtLeast(Within):
    """ATLEAST/n: so many times."""

    least: int

    @property
    def has_spans(self) -> bool:
        return False

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
