"""View of one article for queries: what was found, by key and by sentence.

A query need not look where nothing stands.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipelines.rules.matching.article_text import Span
    from pipelines.rules.text.sentences import Sentences

LEAD = 3  # sentences of the text that count as its lead, beside the title
EVERYWHERE = -1  # as a set of sentences: all bits


class Window(NamedTuple):
    """Where to look: a set of sentences, one bit each. Bit 0 is the title, bit 1 the first."""

    sentences: int = EVERYWHERE
    words: int = 0  # of the text, at most; 0: all


ARTICLE = Window()
TITLE_ONLY = Window(1)
TEXT_ONLY = Window(~1)


class Facts(NamedTuple):
    """What is known of an article beside its words."""

    language: str = ""
    source: str = ""
    credit: str = ""


class ArticleView:
    """The sightings of one article by key, each with the set of sentences that hold one."""

    def __init__(
        self,
        sightings: Callable[[str], Sequence[Span]],
        *,
        sentences: Sentences,
        facts: Facts,
    ) -> None:
        self._sighted = sightings
        self._sentences = sentences
        self.facts = facts
        self._found: dict[str, list[Span]] = {}
        self._by_sentence: dict[str, dict[int, list[Span]]] = {}

    def sightings(self, key: str) -> list[Span]:
        """All of a key, in reading order."""
        if key not in self._found:
            self.put(key, self._sighted(key))
        return self._found[key]

    def put(self, key: str, found: Sequence[Span]) -> None:
        self._found[key] = ordered = sorted(found, key=reading_order)
        by_sentence: dict[int, list[Span]] = {}
        for one in ordered:
            by_sentence.setdefault(1 << (one.sentence + 1), []).append(one)
        self._by_sentence[key] = by_sentence

    def has(self, key: str) -> bool:
        return key in self._found

    def mask(self, key: str) -> int:
        """The sentences that hold one of the key."""
        self.sightings(key)
        return sum(self._by_sentence[key])

    def within(self, key: str, window: Window) -> list[Span]:
        """Those of a key that stand in a window."""
        found = self.sightings(key)
        if window == ARTICLE:
            return found
        if not window.words and (here := self._by_sentence[key].get(window.sentences)):
            return here
        if not self.mask(key) & window.sentences:
            return []
        return [one for one in found if contains(window, one)]

    @property
    def everything(self) -> int:
        """The set of all sentences there are, title included."""
        return (2 << len(self._sentences)) - 1

    def paragraph(self, bit: int) -> int:
        """The sentences of the paragraph that the sentence of `bit` belongs to."""
        return self._paragraphs().get(bit, bit)

    def _paragraphs(self) -> dict[int, int]:
        by_number: dict[int, int] = defaultdict(int)
        numbers = self._sentences.paragraphs
        for sentence, number in enumerate(numbers):
            by_number[number] |= 2 << sentence
        return {2 << sentence: by_number[number] for sentence, number in enumerate(numbers)}


def bits(mask: int) -> Iterator[int]:
    """The single sentences of a set, in reading order."""
    while mask:
        lowest = mask & -mask
        yield lowest
        mask ^= lowest


def contains(window: Window, one: Span) -> bool:
    if not window.sentences & (1 << (one.sentence + 1)):
        return False
    return not window.words or one.sentence < 0 or one.to < window.words


def reading_order(one: Span) -> tuple[bool, int, int]:
    return one.sentence >= 0, one.start, one.end
