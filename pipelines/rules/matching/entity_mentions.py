"""Which entities an article names, and where: under their names, and acronyms it introduces."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pipelines.rules.text.tokens import fold
from pipelines.rules.vocabulary.lexicon import Hit
from pipelines.rules.vocabulary.patterns import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipelines.rules.matching.article_text import Field, Span
    from pipelines.rules.vocabulary.entities import Entity

# "Regional Anti-Terrorist Structure (RATS)", "(далее — РАТС)", "(the “CSTO”)".
_INTRODUCED = re.compile(
    r"[\"'»”’]?\s{0,2}[(（]\s?(?:(?:the|далее)\s)?[—–-]?\s?[\"'«“]?"
    r"(?P<acronym>[^\W\d_][\w.-]{1,11})[\"'»”]?\s?[)）]"
)
_CAPITALS = 2  # that an acronym has at least


class EntityMentions(NamedTuple):
    """An entity and the hits that name it."""

    entity: Entity
    hits: tuple[tuple[Field, Hit], ...]

    def places(self) -> Iterator[Span]:
        """Where it is named, in offsets of the original."""
        for one, hit in self.hits:
            if found := one.found(hit, self.entity.id, self.entity.name):
                yield found


def find_entities(
    fields: Iterable[Field], entities: Mapping[str, Entity]
) -> dict[str, EntityMentions]:
    """The entities that the article names, in the order of their first mention."""
    sure: dict[str, list[tuple[Field, Hit]]] = {}
    weak: dict[str, list[tuple[Field, Hit]]] = {}
    for field in fields:
        resolve_acronyms(field)
        for hit in field.names:
            if hit.mark.kind is Kind.ENTITY:
                (weak if hit.mark.weak else sure).setdefault(hit.mark.owner, []).append(
                    (field, hit)
                )
    for id_, hits in weak.items():
        if id_ in sure or not sure.keys().isdisjoint(entities[id_].beside):
            sure.setdefault(id_, []).extend(hits)
    return {
        id_: EntityMentions(entity=entities[id_], hits=tuple(hits)) for id_, hits in sure.items()
    }


def resolve_acronyms(one: Field) -> None:
    """An acronym in brackets after a long name stands for it from there on.

    After a decoy's it hides what is else called so: "Center for Internet Security (CIS)".
    """
    meant: dict[str, tuple[int, Hit]] = {}
    for hit in one.names:
        if hit.end - hit.start > 1:
            _, end = one.folded.span(hit.start, hit.end)
            near = one.text[end : end + 4]
            found = _INTRODUCED.match(one.text, end) if "(" in near or "（" in near else None
            if found and sum(char.isupper() for char in found["acronym"]) >= _CAPITALS:
                acronym = " ".join(fold(found["acronym"]).cased)
                meant.setdefault(acronym, (hit.end, hit))
    if not meant:
        return
    added: list[Hit] = []
    for at, word in enumerate(one.folded.cased):
        if word in meant and at >= meant[word][0]:
            mark = replace(meant[word][1].mark, weak=False, plain_word=False)
            added.append(Hit(at, at + 1, mark))
    taken = {hit.start for hit in added}
    rest = [hit for hit in one.names if hit.end - hit.start > 1 or hit.start not in taken]
    long = {index for hit in rest for index in range(hit.start, hit.end)}
    one.names = sorted([*rest, *(hit for hit in added if hit.start not in long)], key=_start)


def _start(hit: Hit) -> int:
    return hit.start
