"""Which story is this: a new one, a reprint of one we hold, or a revision of an article we hold?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

from crawler.outcomes import Duplicate
from crawler.services import Services
from crawler.storage.archive import Archive
from crawler.types import Article, Membership, Relation
from crawler.urls import canonical_url, site
from pipelines.likeness import compare, shingles, sketch

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from scrapy.crawler import Crawler


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
        return replace(item, membership=await self.membership(item))

    async def membership(self, article: Article) -> Membership:
        """Look the article up among those stored within the window."""
        text, title = article.content.text, article.content.title
        hashes = shingles(text)
        sample = sketch(hashes)
        if await self._archive.find(article.url) is not None:
            return Membership(relation=Relation.REVISION, sketch=sample, evidence="the same page")
        since = article.page.fetched_at - self._window
        likely, watermark = await self._archive.likenesses(sample, since=since, besides=article.url)
        for other in likely:
            verdict = compare(text, hashes, title, other.text, other.title)
            if verdict.same and self._near(article, other.published_at):
                return Membership(
                    relation=Relation.REPRINT,
                    story_id=other.story_id,
                    of=other.article_id,
                    score=verdict.score,
                    evidence=f"{verdict.why}: {other.url}",
                    sketch=sample,
                    watermark=watermark,
                )
        return Membership(relation=Relation.NEW, sketch=sample, watermark=watermark)

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
