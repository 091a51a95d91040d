"""All rules and all entities, compiled once; any article matched in one pass.

A book is pure: the same article gives the same findings, nothing is read or written. It pickles,
so a worker process may be handed one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import Unusable
from pipelines.rules import entities as gazetteers
from pipelines.rules import watch as watches
from pipelines.rules.inflection import Russian
from pipelines.rules.lexicon import Lexicon
from pipelines.rules.reading import Field, name_entities

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.types import EntityHit, Match
    from pipelines.rules.files import Example
    from pipelines.rules.reading import Named, Sightings
    from pipelines.rules.watch import Watch

SHIPPED = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What an article is about: the rules that fired and the entities it names."""

    matches: tuple[Match, ...] = ()
    entities: tuple[EntityHit, ...] = ()


class RuleBook:
    """Rules that have proved themselves: each holds to its own examples, or the book won't load."""

    def __init__(
        self, *, gazetteer: gazetteers.Gazetteer, rules: Sequence[Watch], lexicon: Lexicon
    ) -> None:
        self._entities = gazetteer.entities
        self._rules = tuple(rules)
        self._lexicon = lexicon

    @classmethod
    def load(cls, folders: Sequence[Path] = ()) -> RuleBook:
        """The rules that ship and those in `folders` (`entities/*.toml`, `watches/*.toml`).

        Raises `Unusable`, naming the file, the key and what was expected.
        """
        for folder in folders:
            if not folder.is_dir():
                raise Unusable(f"rules.folders: {folder} is no folder; expected one with watches/")
        places = (SHIPPED, *folders)
        gazetteer = gazetteers.load(_files(places, "entities"))
        labels = gazetteer.labels
        rules = [watches.load(path, labels) for path in _files(places, "watches")]
        _refuse_doubles(rules)
        russian = Russian()
        lexicon = Lexicon(
            chain(
                gazetteer.patterns(russian),
                chain.from_iterable(rule.patterns(russian) for rule in rules),
            )
        )
        book = cls(gazetteer=gazetteer, rules=rules, lexicon=lexicon)
        for rule in rules:
            book._prove(rule)
        return book

    @classmethod
    def empty(cls) -> RuleBook:
        """A book without rules and entities, which finds nothing."""
        nothing = gazetteers.Gazetteer(entities={}, tables=())
        return cls(gazetteer=nothing, rules=(), lexicon=Lexicon(()))

    @property
    def rules(self) -> tuple[Watch, ...]:
        return self._rules

    @property
    def patterns(self) -> int:
        """How many different strings are looked for."""
        return self._lexicon.size

    def match(self, title: str, text: str, language: str = "") -> Findings:
        """The rules that fire on an article and the entities it names.

        `language` is ISO 639-1, "" where it is not known; names that are ordinary words in that
        language are then not believed.
        """
        fields = tuple(
            Field.search(part, value, self._lexicon, language)
            for part, value in (("title", title), ("text", text))
        )
        named = name_entities(fields, self._entities)
        hits = tuple(one.entity.hit() for one in named.values())
        present = {f"@{label}" for one in named.values() for label in one.entity.labels}
        rules = [rule for rule in self._rules if rule.may_fire(fields, present)]
        sightings = _sightings(named.values()) if rules else {}
        matches = (rule.match(fields, sightings, hits, language) for rule in rules)
        return Findings(matches=tuple(filter(None, matches)), entities=hits)

    def _prove(self, rule: Watch) -> None:
        examples = rule.file.examples
        for key, wanted, given in (
            ("must", True, examples.must),
            ("must_not", False, examples.must_not),
        ):
            for number, example in enumerate(given, 1):
                if self._fires(rule, example) is not wanted:
                    raise Unusable(
                        f"{rule.path}: examples.{key}[{number}]: the rule "
                        f"{'does not fire' if wanted else 'fires'} on "
                        f"{(example.title or example.text)!r}; mend the rule or the example"
                    )

    def _fires(self, rule: Watch, example: Example) -> bool:
        found = self.match(example.title, example.text, example.language)
        return any(match.rule == rule.id for match in found.matches)


def _sightings(named: Iterable[Named]) -> Sightings:
    """Where each label's entities are named."""
    sightings: Sightings = {}
    for one in named:
        places = list(one.places())
        for label in one.entity.labels:
            sightings.setdefault(f"@{label}", []).extend(places)
    return sightings


def _files(places: Iterable[Path], kind: str) -> list[Path]:
    return [path for place in places for path in sorted((place / kind).glob("*.toml"))]


def _refuse_doubles(rules: Iterable[Watch]) -> None:
    first: dict[str, Path] = {}
    for rule in rules:
        if rule.id in first:
            raise Unusable(f"{rule.path}: the rule {rule.id!r} is in {first[rule.id]} already")
        first[rule.id] = rule.path
