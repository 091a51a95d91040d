"""Sightings: every term and entity found in one article, and what of it counts for which rule."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.rules.matching.article_text import Field, uncovered
from pipelines.rules.matching.entity_mentions import EntityMentions, find_entities
from pipelines.rules.query.article_view import ArticleView
from pipelines.rules.query.base import PresentKeys
from pipelines.rules.vocabulary.lexicon import Hit
from pipelines.rules.vocabulary.patterns import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipelines.rules.matching.article_text import Span
    from pipelines.rules.query.article_view import Facts
    from pipelines.rules.vocabulary.entities import Entity

Placed = tuple[Field, Hit]


class Sightings:
    """The fields of an article, the entities it names, and the terms in it by key."""

    def __init__(
        self, title: Field, text: Field, entities: Mapping[str, Entity], facts: Facts
    ) -> None:
        self.fields = (title, text)
        self.facts = facts
        self.named: dict[str, EntityMentions] = find_entities(self.fields, entities)
        self._labels: dict[str, list[EntityMentions]] = defaultdict(list)
        for one in self.named.values():
            for key in one.entity.keys:
                self._labels[key].append(one)
        terms = {hit.mark.key for field in self.fields for hit in field.terms}
        #: The keys that anything was found of, hidden by a longer name or not.
        self.present = PresentKeys(terms.union(self._labels), self._in(title))
        self._clear: list[list[Hit]] | None = None
        self._entity_places: dict[str, list[Span]] = {}

    def _in(self, field: Field) -> set[str]:
        """The keys that one field holds something of."""
        keys = {hit.mark.key for hit in field.terms}
        for hit in field.names:
            if hit.mark.kind is Kind.ENTITY and hit.mark.owner in self.named:
                keys |= self.named[hit.mark.owner].entity.keys
        return keys

    def view(self, rule: str) -> ArticleView:
        """What counts for one rule: its masks hide what stands inside them."""
        hits = self._unmasked(rule)
        by_key: dict[str, list[Placed]] = defaultdict(list)
        for field, found in zip(self.fields, hits, strict=True):
            for hit in found:
                by_key[hit.mark.key].append((field, hit))
        return ArticleView(
            self._finder(by_key), sentences=self.fields[1].sentences, facts=self.facts
        )

    def _finder(self, by_key: Mapping[str, Sequence[Placed]]) -> Callable[[str], list[Span]]:
        def find(key: str) -> list[Span]:
            if key.startswith("@"):
                return self._places(key)
            return _outer(by_key.get(key, ()))

        return find

    def _places(self, key: str) -> list[Span]:
        if key not in self._entity_places:
            places = [place for one in self._labels.get(key, ()) for place in one.places()]
            self._entity_places[key] = places
        return self._entity_places[key]

    def _unmasked(self, rule: str) -> list[list[Hit]]:
        if self._clear is None:
            self._clear = [list(uncovered(field.terms, field.names)) for field in self.fields]
        unmasked = []
        for found in self._clear:
            masks = [hit for hit in found if hit.mark.kind is Kind.MASK and hit.mark.owner == rule]
            terms = [hit for hit in found if hit.mark.kind is Kind.TERM]
            unmasked.append(list(uncovered(terms, masks)) if masks else terms)
        return unmasked


def _outer(placed: Sequence[Placed]) -> list[Span]:
    """Those of one key, without those inside another of it."""
    found: list[Span] = []
    field: Field | None = None
    end = 0
    for where, hit in placed:
        if where is not field:
            field, end = where, 0
        if hit.end > end and (one := where.found(hit, hit.mark.label, hit.mark.label)):
            end = hit.end
            found.append(one)
    return found
