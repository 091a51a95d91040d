"""All rules and all entities, compiled once; any article matched in one pass.

A book is pure: the same article gives the same findings, nothing is read or written. It pickles,
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
from pipelines.rules.compiled_cache import Kept
from pipelines.rules.inflection.form_cache import Remembered
from pipelines.rules.inflection.word_forms import Inflection
from pipelines.rules.loader import Written
from pipelines.rules.matching.article_text import Field
from pipelines.rules.query.scene import Facts
from pipelines.rules.sightings import Sighted
from pipelines.rules.vocabulary import entities as gazetteers
from pipelines.rules.vocabulary.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.model.items import EntityHit, Match
    from pipelines.rules.file_models import Example
    from pipelines.rules.rule import Watch

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
        self.gazetteer = gazetteer
        self._entities = gazetteer.entities
        self._rules = tuple(rules)
        self._lexicon = lexicon
        self._by_trigger: dict[str, list[int]] = defaultdict(list)
        for number, rule in enumerate(self._rules):
            for key in rule.triggers:
                self._by_trigger[key].append(number)

    @classmethod
    def load(cls, folders: Sequence[Path] = ()) -> RuleBook:
        """The rules that ship and those in `folders`; raises `Unusable`, naming the file, the key
        and what was expected. A folder holds `watches/`, `entities/` and `lists/` of TOML files.

        Rules that were loaded before, as they stand, are not compiled and not tried again.
        """
        with _undisturbed():
            written = Written.read(_places(folders))
            kept = Kept.in_cache(written.said())
            if sheets := kept.get():
                return cls._of(written, Lexicon(sheets))
            lexicon = _compiled(written)
        book = cls._of(written, lexicon)
        for rule in book.rules:
            if failed := next(book.failures(rule), None):
                raise Unusable(failed)
        kept.put(lexicon.sheets)
        return book

    @classmethod
    def read(cls, folders: Sequence[Path] = ()) -> RuleBook:
        """As `load`, but rules that fail their own examples are in it, too."""
        return cls.compile(_places(folders))

    @classmethod
    def compile(cls, places: Sequence[Path]) -> RuleBook:
        """The rules of these folders and no others."""
        with _undisturbed():
            written = Written.read(places)
            return cls._of(written, _compiled(written))

    @classmethod
    def _of(cls, written: Written, lexicon: Lexicon) -> RuleBook:
        return cls(gazetteer=written.gazetteer, rules=written.rules, lexicon=lexicon)

    @classmethod
    def empty(cls) -> RuleBook:
        """A book without rules and entities, which finds nothing."""
        nothing = gazetteers.Gazetteer(entities={}, tables=())
        return cls(gazetteer=nothing, rules=(), lexicon=Lexicon.of(()))

    @property
    def rules(self) -> tuple[Watch, ...]:
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
        sighted = self.look(title, text, facts)
        hits = tuple(one.entity.hit() for one in sighted.named.values())
        matches = (rule.match(sighted, hits) for rule in self._worth_asking(sighted))
        return Findings(matches=tuple(filter(None, matches)), entities=hits)

    def look(self, title: str, text: str, facts: Facts) -> Sighted:
        """Everything that any rule may ask of an article, found in one pass."""
        return Sighted(
            Field.search("title", title, self._lexicon, facts.language),
            Field.search("text", text, self._lexicon, facts.language),
            self._entities,
            facts,
        )

    def _worth_asking(self, sighted: Sighted) -> Iterator[Watch]:
        """The rules that could fire, of thousands, by what the article holds."""
        numbers = {
            number for key in sighted.present.anywhere for number in self._by_trigger.get(key, ())
        }
        for number in sorted(numbers):
            rule = self._rules[number]
            if rule.speaks(sighted.facts.language) and rule.may_fire(sighted.present):
                yield rule

    def failures(self, rule: Watch) -> Iterator[str]:
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

    def _fires(self, rule: Watch, example: Example) -> bool:
        found = self.match(example.title, example.text, example.language)
        return any(match.rule == rule.id for match in found.matches)


def _compiled(written: Written) -> Lexicon:
    remembered = Remembered.in_cache()
    lexicon = Lexicon.of(written.patterns(Inflection(remembered)))
    remembered.save()
    return lexicon


def _places(folders: Sequence[Path]) -> tuple[Path, ...]:
    for folder in folders:
        if not folder.is_dir():
            raise Unusable(f"rules.folders: {folder} is no folder; expected one with watches/")
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
