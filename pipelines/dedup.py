"""Which story is this: a new one, a reprint of one we hold, or a revision of an article we hold?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

from crawler.outcomes import Duplicate
from crawler.services import Services
from crawler.storage.archive import Archive
from crawler.storage.likenesses import look
from crawler.types import Article, Membership, Relation
from crawler.urls import canonical_url, site
from pipelines.likeness import compare, may_be_same, shingles, sketch

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from scrapy.crawler import Crawler
    from sqlalchemy.engine import Connection


class Dedup:
    """A Scrapy item pipeline: gives an article its membership."""

    def __init__(self, archive: Archive, window: timedelta) -> None:
        self._archive = archive
        self._window = window

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        services = Services.of(crawler)
        return cls(Archive(services.database), services.config.stories.window)

    async def process_item(self, item: Article) -> Article:
        item = await self._settle_address(item)
        membership = await self._archive.read(lambda c: self.membership(c, item))
        return replace(item, membership=membership)

    def membership(self, connection: Connection, article: Article) -> Membership:
        """Look the article up among those stored within the window, in the caller's transaction."""
        text, title = article.content.text, article.content.title
        hashes = shingles(text)
        sample = sketch(hashes)
        # An old page that a backfill finds may be a reprint of what was stored long ago.
        fetched, published = article.page.fetched_at, article.content.published
        since = min(fetched, published.at if published else fetched) - self._window
        found = look(connection, article.url, sample, since=since)
        if found.held:
            return Membership(relation=Relation.REVISION, sketch=sample, evidence="the same page")
        for other in found.likely:
            if not may_be_same(text, sample, other.text, shared=other.shared):
                continue
            verdict = compare(text, hashes, title, other.text, other.title)
            if verdict.same and self._near(article, other.published_at):
                return Membership(
                    relation=Relation.REPRINT,
                    story_id=other.story_id,
                    of=other.article_id,
                    score=verdict.score,
                    evidence=f"{verdict.why}: {other.url}",
                    sketch=sample,
                    watermark=found.watermark,
                )
        return Membership(relation=Relation.NEW, sketch=sample, watermark=found.watermark)

    def _near(self, article: Article, other: datetime | None) -> bool:
        """Texts that were published further apart than the window are two stories."""
        published = article.content.published
        if published is None or other is None:
            return True
        return abs(published.at - other) <= self._window

    async def _settle_address(self, article: Article) -> Article:
        """A page that names another address of the same site as its own is that page."""
        stated = article.content.canonical_link
        try:
            key = canonical_url(stated) if stated else article.url
        except ValueError:
            return article
        if key == article.url or site(key) != site(article.url):
            return article
        if await self._archive.find(key) is not None:
            raise Duplicate(f"the same page as {key}")
        return article
