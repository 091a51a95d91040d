"""One article as rules see it: its sentences, and which terms and entities stand in each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pipelines.rules.text.sentences import Sentences, may_end, split
from pipelines.rules.text.tokens import FoldedText, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.rules.vocabulary.lexicon import Hit, Lexicon

_MAY_END = re.compile(r"[.!?…。！？؟\n]")
_BESIDE = 30  # characters
TITLE = -1  # the number of the title among sentences


class Span(NamedTuple):
    """A term or an entity, in one sentence. `at` and `to` count words of its field, inclusive."""

    what: str  # distinguishes two different things under one item: an entity's id, or the term
    label: str
    start: int
    end: int
    sentence: int
    at: int
    to: int


@dataclass(slots=True, kw_only=True)
class Field:
    """One field, searched: title or text. Only what is needed for a hit is worked out."""

    part: str
    text: str
    folded: FoldedText
    terms: list[Hit]
    names: list[Hit]  # of entities and of decoys, each the longest at its place
    _loud: dict[int, bool] = field(default_factory=dict, repr=False)
    _sentences: Sentences | None = field(default=None, repr=False)
    _seen: dict[tuple[int, int], tuple[int, int, int, int, int] | None] = field(
        default_factory=dict, repr=False
    )

    @classmethod
    def search(cls, part: str, text: str, lexicon: Lexicon, language: str) -> Field:
        if not text:
            return cls(part=part, text=text, folded=fold(text), terms=[], names=[])
        folded = fold(text)
        hits = lexicon.find(folded, text, language)
        terms = [hit for hit in hits if hit.mark.of_rule]
        searched = cls(part=part, text=text, folded=folded, terms=terms, names=[])
        names = [hit for hit in hits if not hit.mark.of_rule and searched._is_name(hit)]
        searched.names = outermost(names)
        return searched

    @property
    def sentences(self) -> Sentences:
        """Where the sentences are. Most articles are of no interest before anyone has to know."""
        if self._sentences is None:
            is_title = self.part == "title"
            self._sentences = Sentences.whole(self.text) if is_title else split(self.text)
        return self._sentences

    def _is_name(self, hit: Hit) -> bool:
        """Whether it stands in one sentence, and is not a plain word of a shouted one."""
        if self._is_parted(hit.start, hit.end):
            return False
        return not (hit.mark.plain_word and self._shouts(hit))

    def _shouts(self, hit: Hit) -> bool:
        """Whether the sentence around a hit is all in capitals."""
        start, end = self.folded.span(hit.start, hit.end)
        if self.part == "title":
            return self.text.isupper()
        if not self.text[start:end].isupper() or self._speaks_beside(start):
            return False
        sentence = self.sentences.at(start)
        if sentence not in self._loud:
            begin, stop = self.sentences.span(sentence)
            self._loud[sentence] = self.text[begin:stop].isupper()
        return self._loud[sentence]

    def _speaks_beside(self, start: int) -> bool:
        """Whether a small letter stands shortly before, with nothing that could end a sentence
        between: what nearly always settles it without any sentences.
        """
        before = self.text[max(0, start - _BESIDE) : start]
        before = _MAY_END.split(before)[-1]
        return before.upper() != before

    def found(self, hit: Hit, what: str, label: str) -> Span | None:
        """The hit in the original's offsets; None where it runs over the end of a sentence."""
        words = hit.start, hit.end
        if words not in self._seen:
            self._seen[words] = self._locate(*words)
        seen = self._seen[words]
        return Span(what, label, *seen) if seen else None

    def _locate(self, first: int, stop: int) -> tuple[int, int, int, int, int] | None:
        if self._is_parted(first, stop):
            return None
        start, end = self.folded.span(first, stop)
        number = TITLE if self.part == "title" else self.sentences.at(start)
        return start, end, number, self.folded.place(first), self.folded.place(stop - 1)

    def _is_parted(self, first: int, stop: int) -> bool:
        """Whether a sentence ends between the words."""
        if stop - first == 1:
            return False
        start, end = self.folded.span(first, stop)
        return may_end(self.text, start, end) and self.sentences.at(start) != self.sentences.at(
            end - 1
        )


def outermost(hits: Sequence[Hit]) -> list[Hit]:
    """The longest of those that overlap; equals stay together. Sorted by where they begin."""
    kept: list[Hit] = []
    cluster: list[Hit] = []
    reach = -1
    for hit in hits:
        if hit.start >= reach:
            kept += _longest(cluster) if len(cluster) > 1 else cluster
            cluster = []
        cluster.append(hit)
        if hit.end > reach:
            reach = hit.end
    return kept + _longest(cluster)


def _longest(cluster: list[Hit]) -> list[Hit]:
    """Of hits that hang together, the longest first, then what does not touch it."""
    kept: list[Hit] = []
    for hit in sorted(cluster, key=lambda one: (one.start - one.end, one.start)):
        if all(hit.end <= one.start or hit.start >= one.end or hit[:2] == one[:2] for one in kept):
            kept.append(hit)
    return sorted(kept, key=lambda one: one[:2])


def uncovered(hits: Iterable[Hit], covers: Sequence[Hit]) -> Iterator[Hit]:
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
