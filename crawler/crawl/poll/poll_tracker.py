"""Keeps the books of one poll: each page it announced ends, and is written down, exactly one way.

A Scrapy extension. It opens and closes the run, remembers which documents wait for which pages,
and saves a document's validators only when the last of its pages is settled.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import CloseSpider

from crawler.config.source import Source
from crawler.crawl.failures import Trouble, describe
from crawler.crawl.poll.announcement import announce
from crawler.crawl.poll.document_results import DocumentLog
from crawler.crawl.poll.page_rechecks import PageRechecks
from crawler.crawl.poll.source_lease import NoLease, SourceLease
from crawler.crawl.poll.validators import PendingValidators
from crawler.health.observer import PollObserver
from crawler.model.clock import utc_now
from crawler.model.dropped_items import Duplicate, Rejected
from crawler.model.formatting import rounded
from crawler.model.items import Article, Page, Relation
from crawler.model.urls import canonical_url
from crawler.runtime.services import Services
from crawler.schedule.due import PUNCTUAL
from crawler.storage.crawl import documents, pages
from crawler.storage.crawl.leases import owner
from crawler.storage.crawl.runs import DONE, FAILED, LATE, NOTHING_NEW, READ, SKIPPED
from crawler.storage.database import SQLAlchemyError, reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.model.items import Entry
    from crawler.storage.crawl.documents import Document
    from crawler.storage.crawl.pages import AnnouncedPage
    from crawler.storage.crawl.runs import Run
    from crawler.storage.database import Connection

logger = logging.getLogger(__name__)


class PollTracker:
    """The books of the crawl that this extension belongs to."""

    def __init__(self, crawler: Crawler, services: Services) -> None:
        self._crawler = crawler
        self._config = services.config
        self._database = services.database
        self._settlement = PendingValidators()
        self._taken: set[str] = set()
        self._rechecks = PageRechecks(services)
        self._observing = PollObserver(services)
        self._again: set[str] = set()  # taken to look at them again: the ledger knows them
        self.owner: str = crawler.settings.get("WIREWATCH_OWNER") or owner("crawl")
        self._lease = SourceLease(services, self.owner)
        # Somebody asks by hand, and not the schedule.
        self.on_demand = crawler.settings.getbool("WIREWATCH_ON_DEMAND", default=True)
        self.clock = utc_now
        self.counts: Counter[str] = Counter()
        frozen_after = self._config.crawl.frozen_after
        self.log = DocumentLog(self._database, self.counts, frozen_after=frozen_after)
        self._defects: list[str] = []
        self.outcome = (FAILED, "the poll did not begin")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        tracker = cls(crawler, Services.of(crawler))
        for handler, signal in (
            (tracker.spider_opened, signals.spider_opened),
            (tracker.spider_closed, signals.spider_closed),
            (tracker.item_scraped, signals.item_scraped),
            (tracker.item_dropped, signals.item_dropped),
            (tracker.item_error, signals.item_error),
            (tracker.spider_error, signals.spider_error),
        ):
            crawler.signals.connect(handler, signal)
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
        self._observing.begin(spider.name, source.title if isinstance(source, Source) else "")
        try:
            await self._lease.take(spider, on_demand=self.on_demand, now=self.clock())
        except NoLease as why:
            self.outcome = (SKIPPED, str(why))
            raise CloseSpider(str(why)) from None

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        if self._lease.run is None:
            return
        self.outcome = self._outcome(reason, self._lease.run)
        now, read = self.clock(), self.outcome[0] in READ and self.counts["documents"] > 0
        await self._lease.end(
            *self.outcome,
            self.counts,
            now=now,
            also=lambda connection: self._observing.record(connection, read=read, now=now),
        )
        logger.info(
            "poll ended source=%s outcome=%s %s",
            spider.name,
            self.outcome[0],
            " ".join(f"{key}={count}" for key, count in sorted(self.counts.items())),
        )

    def _outcome(self, reason: str, run: Run) -> tuple[str, str]:
        if reason == "closespider_timeout":
            return FAILED, "took longer than crawl.poll_timeout"
        if reason == "start_error":
            return FAILED, "the poll could not start; see the log"
        if reason != "finished":
            return FAILED, f"stopped: {reason}"
        if self._defects:
            return FAILED, "; ".join(self._defects + self.log.troubles)
        if self.log.troubles and not self.counts["documents"]:
            return FAILED, "; ".join(self.log.troubles)
        if not (self.counts["documents"] or self._taken):
            return SKIPPED, "; ".join(self.log.held) or "there was nothing to ask"
        said = self.log.troubles + self.log.held
        if (late := run.lateness) is not None and late > PUNCTUAL:
            return LATE, "; ".join([f"began {rounded(late)} after its time", *said])
        return DONE if self._taken else NOTHING_NEW, "; ".join(said)

    # -- what the spider tells -----------------------------------------------------------------

    async def leftovers(self, source: str) -> list[AnnouncedPage]:
        """Pages of earlier polls whose time has come."""
        left = await self._database.read(
            lambda connection: pages.unsettled(connection, source, now=self.clock())
        )
        self._observing.left(left)
        return [page for page in left if self._take(page.url)]

    async def told(self, source: str) -> list[AnnouncedPage]:
        """Pages of told stories that are to be looked at again now."""
        due = await self._rechecks.due(source, now=self.clock())
        again = [page for page in due if self._take(page.url)]
        self._again.update(page.url for page in again)
        return again

    def looks_again(self, url: str) -> bool:
        """Is the page one of those that are looked at again?"""
        return url in self._again

    async def announced(
        self,
        source: str,
        document: Document | None,
        entries: Iterable[Entry],
        *,
        baseline: bool,
        then: Iterable[str] = (),
    ) -> list[AnnouncedPage]:
        """A document was read; returns the pages to fetch.

        The first time, what it says is its `baseline`: known from then on, and no news.

        Its validators are saved once these pages and the further documents in `then` are settled;
        there are none to save (None) where a hub brought it.
        """
        self.counts["documents"] += 1
        found: dict[str, Entry] = {}
        for entry in entries:
            try:
                found.setdefault(canonical_url(entry.url), entry)
            except ValueError:
                self.counts["unusable addresses"] += 1
        self.counts["entries"] += len(found)
        now = self.clock()
        wanted = await announce(self._database, source, found, now=now, baseline=baseline)
        await self._observing.announced(wanted, now=now)
        # A page that another document announced a moment ago is waited for, and fetched once.
        if document is not None:
            self._settlement.opened(document, {*(page.url for page in wanted), *then})
        fresh = [page for page in wanted if self._take(page.url)]
        await self._save(source, self._settlement.complete())
        return fresh

    async def known(self, url: str) -> Document:
        """What is known of a document, if only its address."""
        return await self._database.read(lambda connection: documents.get_document(connection, url))

    async def named_by(self, home: str) -> list[Document]:
        """The feeds that a home page named when it was last read."""
        return await self._database.read(lambda connection: documents.found_on(connection, home))

    async def answered(self, source: str, url: str) -> None:
        """A document that had failed was had; nothing in it is new."""
        await self._database.write(
            lambda connection: documents.clear_failures(connection, source, url)
        )

    async def save(self, source: str, document: Document) -> None:
        """All that a document announced is settled: its validators count from now on."""
        now = self.clock()
        await self._database.write(
            lambda connection: documents.save_document(connection, source, document, now=now)
        )

    async def home_read(self, source: str, home: Document, feeds: Iterable[str]) -> None:
        """A home page was read, and names these feeds."""
        named, now = list(feeds), self.clock()

        def work(connection: Connection) -> None:
            documents.set_found_on(connection, source, home.url, named)
            documents.save_document(connection, source, home, now=now)

        await self._database.write(work)

    def counted(self, what: str, number: int) -> None:
        """So many of something that is worth a count where there is any."""
        if number > 0:
            self.counts[what] += number

    async def read_on(self, source: str, url: str) -> None:
        """A further document in somebody's `then` was read."""
        await self._save(source, self._settlement.settle(url))

    async def page_failed(self, source: str, url: str, trouble: Trouble) -> None:
        """A page could not be fetched: for good, or until its next try."""
        now = self.clock()
        if self.looks_again(url):
            gone = await self._rechecks.failed(url, trouble, now=now)
            self.counts["withdrawn" if gone else "not looked at again"] += 1
            await self._save(source, self._settlement.settle(url))
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
        if state != "failed":
            self._observing.ended(url, state, trouble.slug)
        await self._save(source, self._settlement.settle(url))

    def describe(self, failure: Failure) -> Trouble:
        return describe(failure, now=self.clock())

    # -- what Scrapy tells ---------------------------------------------------------------------

    async def item_scraped(self, item: Any, spider: Spider) -> None:
        if not isinstance(item, Article):
            return
        if self.looks_again(item.url):
            await self._looked_again(spider.name, item.url)
            return
        self._observing.stored(item)
        self.counts["extracted"] += 1
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
        await self._save(spider.name, self._settlement.settle(item.page.canonical_url))

    async def item_dropped(self, item: Any, spider: Spider, exception: Exception) -> None:
        if not isinstance(item, Page):
            return
        if isinstance(exception, Duplicate):
            self.counts["extracted"] += 1
            self.counts["duplicates"] += 1
            await self._end(spider.name, item.canonical_url, "duplicate", exception.reason)
        elif isinstance(exception, Rejected):
            await self._end(spider.name, item.canonical_url, "rejected", exception.reason)
        else:
            await self._end(spider.name, item.canonical_url, "rejected", str(exception))

    async def item_error(self, item: Any, spider: Spider, failure: Failure) -> None:
        if not isinstance(item, Page):
            return
        said = f"internal: {_in_words(failure)}"
        await self.page_failed(spider.name, item.canonical_url, Trouble(slug="error", said=said))

    def spider_error(self, failure: Failure, response: Response, spider: Spider) -> None:
        """A document was left half-read: its validators are not saved, it comes again."""
        self._defects.append(f"{response.url}: internal: {_in_words(failure)}")

    # -- the books -----------------------------------------------------------------------------

    def _take(self, url: str) -> bool:
        if url in self._taken:
            return False
        self._taken.add(url)
        return True

    async def _looked_again(self, source: str, url: str) -> None:
        self.counts["looked at again"] += 1
        await self._rechecks.looked(url, now=self.clock())
        await self._save(source, self._settlement.settle(url))

    async def _end(self, source: str, url: str, state: str, why: str) -> None:
        if self.looks_again(url):  # what it was stays; this is no page to compare it with
            await self._looked_again(source, url)
            return
        if state == "rejected":
            self.counts[f"rejected: {why}"] += 1
            logger.info("page rejected source=%s url=%s reason=%s", source, url, why)
        self._observing.ended(url, state, why)
        await self._database.write(
            lambda connection: pages.settle(connection, url, state, why, now=self.clock())
        )
        await self._save(source, self._settlement.settle(url))

    async def _save(self, source: str, settled: Iterable[Document]) -> None:
        for document in settled:
            await self.save(source, document)


def _in_words(failure: Failure) -> str:
    error = failure.value
    return reason(error) if isinstance(error, SQLAlchemyError) else repr(error)[:300]
