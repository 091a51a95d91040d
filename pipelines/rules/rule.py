"""One rule, compiled: weigh what was sighted in an article, and say why it fired."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from crawler.model.items import Match
from pipelines.rules import explanation as receipt
from pipelines.rules.file_models import WatchFile, read
from pipelines.rules.query.context import Asking
from pipelines.rules.query.scene import ARTICLE
from pipelines.rules.vocabulary.patterns import Kind, Mark
from pipelines.rules.vocabulary.term_lists import TermList, marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from crawler.model.items import EntityHit
    from pipelines.rules.inflection.word_forms import Inflection
    from pipelines.rules.query.base import Met, Place, Present, Query
    from pipelines.rules.sightings import Sighted
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
class Counted:
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
    counted: tuple[Counted, ...] = ()
    vetoes: tuple[tuple[str, Met], ...] = ()

    @property
    def score(self) -> float:
        return sum(one.points for one in self.counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A rule from one file. `version` changes when anything that it says does."""

    file: WatchFile
    path: Path
    version: str
    asking: Asking
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
        yield from self.asking.patterns(inflection)
        mark = Mark(kind=Kind.MASK, owner=self.id)
        for language, terms in self.file.masks.items():
            place = f"masks.{language}"
            yield from marked(self.path, place, terms, language, mark, inflection)

    def may_fire(self, present: Present) -> bool:
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

    def comes_near(self, present: Present) -> bool:
        """Whether the article holds anything that adds to the score."""
        return any(one.query.possible(present) for one in self.promising)

    def weigh(self, sighted: Sighted) -> Verdict:
        """How far the article goes towards the rule, whether it fires or not."""
        scene = sighted.scene(self.id)
        if self.query is not None and self.query.met(scene, ARTICLE) is None:
            return Verdict(holds=False)
        counted = tuple(
            Counted(clue=one, places=places)
            for one in self.clues
            if one.query.possible(sighted.present)
            and (places := tuple(islice(one.query.places(scene), one.times)))
        )
        if sum(one.points for one in counted) < self.file.threshold:
            return Verdict(holds=True, counted=counted)
        vetoes = tuple(
            (text, met)
            for text, query in self.vetoes
            if (met := query.met(scene, ARTICLE)) is not None
        )
        return Verdict(holds=True, counted=counted, vetoes=vetoes)

    def speaks(self, language: str) -> bool:
        """Whether the rule is for articles in that language; "" is not known."""
        return not self.file.languages or not language or language in self.file.languages

    def match(self, sighted: Sighted, entities: Sequence[EntityHit]) -> Match | None:
        """The receipt if the rule fires on the article, else None."""
        verdict = self.weigh(sighted)
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
            reason=receipt.reason(
                counted, verdict.score, self.file.threshold, entities, sighted.fields
            ),
            entities=tuple(entities),
            evidence=tuple(receipt.evidence(counted, sighted.fields)),
        )


def own_lists(file: WatchFile, path: Path) -> dict[str, TermList]:
    return {
        name: TermList(name=name, owner=file.id, path=path, terms=terms)
        for name, terms in file.terms.items()
    }


def load(path: Path, shared: Mapping[str, TermList], labels: frozenset[str]) -> Watch:
    """Read one rule; `labels` are those that entities have. Raises `Unusable`."""
    file = read(path, WatchFile)
    lists = {**shared, **own_lists(file, path)}
    asking = Asking(rule=file.id, path=path, languages=file.languages, lists=lists, labels=labels)
    for name in file.terms:
        asking.read(f"${name}", f"terms.{name}")
    query = asking.read(file.query, "query") if file.query else None
    clues = tuple(_clues(file, query, asking))
    vetoes = tuple(
        (text, asking.read(text, f"vetoes[{number}]")) for number, text in enumerate(file.vetoes, 1)
    )
    return Watch(
        file=file,
        path=path,
        version=_version(file, asking),
        asking=asking,
        query=query,
        clues=clues,
        promising=tuple(
            sorted(
                (one for one in clues if one.weight > 0),
                key=lambda one: -one.weight * one.times,
            )
        ),
        vetoes=vetoes,
        triggers=_triggers(path, query, clues),
    )


def _clues(file: WatchFile, query: Query | None, asking: Asking) -> Iterator[Clue]:
    for number, one in enumerate(file.clues, 1):
        asked = asking.read(one.query, f"clues[{number}].query")
        yield Clue(name=one.name or one.query, query=asked, weight=one.weight, times=one.times)
    for text, weight in file.weights.items():
        asked = asking.read(text, "weights")
        yield Clue(name=text, query=asked, weight=weight, times=_OFTEN)
    if query is not None and not file.clues and not file.weights:
        # The query alone decides.
        yield Clue(name="the query holds", query=query, weight=file.threshold, times=1)


def _triggers(path: Path, query: Query | None, clues: Sequence[Clue]) -> frozenset[str]:
    """A rule fires on what is there: its query or every clue that adds must ask for something."""
    needed = query.triggers() if query is not None else None
    if needed is not None:
        return needed
    each = [one.query.triggers() for one in clues if one.weight > 0]
    if not each or any(found is None for found in each):
        raise Unusable(
            f"{path}: expected the query, or every clue with a weight above 0, to ask for "
            "something that must be there; the rule could fire on an empty article"
        )
    return frozenset(chain.from_iterable(filter(None, each)))


def _version(file: WatchFile, asking: Asking) -> str:
    shared = [f"{one.name}{one.terms}" for one in asking.used.values() if not one.owner]
    said = file.model_dump_json() + "".join(sorted(shared))
    return hashlib.sha256(said.encode()).hexdigest()[:12]
