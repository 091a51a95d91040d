"""Parser of all files of a rule set: read and checked, before any term is spelled out.

A folder of rules holds `rules/`, `entities/` and `lists/` of TOML files. `rules/` was called
`watches/`, and is still read under that name in this release.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from pipelines.rules.rule import load_rule
from pipelines.rules.vocabulary import entities, term_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipelines.rules.inflection.word_forms import Inflection
    from pipelines.rules.rule import Rule
    from pipelines.rules.vocabulary.patterns import Mark, Pattern
    from pipelines.rules.vocabulary.term_lists import TermList

RULES = "rules"
OLD_RULES = "watches"
FOLDERS = (RULES, OLD_RULES, "entities", "lists")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFiles:
    """The entities, the lists that all rules share, and the rules."""

    gazetteer: entities.Gazetteer
    shared: Mapping[str, TermList]
    rules: tuple[Rule, ...]

    @classmethod
    def read(cls, places: Sequence[Path]) -> ParsedFiles:
        """Of these folders; raises `Unusable`."""
        gazetteer = entities.load(_files(places, "entities"))
        shared = term_lists.load(_files(places, "lists"))
        labels = gazetteer.labels
        rules = [load_rule(path, shared, labels) for path in _rule_files(places)]
        _refuse_doubles(rules)
        return cls(gazetteer=gazetteer, shared=shared, rules=tuple(rules))

    def patterns(self, inflection: Inflection) -> Iterator[tuple[Pattern, Mark]]:
        """All that is to be looked for; raises `Unusable` for a bad term."""
        yield from self.gazetteer.patterns(inflection)
        for term_list in self.shared.values():
            yield from term_list.patterns(inflection)
        for rule in self.rules:
            yield from rule.patterns(inflection)

    def contents(self) -> Iterator[str]:
        """Everything that the files say, in their order; comments are not in it."""
        for _, table in self.gazetteer.tables:
            yield table.model_dump_json()
        for term_list in self.shared.values():
            yield repr((term_list.name, term_list.terms))
        for rule in self.rules:
            yield rule.file.model_dump_json()


def old_folder_notices(places: Iterable[Path]) -> list[str]:
    """What to tell of folders whose rules still stand in `watches/`."""
    return [
        f"{place / OLD_RULES} is read for the last release: rename it to {place / RULES}"
        for place in places
        if _files([place], OLD_RULES)
    ]


def _rule_files(places: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for place in places:
        new, old = _files([place], RULES), _files([place], OLD_RULES)
        if new and old:
            raise Unusable(
                f"{place} holds rules in {RULES}/ and in {OLD_RULES}/, its old name; "
                f"move those of {OLD_RULES}/ into {RULES}/"
            )
        found += new or old
    return found


def _files(places: Iterable[Path], kind: str) -> list[Path]:
    return [path for place in places for path in sorted((place / kind).glob("*.toml"))]


def _refuse_doubles(rules: Iterable[Rule]) -> None:
    first: dict[str, Path] = {}
    for rule in rules:
        if rule.id in first:
            raise Unusable(f"{rule.path}: the rule {rule.id!r} is in {first[rule.id]} already")
        first[rule.id] = rule.path
