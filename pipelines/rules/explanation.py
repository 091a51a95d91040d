"""Explanation of a match: one line that people read, and the words that prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.model.items import Evidence
from pipelines.rules.matching.article_text import TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.model.items import EntityHit
    from pipelines.rules.matching.article_text import Field, Span
    from pipelines.rules.query.base import Place

    ScoredPlaces = Sequence[tuple[float, Sequence[Place]]]  # what a clue added, and where it held

MOST_EVIDENCE = 12  # a receipt is read by people
MOST_NAMED = 6
LONGEST_SENTENCE = 1000  # characters: some pages never end one


def reason(
    counted: ScoredPlaces,
    score: float,
    threshold: float,
    entities: Sequence[EntityHit],
    fields: Sequence[Field],
) -> str:
    """One line: what the heaviest clue was met by, who is named, the score."""
    _, places = max(counted, key=lambda one: one[0])
    best = places[0]
    quoted = " with ".join(dict.fromkeys(f'"{as_written(one, fields)}"' for one in best.met))
    named = (entity.name for entity in entities if entity.type in {"body", "state"})
    names = list(dict.fromkeys(named))
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    parts = [
        f"{quoted} {best.where}" if quoted else "",
        f"{', '.join(names[:MOST_NAMED])}{more} named" if names else "",
        f"score {score:g}, threshold {threshold:g}",
    ]
    return "; ".join(filter(None, parts))


def evidence(counted: ScoredPlaces, fields: Sequence[Field]) -> Iterator[Evidence]:
    """What the heaviest clues were met by, in reading order, each span once."""
    spans: dict[tuple[int, int, int], Span] = {}
    for points, places in sorted(counted, key=lambda one: -one[0]):
        if points > 0:
            for place in places:
                for found in place.met:
                    spans.setdefault((found.sentence, found.start, found.end), found)
    for found in sorted(list(spans.values())[:MOST_EVIDENCE], key=lambda f: (f.sentence, f.start)):
        field = field_of(found, fields)
        start, end = _around(found, field)
        yield Evidence(
            term=as_written(found, fields),
            start=found.start,
            end=found.end,
            part=field.part,
            sentence=field.text[start:end],
            sentence_start=start,
        )


def as_written(found: Span, fields: Sequence[Field]) -> str:
    """The words of the article, white space as single spaces."""
    return " ".join(field_of(found, fields).text[found.start : found.end].split())


def field_of(found: Span, fields: Sequence[Field]) -> Field:
    part = "title" if found.sentence == TITLE else "text"
    return next(field for field in fields if field.part == part)


def _around(found: Span, field: Field) -> tuple[int, int]:
    """The sentence of a sighting; of one that never ends, the stretch around it."""
    start, end = field.sentences.span(max(found.sentence, 0))
    end = max(end, found.end)  # NEAR may reach into the next
    if end - start <= LONGEST_SENTENCE:
        return start, end
    start = max(start, found.start - LONGEST_SENTENCE // 2)
    return start, min(end, max(found.end, start + LONGEST_SENTENCE))
