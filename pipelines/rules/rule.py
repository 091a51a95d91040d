"""Rule: one, compiled. It scores what was found in an article, and says why it matched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from crawler.model.items import Match
from pipelines.rules import explanation
from pipelines.rules.file_models import RuleFile, read
from pipelines.rules.query.article_view import ARTICLE
from pipelines.rules.query.context import QueryContext
from pipelines.rules.vocabulary.patterns import Kind, Mark
from pipelines.rules.vocabulary.term_lists import TermList, marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from crawler.model.items import EntityHit
    from pipelines.rules.inflection.word_forms import Inflection
    from pipelines.rules.query.base import Matched, Place, PresentKeys, Query
    from pipelines.rules.sightings import Sightings
    from pipelines.rules.vocabulary.patterns import Pattern

_OFTEN = 20  # places that a weighted term counts in, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """A query that adds to the score for each place, `times` at most."""

    name: str
    query: Query
    weight: float
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredClue:
    """A clue that held, and what it added to the score."""

    clue: Clue
    places: tuple[Place, ...]

    @property
    def points(self) -> float:
        return self.clue.weight * len(self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a rule makes of one article. `vetoes` are those that hold, as written."""

    holds: bool  # what the rule requires
    counted: tuple[ScoredClue, ...] = ()
    vetoes: tuple[tuple[str, Matched], ...] = ()

    @property
    def score(self) -> float:
        return sum(one.points for one in self.counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule from one file. `version` changes when anything that it says does."""

    file: RuleFile
    path: Path
    version: str
    context: QueryContext
    query: Query | None
    clues: tuple[Clue, ...]
    promising: tuple[Clue, ...]  # those that add, the heaviest first
    vetoes: tuple[tuple[str, Query], ...]
    triggers: frozenset[str]  # an article without any of these cannot be of interest

    @property
    def id(self) -> str:
        return self.file.id

    def patterns(self, inflection: Inflection) -> Iterator[tuple[Pattern, Mark]]:
        """All patterns of the rule's own terms and masks; raises `Unusable` for a bad term."""
        for found in own_lists(self.file, self.path).values():
            yield from found.patterns(inflection)
        yield from self.context.patterns(inflection)
        mark = Mark(kind=Kind.MASK, owner=self.id)
        for language, terms in self.file.masks.items():
            place = f"masks.{language}"
            yield from marked(self.path, place, terms, language, mark, inflection)

    def may_fire(self, present: PresentKeys) -> bool:
        """False where what the article holds cannot meet the query or reach the threshold,
        wherever it stands. Cheap, for it is asked of many articles.
        """
        if self.query is not None and not self.query.possible(present):
            return False
        best = 0.0
        for one in self.promising:
            if one.query.possible(present):
                best += one.weight * one.times
                if best >= self.file.threshold:
                    return True
        return False

    def comes_near(self, present: PresentKeys) -> bool:
        """Whether the article holds anything that adds to the score."""
        return any(one.query.possible(present) for one in self.promising)

    def evaluate(self, sightings: Sightings) -> Verdict:
        """How far the article goes towards the rule, whether it fires or not."""
        view = sightings.view(self.id)
        if self.query is not None and self.query.met(view, ARTICLE) is None:
            return Verdict(holds=False)
        counted = tuple(
            ScoredClue(clue=clue, places=places)
            for clue in self.clues
            if clue.query.possible(sightings.present)
            and (places := tuple(islice(clue.query.places(view), clue.times)))
        )
        if sum(one.points for one in counted) < self.file.threshold:
            return Verdict(holds=True, counted=counted)
        vetoes = tuple(
            (text, met)
            for text, query in self.vetoes
            if (met := query.met(view, ARTICLE)) is not None
        )
        return Verdict(holds=True, counted=counted, vetoes=vetoes)

    def covers_language(self, language: str) -> bool:
        """Whether the rule is for articles in that language; "" is not known."""
        return not self.file.languages or not language or language in self.file.languages

    def match(self, sightings: Sightings, entities: Sequence[EntityHit]) -> Match | None:
        """The receipt if the rule fires on the article, else None."""
        verdict = self.evaluate(sightings)
        if not verdict.holds or verdict.score < self.file.threshold or verdict.vetoes:
            return None
        counted = [(one.points, one.places) for one in verdict.counted]
        return Match(
            rule=self.id,
            version=self.version,
            title=self.file.title,
            score=verdict.score,
            threshold=self.file.threshold,
            severity=self.file.severity,
            topics=tuple(self.file.topics),
            reason=explanation.reason(
                counted, verdict.score, self.file.threshold, entities, sightings.fields
            ),
            entities=tuple(entities),
            evidence=tuple(explanation.evidence(counted, sightings.fields)),
        )


def own_lists(file: RuleFile, path: Path) -> dict[str, TermList]:
    return {
        name: TermList(name=name, owner=file.id, path=path, terms=terms)
        for name, terms in file.terms.items()
    }


def load_rule(path: Path, shared: Mapping[str, TermList], labels: frozenset[str]) -> Rule:
    """Read one rule; `labels` are those that entities have. Raises `Unusable`."""
    file = read(path, RuleFile)
    lists = {**shared, **own_lists(file, path)}
    context = QueryContext(
        rule=file.id, path=path, languages=file.languages, lists=lists, labels=labels
    )
    for name in file.terms:
        context.read(f"${name}", f"terms.{name}")
    query = context.read(file.query, "query") if file.query else None
    clues = tuple(_clues(file, query, context))
    vetoes = tuple(
        (text, context.read(text, f"vetoes[{number}]"))
        for number, text in enumerate(file.vetoes, 1)
    )
    return Rule(
        file=file,
        path=path,
        version=_version(file, context),
        context=context,
        query=query,
        clues=clues,
        promising=tuple(
            sorted(
                (clue for clue in clues if clue.weight > 0),
                key=lambda one: -one.weight * one.times,
            )
        ),
        vetoes=vetoes,
        triggers=_triggers(path, query, clues),
    )


def _clues(file: RuleFile, query: Query | None, context: QueryContext) -> Iterator[Clue]:
    for number, one in enumerate(file.clues, 1):
        article = context.read(one.query, f"clues[{number}].query")
        yield Clue(name=one.name or one.query, query=article, weight=one.weight, times=one.times)
    for text, weight in file.weights.items():
        article = context.read(text, "weights")
        yield Clue(name=text, query=article, weight=weight, times=_OFTEN)
    if query is not None and not file.clues and not file.weights:
        # The query alone decides.
        yield Clue(name="the query holds", query=query, weight=file.threshold, times=1)


def _triggers(path: Path, query: Query | None, clues: Sequence[Clue]) -> frozenset[str]:
    """A rule fires on what is there: its query or every clue that adds must ask for something."""
    needed = query.triggers() if query is not None else None
    if needed is not None:
        return needed
    each = [clue.query.triggers() for clue in clues if clue.weight > 0]
    if not each or any(found is None for found in each):
        raise Unusable(
            f"{path}: expected the query, or every clue with a weight above 0, to ask for "
            "something that must be there; the rule could fire on an empty article"
        )
    return frozenset(chain.from_iterable(filter(None, each)))


def _version(file: RuleFile, context: QueryContext) -> str:
    shared = [f"{one.name}{one.terms}" for one in context.used.values() if not one.owner]
    contents = file.model_dump_json() + "".join(sorted(shared))
    return hashlib.sha256(contents.encode()).hexdigest()[:12]
