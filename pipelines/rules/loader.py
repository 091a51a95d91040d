"""What all files of rules say, read and checked, before any term is spelled out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from pipelines.rules import rule as watches
from pipelines.rules.vocabulary import entities as gazetteers
from pipelines.rules.vocabulary import term_lists as lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipelines.rules.inflection.word_forms import Inflection
    from pipelines.rules.rule import Watch
    from pipelines.rules.vocabulary.patterns import Mark, Pattern
    from pipelines.rules.vocabulary.term_lists import TermList


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The entities, the lists that all rules share, and the rules."""

    gazetteer: gazetteers.Gazetteer
    shared: Mapping[str, TermList]
    rules: tuple[Watch, ...]

    @classmethod
    def read(cls, places: Sequence[Path]) -> Written:
        """Of these folders; raises `Unusable`."""
        gazetteer = gazetteers.load(_files(places, "entities"))
        shared = lists.load(_files(places, "lists"))
        labels = gazetteer.labels
        rules = [watches.load(path, shared, labels) for path in _files(places, "watches")]
        _refuse_doubles(rules)
        return cls(gazetteer=gazetteer, shared=shared, rules=tuple(rules))

    def patterns(self, inflection: Inflection) -> Iterator[tuple[Pattern, Mark]]:
        """All that is to be looked for; raises `Unusable` for a bad term."""
        yield from self.gazetteer.patterns(inflection)
        for one in self.shared.values():
            yield from one.patterns(inflection)
        for rule in self.rules:
            yield from rule.patterns(inflection)

    def said(self) -> Iterator[str]:
        """Everything that the files say, in their order; comments are not in it."""
        for _, table in self.gazetteer.tables:
            yield table.model_dump_json()
        for one in self.shared.values():
            yield repr((one.name, one.terms))
        for rule in self.rules:
            yield rule.file.model_dump_json()


def _files(places: Iterable[Path], kind: str) -> list[Path]:
    return [path for place in places for path in sorted((place / kind).glob("*.toml"))]


def _refuse_doubles(rules: Iterable[Watch]) -> None:
    first: dict[str, Path] = {}
    for rule in rules:
        if rule.id in first:
            raise Unusable(f"{rule.path}: the rule {rule.id!r} is in {first[rule.id]} already")
        first[rule.id] = rule.path
