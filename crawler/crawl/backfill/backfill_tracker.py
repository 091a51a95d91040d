"""Backfill tracker: what is under way, how far each shard has come, how the backfill ended.

A Scrapy extension. Its pages end as those of a poll do, in the same ledger. There is no run: the
shards are the record.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import CloseSpider

from crawler.crawl.backfill.digest import enqueue_digest
from crawler.crawl.backfill.progress import PagesUnderWay, Progress
from crawler.crawl.failures import RequestFailure
from crawler.crawl.page_tracker import PageTracker
from crawler.crawl.poll.announcement import announce
from crawler.model.clock import utc_now
from crawler.model.urls import entry_key
from crawler.runtime.registration import Registration
from crawler.runtime.services import Services
from crawler.storage.crawl import backfills, leases, shards
from crawler.storage.crawl.backfills import BackfillJob, forget_pages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.crawl.backfill.archive import Find
    from crawler.crawl.backfill.archive_client import ArchiveClient
    from crawler.crawl.backfill.days import Days
    from crawler.model.items import Article, Entry
    from crawler.storage.crawl.backfills import BackfillRequest
    from crawler.storage.crawl.pages import AnnouncedPage
    from crawler.storage.crawl.shards import Shard, ShardPlan
    from crawler.storage.database import Connection

logger = logging.getLogger(__name__)
_LEASE = timedelta(hours=3)  # renewed with each step; longer than an archive keeps us waiting


class BackfillTracker:
    """Tracks the backfill that this extension belongs to; its spider opens the job."""

    def __init__(self, crawler: Crawler, services: Services) -> None:
        self._database = services.database
        self._services = services
        self._registration = services.once(Registration.of)
        self._owner = ""
        self._under_way = PagesUnderWay()
        self._held: list[str] = []
        self._tasks: set[asyncio.Future[None]] = set()
        self._begun: Counter[str] = Counter()
        self.clock = utc_now
        self.pages = PageTracker(
            services, clock=self.clock, settled=self._settled, stored=self._stored
        )
        self.counts = self.pages.counts
        self.job: BackfillJob | None = None
        self.days: Days | None = None
        self.client: ArchiveClient | None = None
        self.progress = Progress()
        self.troubles: list[str] = []
        self.said: list[str] = []  # what an operator should know, in words
        self.outcome = ("failed", "the backfill did not begin")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        tracker = cls(crawler, Services.of(crawler))
        crawler.signals.connect(tracker.spider_closed, signals.spider_closed)
        crawler.signals.connect(tracker.spider_error, signals.spider_error)
        tracker.pages.connect(crawler)
        return tracker

    # -- the job -------------------------------------------------------------------------------

    async def open(
        self, wanted: BackfillRequest, slots: Collection[str], days: Days
    ) -> BackfillJob:
        """Take up the backfill; nobody else may work at it, or ask the same archive."""
        await self._registration.begin()
        self._owner = self._registration.id
        await self._database.write(partial(leases.clear_dead, asker=self._owner))
        self.days = days
        for slot in sorted(filter(None, slots)):
            await self._hold(f"archive:{slot}", f"another backfill is asking {slot}")
        job = await self._database.write(
            lambda connection: backfills.begin_or_resume(connection, wanted, now=self.clock())
        )
        await self._hold(f"backfill:{job.id}", f"backfill {job.id} is being done already")
        self.job = job
        self.outcome = ("failed", "interrupted; the same command goes on with it")
        return job

    async def _hold(self, name: str, else_said: str) -> None:
        now = self.clock()
        take = partial(leases.take, name=name, owner=self._owner, now=now, until=now + _LEASE)
        if not await self._database.write(take):
            self.outcome = ("skipped", else_said)
            raise CloseSpider(else_said)
        self._held.append(name)

    async def planned(self, slices: Sequence[ShardPlan] | None) -> list[Shard]:
        """Write the plan down where there is one, and return it as it stands."""
        job = self._open_job()
        if slices is not None:
            await self._database.write(lambda connection: shards.plan(connection, job.id, slices))
        planned = await self._database.read(lambda connection: shards.shards_of(connection, job.id))
        self.progress.total = len(planned)
        self.progress.done = sum(shard.state == "done" for shard in planned)
        return planned

    async def close(self, reason: str = "") -> None:
        """Every shard was tried: the backfill has ended, or can be taken up again."""
        job = self._open_job()
        failed = self.progress.total - self.progress.done
        if failed:
            reason = reason or f"{failed} of {self.progress.total} shards are not done"
            reason += f": {self.troubles[0]}" if self.troubles else ""
        self.outcome = ("failed" if failed else "done", reason)
        now, config = self.clock(), self._services.config
        digest = partial(enqueue_digest, job=job, config=config, now=now)
        also = digest if job.alerts == "digest" else None
        await self._database.write(
            lambda connection: backfills.end(connection, job.id, *self.outcome, now=now, also=also)
        )
        if also:
            self._services.alerts_queued()

    async def close_full(self, reason: str) -> None:
        """It may fetch no more: what it has not come to is forgotten."""
        job = self._open_job()
        self.outcome = ("done", reason)
        left = partial(forget_pages, job_id=job.id)
        await self._database.write(
            lambda connection: backfills.end(
                connection, job.id, *self.outcome, now=self.clock(), also=left
            )
        )

    async def give_up(self, reason: str) -> None:
        """The backfill cannot even be planned."""
        self.outcome = ("failed", reason)
        self.troubles.append(reason)
        await self._database.write(
            lambda connection: backfills.end(
                connection, self._open_job().id, *self.outcome, now=self.clock()
            )
        )

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        for name in self._held:
            await self._database.write(partial(leases.hand_back, owner=self._owner, name=name))
        if reason == "cancelled":
            self.outcome = ("failed", "cancelled")
        logger.info(
            "backfill ended source=%s outcome=%s reason=%s %s",
            spider.name,
            *self.outcome,
            " ".join(f"{key}={count}" for key, count in sorted(self.counts.items())),
        )

    # -- a shard -------------------------------------------------------------------------------

    async def begin(self, shard: Shard) -> None:
        self._begun = Counter(self.counts)
        self.progress.at, self.progress.share = f"{shard.since}", shard.share
        await self._database.write(
            lambda connection: shards.begin(connection, shard.id, now=self.clock())
        )

    async def advance(self, shard: Shard, *, cursor: str | None, share: float) -> None:
        """Everything before the cursor is settled; None where that is not so."""
        self.progress.share = share
        now = self.clock()
        counts = Counter(shard.counts)
        counts.update(self.counts - self._begun)

        def work(connection: Connection) -> str:
            for name in self._held:
                leases.take(connection, name, self._owner, now=now, until=now + _LEASE)
            return shards.advance(connection, shard, cursor=cursor, share=share, counts=counts)

        state = await self._database.write(work)
        if state == "cancelled":
            raise CloseSpider("cancelled")

    async def finish(self, shard: Shard, trouble: str = "") -> None:
        """The shard is done, or failed with that trouble."""
        if trouble:
            self.progress.failed += 1
            self.troubles.append(f"{shard.since}: {trouble}")
            logger.warning("shard failed part=%s since=%s: %s", shard.part, shard.since, trouble)
        else:
            self.progress.done += 1
        self.progress.share = 0.0
        state = "failed" if trouble else "done"
        await self._database.write(
            lambda connection: shards.finish(connection, shard.id, state, trouble, now=self.clock())
        )

    # -- its pages -----------------------------------------------------------------------------

    async def found(
        self, finds: Iterable[Find], *, revive: Collection[str]
    ) -> list[tuple[AnnouncedPage, Find]]:
        """Write down what is new; returns what to fetch."""
        job = self._open_job()
        by_source: dict[str, dict[str, Find]] = {}
        for find in finds:
            try:
                key = entry_key(find.entry.url, find.entry.guid)
            except ValueError:
                self.counts["unusable addresses"] += 1
                continue
            by_source.setdefault(find.source, {}).setdefault(key, find)
        wanted: list[tuple[AnnouncedPage, Find]] = []
        for source, known in by_source.items():
            entries: dict[str, Entry] = {key: find.entry for key, find in known.items()}
            pages = await announce(
                self._database,
                source,
                entries,
                now=self.clock(),
                baseline=job.alerts != "live",
                job=job.id,
                revive=revive,
            )
            by_entry = {(find.entry.url, find.entry.guid): find for find in known.values()}
            self.counts["entries"] += len(known)
            self.counts["known"] += len(known) - len(pages)
            wanted += [(page, by_entry[page.entry.url, page.entry.guid]) for page in pages]
        return wanted

    def waiting(self) -> str:
        """What an archive said that keeps us waiting; "" where none does."""
        return self.client.waiting if self.client is not None else ""

    def begun(self, url: str) -> None:
        """The page is on its way; it ends in one of the ways in which pages end."""
        self._under_way.begun(url)

    async def over(self) -> None:
        """Wait until every page that was begun has ended."""
        await self._under_way.over()

    async def left(self, urls: Sequence[str]) -> int:
        """How many of these pages have to be tried again."""
        return await self._database.read(
            lambda connection: backfills.count_unsettled(connection, urls)
        )

    async def dates(self, urls: Sequence[str]) -> Sequence[Any]:
        return await self._database.read(
            lambda connection: backfills.publication_dates(connection, urls)
        )

    async def _settled(self, source: str, url: str) -> None:
        self._under_way.ended(url)

    def _stored(self, article: Article) -> None:
        published = article.content.published
        if published is not None and self.days is not None and not self.days.hold(published.at):
            self.counts["stored, of other days"] += 1

    def spider_error(self, failure: Failure, response: Response, spider: Spider) -> None:
        """A defect of ours while a page was handed on: it is tried again."""
        trouble = RequestFailure(slug="error", said=f"internal: {failure.value!r}"[:300])
        task = asyncio.ensure_future(self.pages.fail(spider.name, response.meta["page"], trouble))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _open_job(self) -> BackfillJob:
        if self.job is None:
            raise RuntimeError("the backfill was not opened")
        return self.job
