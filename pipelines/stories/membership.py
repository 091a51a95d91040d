"""Membership: which story is this article, a new one, a reprint, a revision, or one linked to it?

`membership` decides within one transaction. Who compares elsewhere takes its three steps by
themselves: `find_candidates`, `Candidates.compared`, `decide`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.model.items import Membership, Related, Relation
from crawler.model.urls import site
from crawler.storage.stories.similar import look_up_similar
from pipelines.stories.compare import ComparedArticle, compare
from pipelines.stories.shingles import shingled
from pipelines.stories.sketch import sketch_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from crawler.model.items import Article
    from crawler.storage.database import Connection
    from crawler.storage.stories.similar import SimilarArticle, SimilarityLookup
    from pipelines.stories.verdict import Verdict

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the store holds that may be like an article, which has its sketch."""

    article: Article
    found: SimilarityLookup
    likely: tuple[SimilarArticle, ...]

    def compared(self) -> tuple[str, str, list[ComparedArticle]]:
        """The arguments of `compare`."""
        others = [
            ComparedArticle(likely.story_id, likely.title, likely.text) for likely in self.likely
        ]
        return self.article.content.title, self.article.content.text, others


@dataclass(frozen=True, slots=True)
class Comparison:
    """A stored article, and what it is to the new one."""

    other: SimilarArticle
    verdict: Verdict


def membership(connection: Connection, article: Article, window: timedelta) -> Membership:
    """The story of an article among those stored within the window, in the caller's transaction."""
    candidates = find_candidates(connection, sketched(article), window)
    return decide(candidates, compare(*candidates.compared()))


def sketched(article: Article) -> Article:
    """Workers have done it already; what did not come from one is sketched here."""
    content = article.content
    if content.sketch:
        return article
    sketch = sketch_of(shingled(content.title, content.text))
    return replace(article, content=replace(content, sketch=sketch))


def find_candidates(connection: Connection, article: Article, window: timedelta) -> Candidates:
    """Look a sketched article up. None are likely where the page itself is held: it stays."""
    # An old page that a backfill finds may be a reprint of what was stored long ago.
    fetched, published = article.page.fetched_at, article.content.published
    since = min(fetched, published.at if published else fetched) - window
    found = look_up_similar(connection, article.url, article.content.sketch, since=since)
    near = (likely for likely in found.likely if _near(article, likely.published_at, window))
    return Candidates(article, found, () if found.held else tuple(near))


def _near(article: Article, other: datetime | None, window: timedelta) -> bool:
    """Texts that were published further apart than the window are two stories."""
    published = article.content.published
    if published is None or other is None:
        return True
    return abs(published.at - other) <= window


def decide(candidates: Candidates, verdicts: Iterable[Verdict]) -> Membership:
    """The decision, from what comparing the article with each candidate gave."""
    article, found = candidates.article, candidates.found
    sketch = article.content.sketch
    if found.held:
        return Membership(relation=Relation.REVISION, sketch=sketch, evidence="the same page")
    compared = [
        Comparison(likely, verdict)
        for likely, verdict in zip(candidates.likely, verdicts, strict=True)
    ]
    same = [comparison for comparison in compared if comparison.verdict.same]
    joined = (
        _part_of(article, min(same, key=_originality))
        if same
        else Membership(relation=Relation.NEW)
    )
    return replace(
        joined,
        related=_related(compared, joined.story_id),
        sketch=sketch,
        watermark=found.watermark,
    )


def _originality(comparison: Comparison) -> tuple[bool, datetime, int]:
    """The original credits nobody else, and came first."""
    other = comparison.other
    return bool(other.credit), other.published_at or _NEVER, other.article_id


def _part_of(article: Article, comparison: Comparison) -> Membership:
    other = comparison.other
    changed = (other.title, other.text) != (article.content.title, article.content.text)
    return Membership(
        relation=Relation.REVISION
        if changed and _same_outlet(article, other)
        else Relation.REPRINT,
        story_id=other.story_id,
        of=other.article_id,
        score=comparison.verdict.score,
        evidence=f"{comparison.verdict.why}: {other.url}",
    )


def _same_outlet(article: Article, other: SimilarArticle) -> bool:
    source = article.page.source
    return source != "" and source == other.source and site(article.url) == site(other.url)


def _related(compared: Iterable[Comparison], story: int | None) -> tuple[Related, ...]:
    """Each story once, the surest article of it; not the comparison that the article joins."""
    best: dict[int, Comparison] = {}
    linked = [
        comparison
        for comparison in compared
        if comparison.verdict.linked and comparison.other.story_id != story
    ]
    for comparison in sorted(
        linked, key=lambda comparison: (-comparison.verdict.score, comparison.other.article_id)
    ):
        best.setdefault(comparison.other.story_id, comparison)
    return tuple(
        Related(
            story_id=comparison.other.story_id,
            article_id=comparison.other.article_id,
            score=comparison.verdict.score,
            evidence=f"{comparison.verdict.why}: {comparison.other.url}",
        )
        for comparison in best.values()
    )
