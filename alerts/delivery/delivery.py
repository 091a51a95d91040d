"""Alert delivery: a worker for every channel, so that none waits for another.

The store pipeline calls `wake` after its commit and the alert leaves at once; without a call the
outbox is looked at every second. Every try, wait and outcome is in the outbox: a process that dies
here takes nothing with it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from alerts.channel import TABLES, CannotTell, MessageRejected, Retry, Unknown, opened
from alerts.delivery.channel_worker import ChannelWorker
from alerts.delivery.hold_policy import HoldPolicy
from alerts.delivery.hold_queue import HoldQueue
from alerts.message.sample import sample
from alerts.retry import sleep_until
from crawler.health.notices import enqueue_notice
from crawler.model.clock import utc_now
from crawler.runtime.metrics import Metrics
from crawler.runtime.registration import Registration
from crawler.storage.alerts import outbox, outbox_report
from crawler.storage.alerts.outbox import UNDELIVERED
from crawler.storage.crawl import processes
from crawler.storage.database import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from alerts.channel import Channel
    from alerts.delivery.channel_worker import Report
    from crawler.model.clock import Clock
    from crawler.runtime.services import Services
    from crawler.storage.database import Database

logger = logging.getLogger(__name__)

GRACE = 4.0  # seconds that a send under way is given when the process stops
_CHECK = 15.0  # seconds for a channel to say at the start whether it works
_LOOK = 1.0  # seconds between two looks at whether others put something into the outbox


class Delivery:
    """All channels of one process. `start` and `stop` it on the loop that it lives on."""

    def __init__(
        self,
        database: Database,
        channels: Sequence[Channel],
        *,
        lease: timedelta,
        clock: Clock,
        policies: Mapping[str, HoldPolicy] | None = None,
        report: Report | None = None,
        metrics: Metrics | None = None,
        owner: str = "",
    ) -> None:
        """`owner` is this process, as it is registered in the store.

        `policies` says by channel what is held; by default nothing is.
        """
        self._database = database
        self._clock = clock
        self._owner = owner or processes.new_id()
        self._settled = asyncio.Event()
        held = policies or {}
        none_held = HoldPolicy()
        counted = metrics or Metrics()
        self._workers = [
            ChannelWorker(
                database,
                channel,
                owner=self._owner,
                lease=lease,
                clock=clock,
                holding=HoldQueue(database, channel.name, held.get(channel.name, none_held), clock),
                metrics=counted,
                settled=self._settled.set,
                report=report,
            )
            for channel in channels
        ]
        self._tasks: list[asyncio.Task[None]] = []
        self._checks: list[asyncio.Task[None]] = []

    @classmethod
    def from_services(cls, services: Services, *, clock: Clock = utc_now) -> Delivery:
        """Every configured channel; raises `Unusable` where one lacks what it needs."""
        config = services.config
        channels = services.once(opened, *TABLES)
        policies = {one.name: HoldPolicy.of(one, config) for one in config.channels}

        async def report(channel: str, why: str) -> None:
            """Tell the operators, once a day: no alert reaches the channel."""
            now = clock()
            await services.database.write(
                lambda connection: enqueue_notice(
                    connection,
                    config,
                    key=f"bad-channel-{channel}-{now:%Y-%m-%d}",
                    title=f"Alerts do not reach the channel {channel}",
                    text=f"{why}. They wait, and go out in order once it is mended.",
                    now=now,
                )
            )

        lease = config.alerts.lease
        return cls(
            services.database,
            channels,
            lease=lease,
            clock=clock,
            policies=policies,
            report=report,
            metrics=services.metrics,
            owner=services.once(Registration.of).id,
        )

    def start(self) -> None:
        """Begin to deliver, on the running loop; a second call does nothing.

        Only the holder of the store's run lock may: what another had under way is taken over.
        """
        if not self._tasks:
            self._tasks.append(asyncio.create_task(self._take_over(), name="delivery"))
            self._checks += [
                asyncio.create_task(_check(c.channel, self._clock())) for c in self._workers
            ]

    @property
    def running(self) -> bool:
        """Have the workers begun, and is none of them lost?"""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    async def _take_over(self) -> None:
        try:
            await self._database.write(lambda connection: outbox.reclaim(connection, self._clock()))
            await self._warn_of_orphans()
        except SQLAlchemyError as error:  # the workers try again, and leases run out by themselves
            logger.warning("outbox failed", exc_info=error)
        async with asyncio.TaskGroup() as group:
            for worker in self._workers:
                group.create_task(worker.run(), name=f"courier {worker.channel.name}")

    async def _warn_of_orphans(self) -> None:
        for name, standing in (await self._database.read(outbox_report.by_state)).items():
            if name not in self._names and any(standing[s] for s in (*UNDELIVERED, "held")):
                logger.warning("alerts wait for a channel that is not configured channel=%s", name)

    def wake(self) -> None:
        """Something was put into the outbox. Call it on the loop's own thread."""
        for worker in self._workers:
            worker.wake()

    async def drain(self, within: float) -> dict[str, int]:
        """Deliver until nothing is left, or for so many seconds.

        Returns how many were `sent` and found `dead` since the start, and are `waiting` still.
        """
        self.start()
        for worker in self._workers:
            await worker.hold()  # a digest may be due, and nothing else
        self.wake()
        loop = asyncio.get_running_loop()
        ends = loop.time() + within
        while (waiting := await self._waiting()) and (left := ends - loop.time()) > 0:
            await sleep_until(min(left, _LOOK), self._settled)
            self._settled.clear()
        if self._checks:
            await asyncio.wait(self._checks, timeout=max(0.0, ends - loop.time()))
        return {
            "sent": sum(worker.sent for worker in self._workers),
            "waiting": waiting,
            "dead": sum(worker.dead for worker in self._workers),
        }

    async def stop(self, within: float = GRACE) -> None:
        """Finish what is under way, for up to so many seconds; hand the rest back; close."""
        for worker in self._workers:
            worker.stop()
        for check in self._checks:
            check.cancel()
        await asyncio.gather(*self._checks, return_exceptions=True)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._database.write(
                lambda connection: outbox.hand_back(connection, self._owner, self._clock())
            )
        for worker in self._workers:
            await worker.channel.close()

    async def _waiting(self) -> int:
        standing = await self._database.read(outbox_report.by_state)
        mine = self._names & standing.keys()
        return sum(standing[name][state] for name in mine for state in UNDELIVERED)

    @property
    def _names(self) -> set[str]:
        return {worker.channel.name for worker in self._workers}


async def _check(channel: Channel, now: datetime) -> None:
    """Say at the start what would keep alerts back; they are tried all the same."""
    try:
        async with asyncio.timeout(_CHECK):
            await channel.check()
            await _warn_of_doubles(channel, now)
    except (MessageRejected, Retry, Unknown, TimeoutError) as error:
        logger.warning("channel %s does not work: %s", channel.name, error or "no answer in time")
    except Exception:
        logger.exception("channel could not be checked channel=%s", channel.name)


async def _warn_of_doubles(channel: Channel, now: datetime) -> None:
    """Say at the start where the promise is "at least once", and why."""
    try:
        await channel.find(sample(now))
    except CannotTell as error:
        logger.warning(
            "channel %s: after a failure an alert may come twice: %s", channel.name, error
        )
