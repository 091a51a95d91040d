"""Rule set: all rules and all entities, compiled once; any article matched in one pass.

A rule set is pure: the same article gives the same findings, nothing is read or files. It pickles,
so a worker process may be handed one.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from crawler.model.vocabulary import Vocabulary
from pipelines.rules.compiled_cache import CompiledCache
from pipelines.rules.inflection.form_cache import FormCache
from pipelines.rules.inflection.word_forms import Inflection
from pipelines.rules.loader import ParsedFiles
from pipelines.rules.matching.article_text import Field
from pipelines.rules.query.article_view import Facts
from pipelines.rules.sightings import Sightings
from pipelines.rules.vocabulary import entities
from pipelines.rules.vocabulary.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.model.items import EntityHit, Match
    from pipelines.rules.file_models import Example
    from pipelines.rules.rule import Rule

SHIPPED = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What an article is about: the rules that fired and the entities it names."""

    matches: tuple[Match, ...] = ()
    entities: tuple[EntityHit, ...] = ()


class RuleSet:
    """Rules that have proved themselves: each holds to its own examples, or none is loaded."""

    def __init__(
        self, *, gazetteer: entities.Gazetteer, rules: Sequence[Rule], lexicon: Lexicon
    ) -> None:
        self.gazetteer = gazetteer
        self._entities = gazetteer.entities
        self._rules = tuple(rules)
        self._lexicon = lexicon
        self._by_trigger: dict[str, list[int]] = defaultdict(list)
        for number, rule in enumerate(self._rules):
            for key in rule.triggers:
                self._by_trigger[key].append(number)

    @classmethod
    def load(cls, folders: Sequence[Path] = ()) -> RuleSet:
        """The rules that ship and those in `folders`; raises `Unusable`, naming the file, the key
        and what was expected. A folder holds `rules/`, `entities/` and `lists/` of TOML files.

        Rules that were loaded before, as they stand, are not compiled and not tried again.
        """
        with _undisturbed():
            files = ParsedFiles.read(_places(folders))
            cache = CompiledCache.in_cache(files.contents())
            if table := cache.get():
                return cls._of(files, Lexicon(table))
            lexicon = _compiled(files)
        rule_set = cls._of(files, lexicon)
        for rule in rule_set.rules:
            if failed := next(rule_set.failures(rule), None):
                raise Unusable(failed)
        cache.put(lexicon.table)
        return rule_set

    @classmethod
    def read(cls, folders: Sequence[Path] = ()) -> RuleSet:
        """As `load`, but rules that fail their own examples are in it, too."""
        return cls.compile(_places(folders))

    @classmethod
    def compile(cls, places: Sequence[Path]) -> RuleSet:
        """The rules of these folders and no others."""
        with _undisturbed():
            files = ParsedFiles.read(places)
            return cls._of(files, _compiled(files))

    @classmethod
    def _of(cls, files: ParsedFiles, lexicon: Lexicon) -> RuleSet:
        return cls(gazetteer=files.gazetteer, rules=files.rules, lexicon=lexicon)

    @classmethod
    def empty(cls) -> RuleSet:
        """A rule set without rules and entities, which finds nothing."""
        nothing = entities.Gazetteer(entities={}, tables=())
        return cls(gazetteer=nothing, rules=(), lexicon=Lexicon.of(()))

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self._rules

    @property
    def patterns(self) -> int:
        """How many different patterns are looked for."""
        return self._lexicon.size

    def match(
        self, title: str, text: str, language: str = "", *, source: str = "", credit: str = ""
    ) -> Findings:
        """The rules that fire on an article and the entities it names.

        `language` is ISO 639-1, "" where it is not known; names that are ordinary words in that
        language are then not believed. `source` and `credit` are what queries may ask for.
        """
        facts = Facts(language=language, source=source, credit=credit)
        sightings = self.search(title, text, facts)
        hits = tuple(mentions.entity.hit() for mentions in sightings.named.values())
        matches = (rule.match(sightings, hits) for rule in self._candidate_rules(sightings))
        return Findings(matches=tuple(filter(None, matches)), entities=hits)

    def search(self, title: str, text: str, facts: Facts) -> Sightings:
        """Everything that any rule may ask of an article, found in one pass."""
        return Sightings(
            Field.search("title", title, self._lexicon, facts.language),
            Field.search("text", text, self._lexicon, facts.language),
            self._entities,
            facts,
        )

    def _candidate_rules(self, sightings: Sightings) -> Iterator[Rule]:
        """The rules that could fire, of thousands, by what the article holds."""
        numbers = {
            number for key in sightings.present.anywhere for number in self._by_trigger.get(key, ())
        }
        for number in sorted(numbers):
            rule = self._rules[number]
            if rule.covers_language(sightings.facts.language) and rule.may_fire(sightings.present):
                yield rule

    def failures(self, rule: Rule) -> Iterator[str]:
        """What the rule's own examples say against it, one line each."""
        examples = rule.file.examples
        for key, wanted, given in (
            ("must", True, examples.must),
            ("must_not", False, examples.must_not),
        ):
            for number, example in enumerate(given, 1):
                if self._fires(rule, example) is not wanted:
                    yield (
                        f"{rule.path}: examples.{key}[{number}]: the rule "
                        f"{'does not fire' if wanted else 'fires'} on "
                        f"{(example.title or example.text)!r}; mend the rule or the example"
                    )

    def _fires(self, rule: Rule, example: Example) -> bool:
        found = self.match(example.title, example.text, example.language)
        return any(match.rule == rule.id for match in found.matches)


def vocabulary(folders: Sequence[Path] = ()) -> Vocabulary:
    """The names in the rules that ship and those in `folders`; raises `Unusable`."""
    files = ParsedFiles.read(_places(folders))
    entities = files.gazetteer.entities.values()
    return Vocabulary(
        rules=frozenset(rule.id for rule in files.rules),
        topics=frozenset(topic for rule in files.rules for topic in rule.file.topics),
        entities=frozenset(name for one in entities for name in (one.id, one.type)),
    )


def _compiled(files: ParsedFiles) -> Lexicon:
    forms = FormCache.in_cache()
    lexicon = Lexicon.of(files.patterns(Inflection(forms)))
    forms.save()
    return lexicon


def _places(folders: Sequence[Path]) -> tuple[Path, ...]:
    for folder in folders:
        if not folder.is_dir():
            raise Unusable(f"rules.folders: {folder} is no folder; expected one with rules/")
    return (SHIPPED, *folders)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the collector, which would look through all that was made over and over."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
