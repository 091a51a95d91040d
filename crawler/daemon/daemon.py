"""Daemon `wirewatch run`: polls every source when it is due and delivers alerts, unattended."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from crawler import ports
from crawler.config import private_files
from crawler.config.differences import tables
from crawler.crawl.backfill.repair import Repairs
from crawler.crawl.crawl_runner import CrawlRunner, Polled, prepare, test_extraction
from crawler.crawl.scrapy.settings_addon import require_contact
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.daemon.endpoint import Endpoint
from crawler.daemon.reload import Reload
from crawler.daemon.staff_queries import StaffQueries
from crawler.daemon.tasks import daemon_tasks
from crawler.daemon.websub.service import WebSub
from crawler.health.crash_watch import CrashWatch
from crawler.model.clock import Clock, utc_now
from crawler.model.exceptions import Unusable
from crawler.runtime.loop_lag import LoopLag
from crawler.runtime.periodic_tasks import PeriodicTask, PeriodicTasks
from crawler.runtime.sd_notify import READY, STOPPING, notify
from crawler.runtime.shutdown import FINISH_POLLS, stop_signal
from crawler.schedule.scheduler import BEAT, Schedule
from crawler.schedule.timetable import Timetable
from crawler.storage.crawl import leases, runs
from crawler.storage.crawl.run_lock import RunLock
from crawler.storage.crawl.runs import CUT_OFF, FAILED, STOPPED
from crawler.storage.database import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crawler.config.source import Source
    from crawler.crawl.poll.document_requests import Pushed
    from crawler.ports import DeliveryPort, FeedbackPort
    from crawler.runtime.services import Services

logger = logging.getLogger(__name__)

# The rest of the ten seconds that SIGTERM to exit may take.
_FINISH_DELIVERY = 2.5
_FINISH_FEEDBACK = 0.5
_LAST_ANSWERS = 5.0  # seconds for what staff were answering to, where the listener is replaced
_TOLD = {"channel", "route", "slack", "alerts", "ops"}  # tables that delivery is made of
_DRAIN = 60.0  # seconds that `--once` waits for the channels


class Daemon:
    """The one process of a store that polls on schedule and delivers."""

    def __init__(
        self, services: Services, *, print_line: Callable[[str], None], clock: Clock = utc_now
    ) -> None:
        self._services = services
        self._print_line = print_line  # to whoever started it
        self._clock = clock
        self._lock = RunLock(services.database, shared=services.config.store.shared)
        self._database = services.database
        self._timetable = Timetable(services)
        self._websub: WebSub | None = None
        self._feedback: FeedbackPort | None = None
        self._lag = LoopLag(services.metrics.lagged)
        self._endpoint = Endpoint(services, self._parts, clock)
        self.runner = CrawlRunner(services, role="run")
        self.sources = _enabled(services, self.runner.loader)
        prepare(services)
        self._schedule = Schedule(services, self.sources, self._poll, clock)
        self._chores = self._periodic()
        self._repairs = Repairs(services, self.runner, clock=clock)
        self._delivery = ports.delivery(services)
        services.alerts_queued = self._delivery.wake
        self._reload = Reload(services, self._reconfigure, clock)
        self._staff_queries = StaffQueries(services, self.runner, lambda: self.sources, clock=clock)

    async def run(self) -> int:
        """Until SIGTERM or SIGINT. Returns the exit status."""
        stop = stop_signal()
        self._reload.on_signal()
        await self._begin()
        try:
            await self._listen()
        except Unusable:
            await self._end()
            raise
        await self._schedule.start()
        self._delivery.start()
        self._chores.start()
        self._lag.start()
        self._hear()
        reloading = asyncio.create_task(self._reload.run(), name="configuration")
        notify(READY)
        try:
            await stop.wait()
            logger.info("stopping")
        finally:
            notify(STOPPING)
            reloading.cancel()
            await asyncio.gather(reloading, return_exceptions=True)
            self._schedule.pause()  # shutting it down would cancel the polls that are to finish
            await self._end()
            await self._schedule.shut_down()
        return 0

    async def once(self) -> tuple[list[Polled], Mapping[str, int]]:
        """Poll everything that is due, deliver, and return both outcomes."""
        await self._begin()
        try:
            due = await self.due()
            now = self._clock()
            await self._database.write(
                lambda connection: runs.plan(
                    connection, {source.name: now for source in due}, now=now
                )
            )
            polled, stopped = await poll_until_stopped(self.runner, due)
            if not stopped:
                for source, poll in zip(due, polled, strict=True):
                    await self._repairs.after(source, poll)
                stopped = await self._repairs.over_unless(stop_signal())
            if not stopped:
                await self._chores.once()
            return polled, {} if stopped else await self._delivery.drain(_DRAIN)
        finally:
            await self._end()

    async def due(self) -> list[Source]:
        """The sources whose interval has gone by since their last poll began."""
        now = self._clock()
        plan = await self._timetable.plan(self.sources, now)
        return [source for source in self.sources if plan[source.name].at <= now]

    # -- beginning and end ---------------------------------------------------------------------

    async def _begin(self) -> None:
        await test_extraction(self._services)
        if not self._lock.take():
            raise Unusable(
                f"another `wirewatch run` works on {self._services.database.label}; stop it "
                "first, give this one a store of its own, or set store.shared for both"
            )
        if not self._services.config.store.shared:
            # We hold the lock alone: an earlier daemon is not at work any more, wherever it ran.
            await self._database.write(lambda connection: leases.clear_role(connection, "run"))
        await self.runner.registration.begin()
        await self._database.write(
            lambda connection: leases.clear_dead(connection, self.runner.registration.id)
        )
        abandoned = await self._database.write(
            lambda connection: runs.abandon(connection, CUT_OFF, now=self._clock())
        )
        if abandoned:
            logger.warning("runs left open by an earlier process count=%d", abandoned)
            await self._services.once(CrashWatch).look(self.sources, self._clock())
        self._print_line(self._begun())
        for line in private_files.warnings(self._services.config, self._database.file):
            self._print_line(line)
        warn_of_unproven(self.sources, self._print_line)

    def _begun(self) -> str:
        count = len(self.sources)
        channels = (
            f"{channel.name} ({channel.kind})" for channel in self._services.config.channels
        )
        return (
            f"Watching {count} source{'s' * (count != 1)}; alerts go to {', '.join(channels)}; "
            f"the store is {self._services.database.label}"
        )

    async def _listen(self) -> None:
        """Be asked how we do; have hubs bring what they can, where they reach us."""
        self._expect()
        await self._endpoint.start()
        if not self._services.config.websub.callback:
            return

        async def push(source: Source, pushed: Sequence[Pushed]) -> None:
            await self.runner.poll(source, pushed=pushed)

        self._websub = WebSub(self._services, self.sources, push, self._clock)
        await self._websub.start()

    def _expect(self) -> None:
        channels = (channel.name for channel in self._services.config.channels)
        self._services.metrics.expect((spider.name for spider in self.sources), channels)

    def _parts(self) -> dict[str, bool]:
        parts = {
            "delivery": self._delivery.running,
            "schedule": self._schedule.running,
            "extraction": not ports.extraction_pool(self._services).down,
        }
        return parts if self._feedback is None else parts | {"feedback": self._feedback.running}

    def _periodic(self) -> PeriodicTasks:
        beat = PeriodicTask(name="schedule", every=BEAT, do=self._schedule.beat)
        others = daemon_tasks(self._services, self.sources, self._parts)
        return PeriodicTasks([beat, *others], self._clock)

    # -- another configuration -----------------------------------------------------------------

    async def _reconfigure(self, candidate: Services, changed: Sequence[str]) -> None:
        """Take over the configuration of these services; raises `Unusable`, and then has nothing.

        Polls under way end with what they had. Where channels change, what is being sent is
        through before others begin.
        """
        loader = await asyncio.to_thread(SourceLoader.of, candidate.config)
        sources = _enabled(candidate, loader)
        await asyncio.to_thread(ports.prepare, candidate)
        renewed = ports.delivery(candidate) if tables(changed) & _TOLD else None

        self._services.adopt(candidate)
        self.runner.loader, self.sources = loader, sources
        self._expect()
        await self._chores.stop()
        try:
            if renewed is not None:
                await self._replace_channels(renewed)
            if self._websub is not None:
                self._websub.change(sources)
            await self._schedule.change(sources)
        except SQLAlchemyError as error:  # the plan is made with the next beat; leases run out
            logger.warning("plans wait for the store", exc_info=error)
        finally:
            self._chores = self._periodic()
            self._chores.start()

    async def _replace_channels(self, renewed: DeliveryPort) -> None:
        if self._feedback is not None:
            await self._feedback.stop(_LAST_ANSWERS)
        try:
            # A send ends within its lease: none is cut off, and none is in doubt.
            await self._delivery.stop(self._services.config.alerts.lease.total_seconds())
        except asyncio.CancelledError:  # the daemon ends: it stops the one that it has
            await renewed.stop(0)
            raise
        except SQLAlchemyError as error:
            logger.warning("leases of alerts run out by themselves", exc_info=error)
        self._delivery = renewed
        self._services.alerts_queued = renewed.wake
        renewed.start()
        self._hear()

    def _hear(self) -> None:
        """Listen to staff, where the configuration says how."""
        self._feedback = ports.feedback(self._services, self._staff_queries)
        if self._feedback is not None:
            self._feedback.start()

    async def _end(self) -> None:
        if self._websub is not None:
            await self._websub.hang_up()
        if not await self.runner.stop(within=FINISH_POLLS):
            logger.warning("some polls did not end in time; their pages are taken up next time")
        await self._repairs.stop()
        await self._chores.stop()
        await self._lag.stop()
        if self._websub is not None:
            await self._websub.close()
        if self._feedback is not None:
            await self._feedback.stop(_FINISH_FEEDBACK)
        await self._delivery.stop(_FINISH_DELIVERY)
        await self._endpoint.close()
        await self.runner.registration.end()
        self._lock.close()

    async def _poll(self, source: Source) -> None:
        """Poll a source, and see to what follows from how that went."""
        polled = await self.runner.poll(source)
        for current in self.sources:  # as it is declared by now, if it is
            if current.name == source.name:
                await self._repairs.after(current, polled)
        if self._websub is not None:
            self._websub.wake()


def _enabled(services: Services, loader: SourceLoader) -> list[Source]:
    sources = loader.enabled(services.config)
    if not sources:
        raise Unusable("no source is enabled; name some in `enabled`, or add a [[source]]")
    require_contact(services, sources)
    return sources


async def poll_until_stopped(
    runner: CrawlRunner, sources: Sequence[Source]
) -> tuple[list[Polled], bool]:
    """Poll these once. SIGTERM or SIGINT lets what is in flight finish; True where one came."""
    stop = stop_signal()
    polls = asyncio.gather(*(runner.poll(source) for source in sources))
    stopped = asyncio.ensure_future(stop.wait())
    waiting: set[asyncio.Future[Any]] = {polls, stopped}
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set() and not await runner.stop(within=FINISH_POLLS):
            polls.cancel()
        return await polls, stop.is_set()
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
        return [
            Polled(source=source.name, outcome=FAILED, reason=STOPPED, counts={})
            for source in sources
        ], True
    finally:
        stopped.cancel()


def warn_of_unproven(sources: Sequence[Source], print_line: Callable[[str], None]) -> None:
    """Tell whoever starts the polls which of the sources nobody has seen work, and why."""
    for source in sources:
        if source.unproven:
            print_line(
                f"{source.name} is unproven: {source.unproven.rstrip('.')}. "
                f"`wirewatch sources probe {source.name}` tries it."
            )
