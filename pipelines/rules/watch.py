"""One rule, compiled: weigh what was sighted in an article, and say why it fired."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.errors import Unusable
from crawler.types import Evidence, Match
from pipelines.rules.conditions import Scene, compound, is_possible, parse
from pipelines.rules.files import WatchFile, read
from pipelines.rules.lexicon import Kind, Mark
from pipelines.rules.reading import TITLE
from pipelines.rules.terms import TermError, patterns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from crawler.types import EntityHit
    from pipelines.rules.conditions import Place
    from pipelines.rules.files import Clue
    from pipelines.rules.inflection import Russian
    from pipelines.rules.reading import Field, Found, Sightings
    from pipelines.rules.terms import Pattern

ALSO = "also"  # in a group of terms: labels of entities that belong to it
MOST_EVIDENCE = 12  # a receipt is read by people
MOST_NAMED = 6
_WHERE = {
    "title": "in the headline",
    "sentence": "in one sentence",
    "lead": "in the lead",
    "article": "in the article",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A clue that held, and what it added to the score."""

    clue: Clue
    places: tuple[Place, ...]

    @property
    def points(self) -> float:
        return self.clue.weight * len(self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A rule from one file. `version` changes when anything in the file does."""

    file: WatchFile
    path: Path
    version: str

    @property
    def id(self) -> str:
        return self.file.id

    def patterns(self, russian: Russian) -> Iterator[tuple[Pattern, Mark]]:
        """All patterns of the rule's terms and masks; raises `Unusable` for a bad term."""
        for group, languages in self.file.terms.items():
            for language, terms in languages.items():
                if language != ALSO:
                    yield from self._marked(Kind.TERM, group, language, terms, russian)
        for language, terms in self.file.masks.items():
            yield from self._marked(Kind.MASK, "", language, terms, russian)

    def _marked(
        self, kind: Kind, group: str, language: str, terms: Sequence[str], russian: Russian
    ) -> Iterator[tuple[Pattern, Mark]]:
        for term in terms:
            try:
                for pattern in patterns(term, language, russian):
                    label = (pattern.exact or pattern.text).strip() + "*" * bool(pattern.tail)
                    yield pattern, Mark(kind=kind, owner=self.id, group=group, label=label)
            except TermError as error:
                place = f"terms.{group}.{language}" if group else f"masks.{language}"
                raise Unusable(f"{self.path}: {place}: {error}") from None

    def match(
        self,
        fields: Sequence[Field],
        named: Sightings,
        entities: Sequence[EntityHit],
        language: str,
    ) -> Match | None:
        """The receipt if the rule fires on the article, else None. `named` holds its entities."""
        if self.file.languages and language and language not in self.file.languages:
            return None
        sightings = self._sightings(fields, named)
        scene = Scene(sightings)
        if not all(scene.holds(condition) for condition in self.file.require):
            return None
        counted = [one for clue in self.file.clues if (one := _count(clue, scene))]
        score = sum(one.points for one in counted)
        if score < self.file.threshold or any(map(scene.holds, self.file.vetoes)):
            return None
        return Match(
            rule=self.id,
            version=self.version,
            title=self.file.title,
            score=score,
            threshold=self.file.threshold,
            severity=self.file.severity,
            topics=tuple(self.file.topics),
            reason=self._reason(counted, score, entities, fields),
            entities=tuple(entities),
            evidence=tuple(_evidence(counted, fields)),
        )

    def may_fire(self, fields: Sequence[Field], labels: Collection[str]) -> bool:
        """False where something that the rule requires is nowhere in the article.

        Cheap, for it is asked of every article. `labels` are those of the entities named, with "@".
        """
        present = {
            hit.mark.group for field in fields for hit in field.hits if hit.mark.owner == self.id
        }
        present.update(labels)
        for group, languages in self.file.terms.items():
            if any(label in present for label in languages.get(ALSO, ())):
                present.add(group)
        for made in self.file.compounds:
            if made.first in present and made.then in present:
                present.add(made.group)
        return all(is_possible(condition, present) for condition in self.file.require)

    def _sightings(self, fields: Sequence[Field], named: Sightings) -> Sightings:
        sightings: Sightings = dict(named)
        for field in fields:
            for group, found in field.terms_of(self.id):
                sightings.setdefault(group, []).append(found)
        for group, languages in self.file.terms.items():
            for label in languages.get(ALSO, ()):
                if named.get(label):
                    sightings.setdefault(group, []).extend(named[label])
        for made in self.file.compounds:
            firsts, thens = sightings.get(made.first, ()), sightings.get(made.then, ())
            if firsts and thens:
                both = compound(firsts, thens, made.gap)
                sightings.setdefault(made.group, []).extend(both)
        return sightings

    def _reason(
        self,
        counted: Sequence[Counted],
        score: float,
        entities: Sequence[EntityHit],
        fields: Sequence[Field],
    ) -> str:
        best = max(counted, key=lambda one: one.points)
        quoted = " with ".join(
            dict.fromkeys(f'"{_as_written(found, fields)}"' for found in best.places[0].found)
        )
        named = (entity.name for entity in entities if entity.type in {"body", "state"})
        names = list(dict.fromkeys(named))
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        parts = [
            f"{quoted} {_WHERE[best.clue.within]}",
            f"{', '.join(names[:MOST_NAMED])}{more} named" if names else "",
            f"score {score:g}, threshold {self.file.threshold:g}",
        ]
        return "; ".join(filter(None, parts))


def load(path: Path, labels: frozenset[str]) -> Watch:
    """Read one rule; `labels` are those that entities have. Raises `Unusable`."""
    file = read(path, WatchFile)
    groups = frozenset({*file.terms, *(made.group for made in file.compounds)})
    for key, item in _items(file):
        _, name, _ = parse(item)
        if name.startswith("@") and name[1:] not in labels:
            raise Unusable(
                f"{path}: {key}: no entity has {name[1:]!r} as its id, type or tag; expected "
                "@body, @state, @agency, @group or one of theirs"
            )
        if not name.startswith("@") and name not in groups:
            raise Unusable(
                f"{path}: {key}: there is no group of terms {name!r}; "
                f"expected one of {', '.join(sorted(groups))}"
            )
    version = hashlib.sha256(file.model_dump_json().encode()).hexdigest()[:12]
    return Watch(file=file, path=path, version=version)


def _items(file: WatchFile) -> Iterator[tuple[str, str]]:
    """Every reference to a group or an entity in a rule, and where it stands."""
    for key in ("require", "clues", "vetoes"):
        for number, condition in enumerate(getattr(file, key), 1):
            for item in (*condition.all, *condition.any, *condition.none):
                yield f"{key}[{number}]", item
    for number, made in enumerate(file.compounds, 1):
        yield f"compounds[{number}].first", made.first
        yield f"compounds[{number}].then", made.then
    for group, languages in file.terms.items():
        for label in languages.get(ALSO, ()):
            yield f"terms.{group}.{ALSO}", f"@{label.removeprefix('@')}"


def _count(clue: Clue, scene: Scene) -> Counted | None:
    places = [place for _, place in zip(range(clue.times), scene.places(clue), strict=False)]
    return Counted(clue=clue, places=tuple(places)) if places else None


def _as_written(found: Found, fields: Sequence[Field]) -> str:
    return " ".join(_field(found, fields).text[found.start : found.end].split())


def _field(found: Found, fields: Sequence[Field]) -> Field:
    part = "title" if found.sentence == TITLE else "text"
    return next(field for field in fields if field.part == part)


def _evidence(counted: Sequence[Counted], fields: Sequence[Field]) -> Iterator[Evidence]:
    """What the heaviest clues were met by, in reading order, each span once."""
    spans: dict[tuple[int, int, int], Found] = {}
    for one in sorted(counted, key=lambda counted: -counted.points):
        if one.points > 0:
            for place in one.places:
                for found in place.found:
                    spans.setdefault((found.sentence, found.start, found.end), found)
    for found in sorted(list(spans.values())[:MOST_EVIDENCE], key=lambda f: (f.sentence, f.start)):
        field = _field(found, fields)
        start, end = field.sentences.span(max(found.sentence, 0))
        yield Evidence(
            term=_as_written(found, fields),
            start=found.start,
            end=found.end,
            part=field.part,
            sentence=field.text[start:end],
            sentence_start=start,
        )
