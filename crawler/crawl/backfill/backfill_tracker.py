"""Keeps the trackers of a backfill: what is under way, how far each shard has come, how it ended.

In the place of `PollTracker`: pages end as those of a poll do, in the same ledger. There is no run:
the shards are the record.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import CloseSpider

from crawler.config import routing
from crawler.crawl.failures import Trouble
from crawler.crawl.poll.announcement import announce
from crawler.crawl.poll.poll_tracker import PollTracker
from crawler.crawl.poll.validators import PendingValidators
from crawler.model.alert import DIGEST, Alert, Headline
from crawler.model.items import Article
from crawler.model.urls import canonical_url
from crawler.storage.alerts import outbox
from crawler.storage.crawl import backfills, leases, shards
from crawler.storage.crawl.backfills import BackfillJob, flagged, forget_pages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.crawl.backfill.archive import Find
    from crawler.crawl.backfill.archive_client import ArchiveClient
    from crawler.crawl.backfill.days import Days
    from crawler.model.items import Entry
    from crawler.runtime.services import Services
    from crawler.storage.crawl.backfills import BackfillRequest
    from crawler.storage.crawl.documents import Document
    from crawler.storage.crawl.pages import AnnouncedPage
    from crawler.storage.crawl.shards import Shard, ShardPlan
    from crawler.storage.database import Connection

logger = logging.getLogger(__name__)
_LEASE = timedelta(hours=3)  # renewed with each step; longer than an archive keeps us waiting
_TOP = 10  # stories that a digest names


class UnderWay(PendingValidators):
    """The pages that were begun and have not ended."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: set[str] = set()
        self._none = asyncio.Event()
        self._none.set()

    def begun(self, url: str) -> None:
        self._pages.add(url)
        self._none.clear()

    def settle(self, key: str) -> list[Document]:
        self._pages.discard(key)
        if not self._pages:
            self._none.set()
        return []

    async def over(self) -> None:
        """Wait until every page that was begun has ended."""
        await self._none.wait()


@dataclass(slots=True, kw_only=True)
class Progress:
    """What a bar shows. `share` is of the shard that is under way."""

    total: int = 0
    done: int = 0
    failed: int = 0
    share: float = 0.0
    at: str = ""


class BackfillTracker(PollTracker):
    """The trackers of the backfill that this crawl does."""

    def __init__(self, crawler: Crawler, services: Services) -> None:
        super().__init__(crawler, services)
        self._pages = self._settlement = UnderWay()
        self._database = services.database
        self._services = services
        self._held: list[str] = []
        self._tasks: set[asyncio.Future[None]] = set()
        self._begun: Counter[str] = Counter()
        self.job: BackfillJob | None = None
        self.days: Days | None = None
        self.client: ArchiveClient | None = None
        self.progress = Progress()
        self.troubles: list[str] = []
        self.said: list[str] = []  # what an operator should know, in words

    # -- the job -------------------------------------------------------------------------------

    async def spider_opened(self, spider: Spider) -> None:
        """The spider opens its job itself, with `open`: it knows what is wanted."""

    async def open(
        self, wanted: BackfillRequest, slots: Collection[str], days: Days
    ) -> BackfillJob:
        """Take up the backfill; nobody else may work at it, or ask the same archive."""
        await self._database.write(leases.clear_dead)
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
        take = partial(leases.take, name=name, owner=self.owner, now=now, until=now + _LEASE)
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
        digest = self._digest if job.alerts == "digest" else _nothing
        await self._database.write(
            lambda connection: backfills.end(
                connection, job.id, *self.outcome, now=self.clock(), also=digest
            )
        )
        if digest is not _nothing:
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
            await self._database.write(partial(leases.hand_back, owner=self.owner, name=name))
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
                leases.take(connection, name, self.owner, now=now, until=now + _LEASE)
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
                key = canonical_url(find.entry.url)
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
            self.counts["entries"] += len(known)
            self.counts["known"] += len(known) - len(pages)
            wanted += [(page, known[page.url]) for page in pages]
        return wanted

    def waiting(self) -> str:
        """What an archive said that keeps us waiting; "" where none does."""
        return self.client.waiting if self.client is not None else ""

    def begun(self, url: str) -> None:
        """The page is on its way; it ends in one of the ways in which pages end."""
        self._pages.begun(url)

    async def over(self) -> None:
        await self._pages.over()

    async def left(self, urls: Sequence[str]) -> int:
        """How many of these pages have to be tried again."""
        return await self._database.read(
            lambda connection: backfills.count_unsettled(connection, urls)
        )

    async def dates(self, urls: Sequence[str]) -> Sequence[Any]:
        return await self._database.read(
            lambda connection: backfills.publication_dates(connection, urls)
        )

    async def item_scraped(self, item: Any, spider: Spider) -> None:
        await super().item_scraped(item, spider)
        if not isinstance(item, Article) or self.days is None:
            return
        published = item.content.published
        if published is not None and not self.days.hold(published.at):
            self.counts["stored, of other days"] += 1

    def spider_error(self, failure: Failure, response: Response, spider: Spider) -> None:
        """A defect of ours while a page was handed on: it is tried again."""
        trouble = Trouble(slug="error", said=f"internal: {failure.value!r}"[:300])
        task = asyncio.ensure_future(self.page_failed(spider.name, response.meta["page"], trouble))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _open_job(self) -> BackfillJob:
        if self.job is None:
            raise RuntimeError("the backfill was not opened")
        return self.job

    def _digest(self, connection: Connection) -> None:
        """One message about all of it, in the transaction that ends it: once, or not at all."""
        job = self._open_job()
        count, best = flagged(connection, job.id, limit=_TOP)
        days = f"{job.since} to {job.until}"
        stored = Counter[str]()
        for shard in self._shards(connection):
            stored.update(shard)
        alert = Alert(
            story_id=0,
            kind=f"{DIGEST}-{job.id}",
            source_name=job.source,
            source_title=job.source or "all sources",
            country="",
            url="",
            title=f"Backfill {job.id}, {days}: {count} stories flagged",
            published=None,
            first_seen=job.created_at,
            lead=f"{stored['extracted']} articles read, {stored['duplicates']} of them reprints.",
            stories=tuple(
                Headline(
                    title=one.title,
                    url=one.link,
                    published_at=one.published_at,
                    rule=one.rule,
                    score=one.score,
                )
                for one in best
            ),
        )
        for channel in routing.channels(self._services.config, alert):
            outbox.enqueue(
                connection,
                story_id=None,
                channel=channel,
                kind=alert.kind,
                payload=alert.to_json(),
                now=self.clock(),
            )

    def _shards(self, connection: Connection) -> Iterable[dict[str, int]]:
        return shards.counts(connection, self._open_job().id)

    # -- how this differs from a poll ----------------------------------------------------------

    def _take(self, url: str) -> bool:
        return True

    async def _save(self, source: str, documents: Iterable[Document]) -> None:
        """Validators are the polls' business."""


def _nothing(_: Connection) -> None:
    """No digest was asked for."""
