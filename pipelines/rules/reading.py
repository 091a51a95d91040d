"""One article as rules see it: its sentences, and which terms and entities stand in each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.rules.fold import Folded, fold
from pipelines.rules.lexicon import Hit, Kind, Lexicon
from pipelines.rules.sentences import Sentences, may_end, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipelines.rules.entities import Entity

TITLE = -1  # the number of the title among sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A term or an entity, in one sentence. `at` and `to` count words of its field, inclusive."""

    what: str  # distinguishes two different things under one item: an entity's id, or the term
    label: str
    start: int
    end: int
    sentence: int
    at: int
    to: int


Sightings = dict[str, list[Found]]  # by group of terms, and by "@" and an entity's label


@dataclass(slots=True, kw_only=True)
class Field:
    """One field, searched: title or text. Only what is needed for a hit is worked out."""

    part: str
    text: str
    folded: Folded
    hits: list[Hit]
    entity_hits: list[Hit] = field(default_factory=list)
    _counted: tuple[int, int] = (0, 0)  # an offset, and how many words begin before it
    _loud: dict[int, bool] = field(default_factory=dict, repr=False)
    _sentences: Sentences | None = field(default=None, repr=False)

    @classmethod
    def search(cls, part: str, text: str, lexicon: Lexicon, language: str) -> Field:
        folded = fold(text)
        hits = lexicon.find(folded, language)
        searched = cls(part=part, text=text, folded=folded, hits=hits)
        searched.entity_hits = list(_outermost(searched._in_one_sentence(_names(hits))))
        return searched

    @property
    def sentences(self) -> Sentences:
        """Where the sentences are. Most articles are of no interest before anyone has to know."""
        if self._sentences is None:
            is_title = self.part == "title"
            self._sentences = Sentences((0,), (len(self.text),)) if is_title else split(self.text)
        return self._sentences

    def _in_one_sentence(self, hits: Iterable[Hit]) -> Iterator[Hit]:
        for hit in hits:
            start, end = self.folded.span(hit.start, hit.end)
            if may_end(self.text, start, end) and (
                self.sentences.at(start) != self.sentences.at(end - 1)
            ):
                continue
            if hit.mark.plain_word and self._shouts(self.sentences.at(start)):
                continue
            yield hit

    def _shouts(self, sentence: int) -> bool:
        if sentence not in self._loud:
            start, end = self.sentences.span(sentence)
            self._loud[sentence] = self.text[start:end].isupper()
        return self._loud[sentence]

    def found(self, hit: Hit, what: str, label: str) -> Found | None:
        """The hit in the original's offsets; None where it runs over the end of a sentence."""
        start, end = self.folded.span(hit.start, hit.end)
        sentence = self.sentences.at(start)
        if sentence != self.sentences.at(end - 1):
            return None
        at = self._word(hit.start)
        return Found(
            what=what,
            label=label,
            start=start,
            end=end,
            sentence=TITLE if self.part == "title" else sentence,
            at=at,
            to=at + self.folded.flat.count(" ", hit.start, hit.end),
        )

    def _word(self, offset: int) -> int:
        # Hits come from left to right: count on from the last one, or a long text takes for ever.
        last, words = self._counted if self._counted[0] <= offset else (0, 0)
        words += self.folded.flat.count(" ", last, offset)
        self._counted = (offset, words)
        return words

    def terms_of(self, rule: str) -> Iterator[tuple[str, Found]]:
        """The terms of one rule, without those inside an entity, a mask or a longer term."""
        mine = [hit for hit in self.hits if hit.mark.owner == rule and hit.mark.kind in _OF_RULES]
        masks = list(_outermost(hit for hit in mine if hit.mark.kind is Kind.MASK))
        covers = sorted([*self.entity_hits, *masks], key=lambda hit: (hit.start, -hit.end))
        ends: dict[str, int] = defaultdict(int)
        for hit in _uncovered(mine, covers):
            group = hit.mark.group
            if hit.mark.kind is Kind.MASK or hit.end <= ends[group]:
                continue
            if one := self.found(hit, hit.mark.label, hit.mark.label):
                ends[group] = hit.end
                yield group, one


_OF_RULES = {Kind.TERM, Kind.MASK}


def _names(hits: Iterable[Hit]) -> Iterator[Hit]:
    return (hit for hit in hits if hit.mark.kind not in _OF_RULES)


def _outermost(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The longest of those that overlap, from left to right; equals stay together."""
    start = end = -1
    for hit in hits:
        if hit.start >= end:
            start, end = hit.start, hit.end
            yield hit
        elif (hit.start, hit.end) == (start, end):
            yield hit


def _uncovered(hits: Iterable[Hit], covers: Sequence[Hit]) -> Iterator[Hit]:
    """The hits that stand inside no longer cover; both come sorted by where they begin."""
    upcoming = iter(covers)
    cover = next(upcoming, None)
    start = end = -1  # of the cover that reaches furthest so far
    for hit in hits:
        while cover is not None and cover.start <= hit.start:
            if cover.end > end:
                start, end = cover.start, cover.end
            cover = next(upcoming, None)
        if hit.end > end or end - start <= hit.end - hit.start:
            yield hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An entity and the hits that name it."""

    entity: Entity
    hits: tuple[tuple[Field, Hit], ...]

    def places(self) -> Iterator[Found]:
        """Where it is named, in offsets of the original."""
        for one, hit in self.hits:
            if found := one.found(hit, self.entity.id, self.entity.name):
                yield found


def name_entities(fields: Iterable[Field], entities: Mapping[str, Entity]) -> dict[str, Named]:
    """The entities that the article names, in the order of their first mention."""
    sure: dict[str, list[tuple[Field, Hit]]] = {}
    weak: dict[str, list[tuple[Field, Hit]]] = {}
    for one in fields:
        for hit in one.entity_hits:
            if hit.mark.kind is Kind.ENTITY:
                (weak if hit.mark.weak else sure).setdefault(hit.mark.owner, []).append((one, hit))
    for id_, hits in weak.items():
        if id_ in sure or not sure.keys().isdisjoint(entities[id_].beside):
            sure.setdefault(id_, []).extend(hits)
    return {id_: Named(entity=entities[id_], hits=tuple(hits)) for id_, hits in sure.items()}
