"""Scheduler: dispatches polls when they are due; the plan is in the store, APScheduler wakes.

A source has one planned run at a time. It is written down when the one before it has ended; a poll
begins by turning it into a running one. So nothing is polled twice, neither by two daemons that
share a store nor after a clock was set back; and what was due while nobody was there is late, and
not lost. Ten runs that were missed are one. All times are UTC: days of 23 hours are none of ours.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import UTC, timedelta
from functools import partial
from typing import TYPE_CHECKING

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.base import STATE_RUNNING

from crawler.model.formatting import rounded
from crawler.runtime.clock_watch import TOLERANCE, ClockWatch
from crawler.runtime.deferred_writes import DeferredWrites
from crawler.runtime.registration import Registration
from crawler.schedule.due import next_in_rhythm, trigger
from crawler.schedule.timetable import Timetable
from crawler.storage.crawl import leases, runs
from crawler.storage.crawl.runs import CUT_OFF, NOT_ENABLED, SCHEDULE
from crawler.storage.database import SQLAlchemyError
from crawler.storage.maintenance import clock_shift

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from apscheduler.events import JobSubmissionEvent

    from crawler.config.source import Source
    from crawler.model.clock import Clock
    from crawler.runtime.services import Services
    from crawler.schedule.timetable import PlannedPoll

    Poll = Callable[[Source], Awaitable[None]]

logger = logging.getLogger(__name__)

#: Seconds between two looks at the clock and the plan: a suspended machine is awake so soon.
BEAT = 5.0
_NEVER = float("-inf")
_TEND = 60.0  # seconds between two looks at what other daemons do, or did
_AGAIN = timedelta(seconds=30)  # a run that is due and could not begin is tried again so soon
_FINISH = 1.0  # seconds that what follows on a poll may take at the end


class Schedule:
    """The schedule of one daemon. `poll` polls a source, and says in the ledger how that ended."""

    def __init__(
        self, services: Services, sources: Sequence[Source], poll: Poll, clock: Clock
    ) -> None:
        self._services = services
        self._sources = {source.name: source for source in sources}
        self._poll = poll
        self._clock = clock
        self._shared = services.config.store.shared
        self._database = services.database
        self._unwritten = services.once(DeferredWrites.of)
        self._timetable = Timetable(services)
        self._watch = ClockWatch(clock)
        self._looking = asyncio.Lock()  # at the clock
        self._behind = timedelta()  # by which the clock went back, and nothing was moved yet
        self._scheduler: AsyncIOScheduler | None = None
        self._at_work: dict[str, asyncio.Task[object]] = {}
        self._overlapped: Counter[str] = Counter()
        self._tended = _NEVER

    @property
    def running(self) -> bool:
        return self._scheduler is not None and self._scheduler.state == STATE_RUNNING

    async def start(self) -> None:
        """Plan every source that has no plan yet, and begin."""
        await self._mend_clock()
        await self._call_off()
        intervals = await self.plan(list(self._sources.values()))
        scheduler = AsyncIOScheduler(
            event_loop=asyncio.get_running_loop(),
            timezone=UTC,
            # A late poll is better than none, and ten missed ones are one.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        scheduler.add_listener(self._was_at_work, EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED)
        planned = await self._database.read(runs.planned)
        for name, source in self._sources.items():
            self._set_job(scheduler, source, intervals[name].interval, planned.get(name))
        scheduler.start()
        self._scheduler = scheduler

    def _set_job(
        self, scheduler: AsyncIOScheduler, source: Source, every: timedelta, at: datetime | None
    ) -> None:
        now = self._clock()
        scheduler.add_job(
            self._fire,
            trigger(source, every),
            args=[source.name],
            id=source.name,
            next_run_time=max(now, at or now),
            replace_existing=True,
        )

    async def change(self, sources: Sequence[Source]) -> None:
        """Poll these from now on, as the configuration says now.

        A new one is due at once; one that is gone is not polled again. Polls under way go on.
        """
        gone = self._sources.keys() - {source.name for source in sources}
        self._sources = {source.name: source for source in sources}
        self._timetable = Timetable(self._services)
        self._tended = _NEVER  # where the store cannot take the plan now, the beat makes it
        if (scheduler := self._scheduler) is None:
            return
        for name in gone:
            scheduler.remove_job(name)
        soon, every = self._clock() + BEAT * _SECOND, self._services.config.crawl.interval
        for source in sources:
            if scheduler.get_job(source.name) is None:
                self._set_job(scheduler, source, every, soon)
        await self._call_off()
        intervals = await self.plan([one for one in sources if one.name not in self._at_work])
        planned = await self._database.read(runs.planned)
        for name in intervals.keys() - self._at_work.keys():
            source = self._sources[name]
            self._set_job(scheduler, source, intervals[name].interval, planned.get(name))

    async def _call_off(self) -> None:
        """Whatever is planned of other sources is skipped; other daemons may have theirs."""
        if not self._shared:
            names = list(self._sources)
            await self._database.write(
                lambda connection: runs.call_off(connection, names, NOT_ENABLED, now=self._clock())
            )

    def pause(self) -> None:
        """Begin nothing more; what is under way goes on."""
        if self._scheduler is not None:
            self._scheduler.pause()

    async def shut_down(self) -> None:
        """Let what follows on a poll that has ended be done; then forget the jobs."""
        if self._at_work:
            await asyncio.wait(set(self._at_work.values()), timeout=_FINISH)
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    async def plan(self, sources: Sequence[Source]) -> dict[str, PlannedPoll]:
        """Write down when each of these is due next; what is due already stays due."""
        now = self._clock()
        planned = await self._timetable.plan(sources, now)
        await self._database.write(
            lambda connection: runs.plan(
                connection, {name: poll.at for name, poll in planned.items()}, now=now
            )
        )
        return planned

    # -- a run ---------------------------------------------------------------------------------

    async def _fire(self, name: str) -> None:
        if (task := asyncio.current_task()) is not None:
            self._at_work[name] = task
        try:
            await self._look_at_clock()
            due = (
                await self._database.read(lambda connection: runs.planned(connection, [name]))
            ).get(name)
            is_due = due is not None and due <= self._clock()
            if is_due and (source := self._sources.get(name)):
                await self._poll(source)
            if is_due and self.running and (source := self._sources.get(name)):
                await self._plan_next(source)  # as it is declared by now
        except SQLAlchemyError as error:  # the plan stays as it is, and is looked at again
            logger.warning("source could not be planned source=%s", name, exc_info=error)
            return
        finally:
            self._at_work.pop(name, None)
            if count := self._overlapped.pop(name, 0):
                logger.info("poll took long source=%s skipped=%d", name, count)
        if not is_due:
            self._look_at(name, due)  # another daemon was faster, or the clock was set

    async def _plan_next(self, source: Source) -> None:
        await self._look_at_clock()  # first: a plan of now must not be moved with those of before
        now = self._clock()
        planned = (await self._timetable.plan([source], now))[source.name]
        # What came due while the poll was at work was skipped, and is in the ledger as that.
        at = next_in_rhythm(source, planned.at, planned.interval, now)
        await self._database.write(
            lambda connection: runs.plan(connection, {source.name: at}, now=now)
        )
        if self._scheduler is not None and self.running and source.name in self._sources:
            self._scheduler.modify_job(
                source.name,
                trigger=trigger(source, planned.interval),
                next_run_time=max(now, at),
            )

    def _was_at_work(self, event: JobSubmissionEvent) -> None:
        """A run came due while the one before it was at work: it is skipped, as more may be."""
        self._services.metrics.skipped(event.job_id)
        self._overlapped[event.job_id] += 1
        if self._overlapped[event.job_id] > 1:
            return
        times = getattr(event, "scheduled_run_times", None)
        planned_at = times[0] if times else self._clock()
        now = self._clock()
        self._unwritten.owe(
            lambda connection: runs.skip(
                connection,
                event.job_id,
                "the poll before it was still at work",
                planned_at=planned_at,
                now=now,
                cause=SCHEDULE,
            )
        )

    # -- the beat ------------------------------------------------------------------------------

    async def beat(self, _: datetime) -> None:
        """Every few seconds: is the clock as it was, and is the plan as it is in the store?"""
        if not self.running or self._scheduler is None:
            return
        await self._look_at_clock()
        self._scheduler.wakeup()
        await self._unwritten.settle()
        await self._tend()

    async def _look_at_clock(self) -> None:
        """Was it set since the last look? What waits for a time is moved back with it."""
        async with self._looking:
            set_by = self._watch.look()
            if set_by:
                self._tended = _NEVER  # the jobs follow with the next beat
            if set_by > timedelta(0):
                logger.warning("clock was put forward by=%s", rounded(set_by))
            self._behind += max(-set_by, timedelta(0))
            if self._behind:  # a store that cannot take it now is asked again
                await self._clock_went_back(self._behind)
                self._behind = timedelta(0)

    async def _tend(self) -> None:
        """Whatever has no plan gets one; what others have done is taken up."""
        elapsed = asyncio.get_running_loop().time()
        if elapsed - self._tended < _TEND:
            return
        self._tended = elapsed
        now = self._clock()
        registration = self._services.once(Registration.of)
        await self._database.write(partial(leases.clear_dead, asker=registration.id))
        if cut_off := await self._database.write(
            lambda connection: runs.abandon(
                connection, CUT_OFF, now=now, at_work=list(self._at_work)
            )
        ):
            logger.warning("runs of another process were cut off count=%d", cut_off)
        planned = await self._database.read(runs.planned)
        held = await self._database.read(lambda connection: leases.held(connection, now=now))
        without = [
            source
            for name, source in self._sources.items()
            if name not in planned and name not in self._at_work and f"source:{name}" not in held
        ]
        await self.plan(without)
        for name, due in (await self._database.read(runs.planned)).items():
            self._look_at(name, due)

    def _look_at(self, name: str, due: datetime | None) -> None:
        """Have the job run when the plan says; where that is over, try again soon."""
        if self._scheduler is None or name not in self._sources or name in self._at_work:
            return
        now = self._clock()
        at = due if due is not None and due > now else now + (BEAT * _SECOND)
        job = self._scheduler.get_job(name)
        if job is None or job.next_run_time is None:
            return
        if job.next_run_time > at + _AGAIN or job.next_run_time < at - _SECOND:
            self._scheduler.modify_job(name, next_run_time=at)

    async def _mend_clock(self) -> None:
        """What the store holds of the future says that the clock went back while we were away."""
        by = await self._database.read(
            lambda connection: clock_shift.how_far_ahead(connection, self._clock())
        )
        if by > TOLERANCE:
            await self._clock_went_back(by)

    async def _clock_went_back(self, by: timedelta) -> None:
        moved = await self._database.write(
            lambda connection: clock_shift.shift_times(connection, by, now=self._clock())
        )
        logger.warning("clock was put back by=%s; what waits is moved rows=%d", rounded(by), moved)


_SECOND = timedelta(seconds=1)
