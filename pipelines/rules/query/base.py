"""Base of all query nodes: what each can be asked, from cheap to dear.

Is it possible with what an article holds? In which sentences may it hold at all (`mask`, a set of
bits)? Does it hold in a window, and by what?
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipelines.rules.query.article_view import ARTICLE, EVERYWHERE, ArticleView, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.rules.matching.article_text import Span

Keys = AbstractSet[str]


class PresentKeys(NamedTuple):
    """The keys that an article holds something of, and those that its headline does."""

    anywhere: Keys
    title: Keys


Matched = tuple["Span", ...]  # what a query was met by; empty where it is met by an absence
MOST_PLACES = 20  # that a clue counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stretch of the article in which a query holds, with what it was met by."""

    met: Matched
    where: str  # for people: "in one sentence"


class Query:
    """A part of a query."""

    __slots__ = ()

    @property
    def where(self) -> str:
        """For people: where it looks."""
        return "in the article"

    @property
    def keys(self) -> frozenset[str]:
        """All keys it may look up."""
        return frozenset()

    @property
    def has_spans(self) -> bool:
        """Whether it can say where it holds to the word, as NEAR must know."""
        return False

    def triggers(self) -> frozenset[str] | None:
        """Keys of which one must be present, or None where it may hold with nothing present."""
        return None

    def possible(self, present: PresentKeys) -> bool:
        """False where it cannot hold, whatever stands where."""
        return True

    def mask(self, view: ArticleView) -> int:
        """The sentences that it may hold in, each taken alone: never one too few."""
        return EVERYWHERE

    def met(self, view: ArticleView, window: Window) -> Matched | None:
        """What meets it in the window, or None where it does not hold."""
        raise NotImplementedError

    def spans(self, view: ArticleView, window: Window) -> list[Span]:
        """Everything that meets it in the window; only where `has_spans`."""
        raise NotImplementedError

    def places(self, view: ArticleView) -> Iterator[Place]:
        """Where it holds in an article: each place counts for a clue."""
        if self.has_spans:
            spans = self.spans(view, ARTICLE)[:MOST_PLACES]
            yield from (Place(met=(span,), where=self.where) for span in spans)
        elif (met := self.met(view, ARTICLE)) is not None:
            yield Place(met=met, where=self.where)


@dataclass(frozen=True, slots=True)
class Wrapper(Query):
    """A query about another, which decides what may be there at all."""

    of: Query

    @property
    def keys(self) -> frozenset[str]:
        return self.of.keys

    @property
    def has_spans(self) -> bool:
        return self.of.has_spans

    def triggers(self) -> frozenset[str] | None:
        return self.of.triggers()

    def possible(self, present: PresentKeys) -> bool:
        return self.of.possible(present)


@dataclass(frozen=True, slots=True)
class Compound(Query):
    """A query of parts that must all hold."""

    children: tuple[Query, ...]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset().union(*(child.keys for child in self.children))

    def triggers(self) -> frozenset[str] | None:
        needed = [found for child in self.children if (found := child.triggers()) is not None]
        return min(needed, key=_commonness) if needed else None

    def possible(self, present: PresentKeys) -> bool:
        # Asked of every clue for most articles: `all` would take more than twice as long.
        for child in self.children:  # noqa: SIM110
            if not child.possible(present):
                return False
        return True

    def mask(self, view: ArticleView) -> int:
        mask = EVERYWHERE
        for child in self.children:
            mask &= child.mask(view)
            if not mask:
                break
        return mask


def any_possible(parts: tuple[Query, ...], present: PresentKeys) -> bool:
    """Asked as often."""
    for part in parts:  # noqa: SIM110
        if part.possible(present):
            return True
    return False


def _commonness(keys: frozenset[str]) -> tuple[bool, int]:
    """Entities are named in most articles; a rule's own words are not."""
    return any(key.startswith("@") for key in keys), len(keys)
