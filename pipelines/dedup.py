"""Which story is this: a new one, a reprint of one we hold, or a revision of an article we hold?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from crawler.model.dropped_items import Duplicate
from crawler.model.items import Article, Membership, Related, Relation
from crawler.model.urls import canonical_url, site
from crawler.runtime.services import Services
from crawler.storage.stories import articles
from crawler.storage.stories.similar import look
from pipelines.extraction.not_an_article import NotAnArticle
from pipelines.stories.compare import Other, compare
from pipelines.stories.shingles import read
from pipelines.stories.sketch import keys
from pipelines.workers.pool import ExtractionPool

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

    from scrapy.crawler import Crawler

    from crawler.storage.database import Connection, Database
    from crawler.storage.stories.similar import Likeness, Look
    from pipelines.stories.verdict import Verdict

COMPARE = "pipelines.stories.compare:compare"
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Judged:
    """A stored article, and what it is to the new one."""

    other: Likeness
    verdict: Verdict


class Dedup:
    """A Scrapy item pipeline: gives an article its membership.

    It compares in the pool, where there is one, and otherwise here.
    """

    def __init__(
        self, database: Database, window: timedelta, pool: ExtractionPool | None = None
    ) -> None:
        self._database = database
        self.window = window
        self._pool = pool

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        services = Services.of(crawler)
        pool = services.once(ExtractionPool.from_services)
        return cls(services.database, services.config.stories.window, pool)

    async def process_item(self, item: Article) -> Article:
        item = await self._settle_address(item)
        item = _sketched(item)
        found = await self._database.read(lambda c: self._look(c, item))
        likely = self._likely(item, found)
        return replace(item, membership=_decide(item, found, await self._compare(item, likely)))

    def membership(self, connection: Connection, article: Article) -> Membership:
        """Look the article up among those stored within the window, in the caller's transaction."""
        article = _sketched(article)
        found = self._look(connection, article)
        likely = self._likely(article, found)
        verdicts = compare(*_compared(article, likely))
        return _decide(article, found, _judged(likely, verdicts))

    def _look(self, connection: Connection, article: Article) -> Look:
        # An old page that a backfill finds may be a reprint of what was stored long ago.
        fetched, published = article.page.fetched_at, article.content.published
        since = min(fetched, published.at if published else fetched) - self.window
        return look(connection, article.url, article.content.sketch, since=since)

    def _likely(self, article: Article, found: Look) -> list[Likeness]:
        """None where the very page is held: it is what it was."""
        near = [one for one in found.likely if self._near(article, one.published_at)]
        return [] if found.held else near

    async def _compare(self, article: Article, likely: Sequence[Likeness]) -> list[Judged]:
        asked = _compared(article, likely)
        if self._pool is None or not likely:
            return _judged(likely, compare(*asked))
        try:
            verdicts = await self._pool.run(COMPARE, *asked)
        except NotAnArticle:  # a worker that died says nothing about the article
            verdicts = compare(*asked)
        return _judged(likely, verdicts)

    def _near(self, article: Article, other: datetime | None) -> bool:
        """Texts that were published further apart than the window are two stories."""
        published = article.content.published
        if published is None or other is None:
            return True
        return abs(published.at - other) <= self.window

    async def _settle_address(self, article: Article) -> Article:
        """A page that names another address of the same site as its own is that page."""
        stated = article.content.canonical_link
        try:
            key = canonical_url(stated) if stated else article.url
        except ValueError:
            return article
        if key == article.url or site(key) != site(article.url):
            return article
        if await self._database.read(lambda connection: articles.find(connection, key)) is not None:
            raise Duplicate(f"the same page as {key}")
        return article


def _sketched(article: Article) -> Article:
    """Workers have done it already; what did not come from one is sketched here."""
    content = article.content
    if content.sketch:
        return article
    sketch = keys(read(content.title, content.text))
    return replace(article, content=replace(content, sketch=sketch))


def _compared(article: Article, likely: Iterable[Likeness]) -> tuple[str, str, list[Other]]:
    others = [Other(one.story_id, one.title, one.text) for one in likely]
    return article.content.title, article.content.text, others


def _judged(likely: Iterable[Likeness], verdicts: Iterable[Verdict]) -> list[Judged]:
    return [Judged(one, verdict) for one, verdict in zip(likely, verdicts, strict=True)]


def _decide(article: Article, found: Look, judged: Sequence[Judged]) -> Membership:
    sketch = article.content.sketch
    if found.held:
        return Membership(relation=Relation.REVISION, sketch=sketch, evidence="the same page")
    same = [one for one in judged if one.verdict.same]
    told = (
        _part_of(article, min(same, key=_originality))
        if same
        else Membership(relation=Relation.NEW)
    )
    return replace(
        told,
        related=_related(judged, told.story_id),
        sketch=sketch,
        watermark=found.watermark,
    )


def _originality(one: Judged) -> tuple[bool, datetime, int]:
    """The original credits nobody else, and came first."""
    other = one.other
    return bool(other.credit), other.published_at or _NEVER, other.article_id


def _part_of(article: Article, one: Judged) -> Membership:
    other = one.other
    changed = (other.title, other.text) != (article.content.title, article.content.text)
    return Membership(
        relation=Relation.REVISION
        if changed and _same_outlet(article, other)
        else Relation.REPRINT,
        story_id=other.story_id,
        of=other.article_id,
        score=one.verdict.score,
        evidence=f"{one.verdict.why}: {other.url}",
    )


def _same_outlet(article: Article, other: Likeness) -> bool:
    source = article.page.source
    return source != "" and source == other.source and site(article.url) == site(other.url)


def _related(judged: Iterable[Judged], story: int | None) -> tuple[Related, ...]:
    """Each story once, the surest article of it; not the one that the article joins."""
    best: dict[int, Judged] = {}
    linked = [one for one in judged if one.verdict.linked and one.other.story_id != story]
    for one in sorted(linked, key=lambda one: (-one.verdict.score, one.other.article_id)):
        best.setdefault(one.other.story_id, one)
    return tuple(
        Related(
            story_id=one.other.story_id,
            article_id=one.other.article_id,
            score=one.verdict.score,
            evidence=f"{one.verdict.why}: {one.other.url}",
        )
        for one in best.values()
    )
