"""Poll tracker: opens the run of one poll, closes it, and judges how the poll ended.

A Scrapy extension. It has a page tracker and a document tracker, which do what their names say.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import CloseSpider

from crawler.config.source import Source
from crawler.crawl.failures import internal
from crawler.crawl.page_tracker import PageTracker
from crawler.crawl.poll.document_requests import SITEMAPS_LEFT
from crawler.crawl.poll.document_tracker import AT_ONCE, DocumentTracker
from crawler.crawl.poll.source_lease import NoLease, SourceLease
from crawler.health.observer import PollObserver
from crawler.model.clock import utc_now
from crawler.model.formatting import count, rounded
from crawler.runtime.services import Services
from crawler.schedule.due import PUNCTUAL
from crawler.storage.crawl import pages
from crawler.storage.crawl.runs import DONE, FAILED, LATE, NOTHING_NEW, READ, SKIPPED
from crawler.storage.database import SQLAlchemyError, reason

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.model.dropped_items import NotSettled
    from crawler.storage.crawl.pages import AnnouncedPage
    from crawler.storage.crawl.runs import Run

logger = logging.getLogger(__name__)
_LEFT = "entries left for the next polls"


class PollTracker:
    """Tracks the poll that this extension belongs to."""

    def __init__(self, crawler: Crawler, services: Services) -> None:
        self._database = services.database
        self.clock = utc_now
        self._observer = PollObserver(services)
        self.pages = PageTracker(
            services,
            clock=self.clock,
            settled=self._settled,
            stored=self._observer.stored,
            refused=self._observer.ended,
            left=self._left,
        )
        self._lease = SourceLease(services)
        self.documents = DocumentTracker(
            services, self.pages, self._observer, write=self._lease.write
        )
        self._counts = self.pages.counts
        # Somebody asks by hand, and not the schedule.
        self.on_demand = crawler.settings.getbool("WIREWATCH_ON_DEMAND", default=True)
        self._defects: list[str] = []
        self._is_backlog = False  # earlier polls left more than one takes up
        self.outcome = (FAILED, "the poll did not begin")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        tracker = cls(crawler, Services.of(crawler))
        for handler, signal in (
            (tracker.spider_opened, signals.spider_opened),
            (tracker.spider_closed, signals.spider_closed),
            (tracker.spider_error, signals.spider_error),
        ):
            crawler.signals.connect(handler, signal)
        tracker.pages.connect(crawler)
        return tracker

    # -- the run -------------------------------------------------------------------------------

    async def spider_opened(self, spider: Spider) -> None:
        try:
            await self._open(spider)
        except SQLAlchemyError as error:
            self.outcome = (FAILED, f"the store: {reason(error)}")
            logger.exception("poll could not begin source=%s", spider.name)
            raise CloseSpider(self.outcome[1]) from None

    async def _open(self, spider: Spider) -> None:
        source = getattr(spider, "source", None)
        self._observer.begin(spider.name, source.title if isinstance(source, Source) else "")
        try:
            await self._lease.take(spider, on_demand=self.on_demand, now=self.clock())
        except NoLease as why:
            self.outcome = (SKIPPED, str(why))
            raise CloseSpider(str(why)) from None

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        if self._lease.run is None:
            return
        await self._count_left(spider.name)
        self.outcome = self._outcome(reason, self._lease.run)
        now, read = self.clock(), self.outcome[0] in READ and self._counts["documents"] > 0
        await self._lease.end(
            *self.outcome,
            self._counts,
            now=now,
            also=lambda connection: self._observer.record(connection, read=read, now=now),
        )
        logger.info(
            "poll ended source=%s outcome=%s %s",
            spider.name,
            self.outcome[0],
            " ".join(f"{key}={count}" for key, count in sorted(self._counts.items())),
        )

    def spider_error(self, failure: Failure, response: Response, spider: Spider) -> None:
        """A document was left half-read: its validators are not saved, it comes again."""
        self._defects.append(f"{response.url}: internal: {internal(failure)}")

    def _left(self, source: str, why: NotSettled) -> None:
        """A page stays pending. Its documents are not settled: their validators are not saved."""
        told = self._defects if why.failed else self.documents.log.troubles
        if why.said not in told:
            told.append(why.said)
            logger.warning("pages left for the next poll source=%s reason=%s", source, why.said)

    def _outcome(self, reason: str, run: Run) -> tuple[str, str]:
        if reason == "closespider_timeout":
            return FAILED, "took longer than crawl.poll_timeout"
        if reason == "start_error":
            return FAILED, "the poll could not start; see the log"
        if reason != "finished":
            return FAILED, f"stopped: {reason}"
        log = self.documents.log
        if self._defects:
            return FAILED, "; ".join(self._defects + log.troubles)
        if log.troubles and not self._counts["documents"]:
            return FAILED, "; ".join(log.troubles)
        if not (self._counts["documents"] or self.pages.taken):
            return SKIPPED, "; ".join(log.held) or "there was nothing to ask"
        said = log.troubles + log.held + self._left_in_words()
        if (late := run.lateness) is not None and late > PUNCTUAL:
            return LATE, "; ".join([f"began {rounded(late)} after its time", *said])
        return DONE if self.pages.taken else NOTHING_NEW, "; ".join(said)

    # -- its pages -----------------------------------------------------------------------------

    async def leftovers(self, source: str) -> list[AnnouncedPage]:
        """Take up the pages of earlier polls whose time has come."""
        left = await self._database.read(
            lambda connection: pages.unsettled(connection, source, now=self.clock(), limit=AT_ONCE)
        )
        self._observer.left(left)
        self._is_backlog = len(left) >= AT_ONCE
        return self.pages.take(left)

    async def _count_left(self, source: str) -> None:
        """Count what is left for the next polls, where there may be any."""
        if not (self._is_backlog or self.documents.left):
            return
        left = sum(not self.pages.has_taken(url) for url in self.documents.left)
        try:
            pending = await self._database.read(
                lambda connection: pages.count_pending(connection, source)
            )
        except SQLAlchemyError as error:  # the run is closed all the same
            logger.warning("entries left are not counted source=%s: %s", source, reason(error))
            pending = 0
        self.documents.counted(_LEFT, max(pending, left))

    def _left_in_words(self) -> list[str]:
        left = {
            count(self._counts[_LEFT], "entry", "entries"): self._counts[_LEFT],
            count(self._counts[SITEMAPS_LEFT], "sitemap"): self._counts[SITEMAPS_LEFT],
        }
        return [f"{said} left for the next polls" for said, number in left.items() if number]

    async def _settled(self, source: str, url: str) -> None:
        await self.documents.settled(source, url)
