"""The gazetteer: bodies, agencies, states and armed groups, and every name they go by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from crawler.model.items import EntityHit
from pipelines.rules.file_models import EntityFile, EntityTable, read
from pipelines.rules.vocabulary.country_names import names
from pipelines.rules.vocabulary.patterns import Kind, Mark
from pipelines.rules.vocabulary.terms import TermError, patterns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipelines.rules.inflection.word_forms import Inflection
    from pipelines.rules.vocabulary.patterns import Pattern

# Acronyms of these two are read in every text. Those of other languages are read in their own only:
# Romanian "CSI" is the Commonwealth, English "CSI" is a television series.
_READ_EVERYWHERE = frozenset({"en", "ru"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One entity as conditions see it: `labels` are its id, its type and its tags."""

    id: str
    name: str
    type: str
    labels: frozenset[str]
    beside: frozenset[str]
    keys: frozenset[str]  # the labels as queries look them up: "@state"

    def hit(self) -> EntityHit:
        return EntityHit(id=self.id, name=self.name, type=self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """All entities by id, in the order of the files, and where each was declared."""

    entities: dict[str, Entity]
    tables: tuple[tuple[Path, EntityTable], ...]

    @property
    def labels(self) -> frozenset[str]:
        return frozenset().union(*(entity.labels for entity in self.entities.values()))

    def patterns(self, inflection: Inflection) -> Iterator[tuple[Pattern, Mark]]:
        for path, table in self.tables:
            yield from _named(path, table, inflection)


def load(paths: Iterable[Path]) -> Gazetteer:
    """Read entity files; raises `Unusable` for a bad file or an id that is declared twice."""
    entities: dict[str, Entity] = {}
    tables: list[tuple[Path, EntityTable]] = []
    for path in paths:
        for table in read(path, EntityFile).entity:
            if table.id in entities:
                first = next(at for at, other in tables if other.id == table.id)
                raise Unusable(f"{path}: the entity {table.id!r} is declared in {first} already")
            tables.append((path, table))
            labels = frozenset({table.id, table.type, *table.tags})
            entities[table.id] = Entity(
                id=table.id,
                name=table.name,
                type=table.type,
                labels=labels,
                keys=frozenset(f"@{label}" for label in labels),
                beside=frozenset(table.beside),
            )
    for path, table in tables:
        for other in filter(None, [*table.beside, table.parent]):
            if other not in entities:
                raise Unusable(f"{path}: {table.id} refers to {other!r}, which is no entity's id")
    return Gazetteer(entities=entities, tables=tuple(tables))


def _named(
    path: Path, table: EntityTable, inflection: Inflection
) -> Iterator[tuple[Pattern, Mark]]:
    # What is written in a file wins over CLDR: it knows what else a name can mean.
    written_down = {*table.names, *table.weak}
    known = {
        language: [name]
        for language, name in names(table.id).items()
        if language not in written_down
    }
    groups = (
        (known, Kind.ENTITY),
        (table.names, Kind.ENTITY),
        (table.weak, Kind.ENTITY),
        (table.decoys, Kind.DECOY),
    )
    for by_language, kind in groups:
        for language, written in by_language.items():
            for name in written:
                try:
                    for pattern in patterns(name, language, inflection.names):
                        local = bool(pattern.exact) and language not in _READ_EVERYWHERE
                        yield (
                            pattern,
                            Mark(
                                kind=kind,
                                owner=table.id,
                                label=table.name,
                                weak=by_language is table.weak,
                                plain_word=name in table.plain_words,
                                capital=_first_letter(name).isupper(),
                                only=language if local else "",
                                never=tuple(table.not_in) if name in table.plain_words else (),
                            ),
                        )
                except TermError as error:
                    raise Unusable(f"{path}: {table.id}, {kind.value} {error}") from None


def _first_letter(name: str) -> str:
    return next((char for char in name if char.isalpha()), "")
