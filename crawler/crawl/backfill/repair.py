"""Close the gap that an outage left: when a source is read again after a while, read its past.

Decided from the ledger of runs, at the first success after failures or after the daemon was down;
done with what the source itself offers, no further back and no more pages than `[backfill]` says.
What is within the age policy alerts as usual, what is older does not.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crawler.crawl.backfill import own_archive
from crawler.crawl.backfill.backfill_runner import fill
from crawler.health.reports.outage_notices import REPAIRED
from crawler.model.formatting import rounded
from crawler.storage.crawl import backfills, runs
from crawler.storage.crawl.backfills import BackfillRequest
from crawler.storage.crawl.runs import READ
from crawler.storage.health import outages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.crawl.crawl_runner import CrawlRunner, Polled
    from crawler.model.clock import Clock
    from crawler.runtime.services import Services
    from crawler.storage.crawl.backfills import BackfillJob
    from crawler.storage.crawl.runs import Run

logger = logging.getLogger(__name__)
_GAP = "gap"
_NO_PAST = "the source offers no past to repair from"
_AGAIN, _GIVEN_UP = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A source was not read from `since` to `until`; `run` is the one that read it again."""

    run: int
    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since


def gap_in(read: Sequence[Run], longest: timedelta) -> Gap | None:
    """The gap before the newest of the runs that read the source; `read` has the newest first.

    A source that was never read before has no gap: its first poll is its baseline.
    """
    if not longest or len(read) < 2 or not (read[0].started_at and read[1].started_at):
        return None
    gap = Gap(run=read[0].id, since=read[1].started_at, until=read[0].started_at)
    return gap if gap.length > longest else None


class Repairs:
    """The repairs of one daemon, one at a time, beside its polls."""

    def __init__(self, services: Services, runner: CrawlRunner, *, clock: Clock) -> None:
        self._services = services
        self._runner = runner
        self._clock = clock
        self._database = services.database
        self._one = asyncio.Semaphore(1)
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def after(self, source: Source, polled: Polled) -> None:
        """A poll has ended: where it was the first success after a gap, begin to close that."""
        if polled.outcome not in READ or source.name in self._under_way:
            return
        longest = self._services.config.backfill.repair_after
        gap = gap_in(
            await self._database.read(
                lambda connection: runs.newest_read(connection, source.name, limit=20)
            ),
            longest,
        )
        wishes = [_wish_of(job) for job in await self._unfinished(source.name)]
        if gap is not None and own_archive.can_repair(source):
            await self._database.write(
                lambda connection: outages.record_outage(
                    connection, source.name, since=gap.since, until=gap.until
                )
            )
            wish = self._wish(source, gap)
            wishes.append(wish)
            # Written down before it begins: a daemon that ends now does it when it is back.
            await self._database.write(
                lambda connection: backfills.begin_or_resume(connection, wish, now=self._clock())
            )
        elif gap is not None:
            await self._database.write(
                lambda connection: outages.record_outage(
                    connection, source.name, since=gap.since, until=gap.until, outcome=_NO_PAST
                )
            )
            said = f"not read for {rounded(gap.length)}; {_NO_PAST}"
            await self._database.write(lambda connection: runs.note(connection, gap.run, said))
            logger.warning("gap source=%s: %s", source.name, said)
        if wishes:
            task = asyncio.ensure_future(self._close(source, wishes, gap))
            self._under_way[source.name] = task
            task.add_done_callback(lambda _: self._under_way.pop(source.name, None))

    async def _unfinished(self, source: str) -> list[BackfillJob]:
        """Repairs that were cut off, or failed an hour ago; after a day they are given up."""
        now = self._clock()
        left = []
        for job in await self._database.read(
            lambda connection: backfills.unfinished(connection, source, cause=_GAP)
        ):
            if now - job.created_at > _GIVEN_UP:
                give_up = partial(
                    backfills.cancel, job_id=job.id, reason="given up after a day", now=now
                )
                await self._database.write(give_up)
            elif job.ended_at is None or now - job.ended_at > _AGAIN:
                left.append(job)
        return left

    async def over(self) -> None:
        """Wait for the repairs that are under way."""
        while self._under_way:
            await asyncio.wait(set(self._under_way.values()))

    async def over_unless(self, stop: asyncio.Event) -> bool:
        """Wait for the repairs that are under way; True where the event came first."""
        over, stopped = asyncio.ensure_future(self.over()), asyncio.ensure_future(stop.wait())
        waiting: set[asyncio.Future[Any]] = {over, stopped}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            stopped.cancel()
        return stop.is_set()

    async def stop(self) -> None:
        """Leave what is under way; it is written down."""
        for task in self._under_way.values():
            task.cancel()
        await self.over()

    def _wish(self, source: Source, gap: Gap) -> BackfillRequest:
        config = self._services.config
        zone = ZoneInfo(source.timezone)
        until = gap.until.astimezone(zone).date()
        farthest = gap.until.astimezone(zone) - timedelta(days=config.backfill.repair_days - 1)
        since = max(gap.since.astimezone(zone).date(), farthest.date())
        return BackfillRequest(
            source=source.name, since=since, until=until, alerts="live", cause=_GAP
        )

    async def _close(
        self, source: Source, wishes: Sequence[BackfillRequest], gap: Gap | None
    ) -> None:
        limit = self._services.config.backfill.repair_pages
        came_to = ""
        async with self._one:
            for wanted in dict.fromkeys(wishes):
                days = f"{wanted.since} to {wanted.until}"
                logger.warning("gap repair begins source=%s days=%s", source.name, days)
                filled = await fill(self._runner, self._services, source, wanted, limit=limit)
                counts, outcome = filled.polled.counts, filled.polled.outcome
                if filled.job is None:
                    logger.warning("gap repair waits source=%s: %s", source.name, outcome)
                    continue
                said = (
                    f"gap repaired by backfill {filled.job}, {days}: {outcome}, "
                    f"{counts.get('extracted', 0)} articles"
                )
                logger.warning("gap repair ended source=%s: %s", source.name, said)
                if gap is not None:
                    away = f"not read for {rounded(gap.length)}"
                    note = partial(runs.note, run_id=gap.run, said=f"{away}; {said}")
                    await self._database.write(note)
                look = partial(backfills.get_job, job_id=filled.job)
                came_to = _came_to(await self._database.read(look))
        if came_to:
            await self._database.write(
                lambda connection: outages.record_repair(connection, source.name, came_to)
            )


def _came_to(job: BackfillJob | None) -> str:
    """What is told of a repair; "" where it was cut off, and goes on at the next start."""
    if job is None or job.state == "running":
        return ""
    return REPAIRED if job.state == "done" else f"the repair {job.state}: {job.reason}"


def _wish_of(job: BackfillJob) -> BackfillRequest:
    return BackfillRequest(
        **{name: getattr(job, name) for name in BackfillRequest.__dataclass_fields__}
    )
