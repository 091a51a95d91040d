"""Page tracker: each page that a crawl takes up ends, and is written down, exactly one way.

A poll and a backfill have one each. It hears of pages from Scrapy's item signals and, where a page
could not be fetched, from the spider; whoever owns it is told of each page that ended.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

from scrapy import signals

from crawler.crawl.failures import RequestFailure, describe, internal
from crawler.crawl.page_rechecks import PageRechecks
from crawler.model.dropped_items import Duplicate, NotSettled, Rejected, TryAgain
from crawler.model.items import Article, Page, Relation
from crawler.storage.crawl import pages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from crawler.model.clock import Clock
    from crawler.runtime.services import Services
    from crawler.storage.crawl.pages import AnnouncedPage

logger = logging.getLogger(__name__)


class CrawlTracker(Protocol):
    """What every crawl has: its page tracker, and how the crawl ended (an outcome and why)."""

    pages: PageTracker
    outcome: tuple[str, str]


class PageTracker:
    """The pages of one crawl.

    `settled` is awaited with the source and the address of each page that ended, whichever way;
    `stored` and `refused` hear before that what became of one that was not merely looked at again.
    `left` hears of one that stays pending; without it such a page has failed.
    """

    def __init__(
        self,
        services: Services,
        *,
        clock: Clock,
        settled: Callable[[str, str], Awaitable[None]],
        stored: Callable[[Article], None] | None = None,
        refused: Callable[[str, str, str], None] | None = None,
        left: Callable[[str, NotSettled], None] | None = None,
    ) -> None:
        self._database = services.database
        self._config = services.config
        self._settled = settled
        self._stored = stored
        self._refused = refused
        self._left = left
        self._rechecks = PageRechecks(services)
        self._taken: set[str] = set()
        self._again: set[str] = set()  # taken to look at them again: the ledger knows them
        self.clock = clock
        self.counts: Counter[str] = Counter()

    def connect(self, crawler: Crawler) -> None:
        """Hear from this crawl what becomes of its items."""
        for handler, signal in (
            (self.item_scraped, signals.item_scraped),
            (self.item_dropped, signals.item_dropped),
            (self.item_error, signals.item_error),
        ):
            crawler.signals.connect(handler, signal)

    # -- pages that are taken up ---------------------------------------------------------------

    def take(self, found: Iterable[AnnouncedPage]) -> list[AnnouncedPage]:
        """Those of them that this crawl has not taken up yet; it has from now on."""
        fresh = []
        for page in found:
            if page.url not in self._taken:
                self._taken.add(page.url)
                fresh.append(page)
        return fresh

    async def take_rechecks(self, source: str) -> list[AnnouncedPage]:
        """Take up the pages of told stories that are to be looked at again now."""
        again = self.take(await self._rechecks.due(source, now=self.clock()))
        self._again.update(page.url for page in again)
        return again

    @property
    def taken(self) -> int:
        """How many pages were taken up."""
        return len(self._taken)

    def has_taken(self, url: str) -> bool:
        """Was the page taken up?"""
        return url in self._taken

    def looks_again(self, url: str) -> bool:
        """Is the page one of those that are looked at again?"""
        return url in self._again

    # -- how a page ends -----------------------------------------------------------------------

    async def fail(self, source: str, url: str, trouble: RequestFailure) -> None:
        """A page could not be fetched: for good, or until its next try."""
        now = self.clock()
        if self.looks_again(url):
            gone = await self._rechecks.failed(url, trouble, now=now)
            self.counts["withdrawn" if gone else "not looked at again"] += 1
            await self._settled(source, url)
            return
        if trouble.permanent:
            await self._end(source, url, "rejected", trouble.slug)
            return
        state = await self._database.write(
            lambda connection: pages.record_failure(
                connection,
                url,
                trouble.said,
                now=now,
                max_tries=self._config.crawl.max_tries,
                after=trouble.after,
            )
        )
        self.counts["failed" if state == "failed" else f"rejected: {trouble.slug}"] += 1
        if state != "failed" and self._refused is not None:
            self._refused(url, state, trouble.slug)
        await self._settled(source, url)

    async def fail_request(self, source: str, url: str, failure: Failure) -> None:
        """The request for a page failed."""
        await self.fail(source, url, describe(failure, now=self.clock()))

    async def item_scraped(self, item: Any, spider: Spider) -> None:
        if not isinstance(item, Article):
            return
        if self.looks_again(item.url):
            await self._looked_again(spider.name, item.url)
            return
        if self._stored is not None:
            self._stored(item)
        self.counts["extracted"] += 1
        if item.content.is_cut:
            self.counts["texts cut"] += 1
        relation = item.membership.relation if item.membership is not None else None
        if relation is Relation.REPRINT:
            self.counts["duplicates"] += 1
        if relation is Relation.REVISION:
            self.counts["revisions"] += 1
        if item.matches:
            self.counts["flagged"] += 1
        if item.page.baseline and not self._config.alerts.alert_baseline:
            self.counts["baseline"] += 1
            self.counts["baseline flagged"] += bool(item.matches)
        # The store pipeline settled the page itself, in the transaction that stored the article.
        await self._settled(spider.name, item.page.canonical_url)

    async def item_dropped(self, item: Any, spider: Spider, exception: Exception) -> None:
        if not isinstance(item, Page):
            return
        if isinstance(exception, Duplicate):
            self.counts["extracted"] += 1
            self.counts["duplicates"] += 1
            await self._end(spider.name, item.canonical_url, "duplicate", exception.reason)
        elif isinstance(exception, Rejected):
            await self._end(spider.name, item.canonical_url, "rejected", exception.reason)
        elif isinstance(exception, NotSettled) and self._left is not None:
            self.counts[f"left for the next poll: {exception.reason}"] += 1
            self._left(spider.name, exception)
        elif isinstance(exception, TryAgain | NotSettled):
            trouble = RequestFailure(slug=exception.reason, said=str(exception))
            await self.fail(spider.name, item.canonical_url, trouble)
        else:
            await self._end(spider.name, item.canonical_url, "rejected", str(exception))

    async def item_error(self, item: Any, spider: Spider, failure: Failure) -> None:
        if not isinstance(item, Page):
            return
        trouble = RequestFailure(slug="error", said=f"internal: {internal(failure)}")
        await self.fail(spider.name, item.canonical_url, trouble)

    async def _looked_again(self, source: str, url: str) -> None:
        self.counts["looked at again"] += 1
        await self._rechecks.looked(url, now=self.clock())
        await self._settled(source, url)

    async def _end(self, source: str, url: str, state: str, why: str) -> None:
        if self.looks_again(url):  # what it was stays; this is no page to compare it with
            await self._looked_again(source, url)
            return
        if state == "rejected":
            self.counts[f"rejected: {why}"] += 1
            logger.info("page rejected source=%s url=%s reason=%s", source, url, why)
        if self._refused is not None:
            self._refused(url, state, why)
        await self._database.write(
            lambda connection: pages.settle(connection, url, state, why, now=self.clock())
        )
        await self._settled(source, url)
