"""Deduplication: the item pipeline that puts an article into its story, by `stories.membership`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Self

from crawler.model.dropped_items import Duplicate, Rejected, TryAgain
from crawler.model.former_urls import keys_of
from crawler.model.observation import REPEATED_TEXT
from crawler.model.urls import site
from crawler.runtime.services import Services
from crawler.storage.stories import articles
from pipelines.extraction.not_an_article import NotAnArticle
from pipelines.stories.compare import compare
from pipelines.stories.membership import decide, find_candidates, membership, sketched
from pipelines.workers.pool import ExtractionPool

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from scrapy.crawler import Crawler

    from crawler.model.items import Article, Membership
    from crawler.storage.database import Connection, Database
    from pipelines.stories.compare import ComparedArticle
    from pipelines.stories.membership import Candidates
    from pipelines.stories.verdict import Verdict

OPENING = 10_000  # characters of each text that are compared where all of them are too much
COMPARE = "pipelines.stories.compare:compare"


_PAGES = 4  # of the source that have the same text: what five pages say is a template


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
        item = sketched(await self._settle_address(item))
        candidates = await self._database.read(lambda c: find_candidates(c, item, self.window))
        _refuse_repeated(item, candidates)
        verdicts = await self._compare(candidates)
        return replace(item, membership=decide(candidates, verdicts))

    def membership(self, connection: Connection, article: Article) -> Membership:
        """Look the article up among those stored within the window, in the caller's transaction."""
        return membership(connection, article, self.window)

    async def _compare(self, candidates: Candidates) -> list[Verdict]:
        title, text, others = candidates.compared()
        pool, source = self._pool, candidates.article.page.source
        if pool is None or not others:
            return compare(title, text, others)
        try:
            return await _elsewhere(pool, source, title, text, others)
        except NotAnArticle:  # a worker that died says nothing about the article
            openings = [other._replace(text=other.text[:OPENING]) for other in others]
        try:
            return await _elsewhere(pool, source, title, text[:OPENING], openings)
        except NotAnArticle as error:
            raise TryAgain("comparison-failed", str(error)) from None

    async def _settle_address(self, article: Article) -> Article:
        """A page that names another address of the same site as its own is that page."""
        keys = keys_of(article.content.canonical_link)
        if not keys or article.url in keys or site(keys[0]) != site(article.url):
            return article
        for key in keys:
            held = await self._database.read(partial(articles.find_article, url=key))
            # Under a former key, the store may hold another page.
            if held is not None and keys[0] in {held["url"], *keys_of(held["link"])}:
                raise Duplicate(f"the same page as {key}")
        return article


async def _elsewhere(
    pool: ExtractionPool, source: str, title: str, text: str, others: Sequence[ComparedArticle]
) -> list[Verdict]:
    verdicts: list[Verdict] = await pool.run(COMPARE, title, text, others, source=source)
    return verdicts


def _refuse_repeated(item: Article, candidates: Candidates) -> None:
    """A text that other pages of the source have word for word is no article."""
    text, source = item.content.text, item.page.source
    pages = {
        one.url for one in candidates.found.likely if one.source == source and one.text == text
    }
    if len(pages) >= _PAGES:
        raise Rejected(REPEATED_TEXT, f"{len(pages)} other pages of {source} have this very text")
