"""Delivery worker: one channel's rows out of the outbox, in order, each exactly once.

hold and claim -> if an earlier try may have arrived: look for it in the channel -> send -> record.
Whatever happens on the way, the row says what is known: delivered, not delivered, or perhaps.
"""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.channel import BadChannel, CannotTell, MessageRejected, Retry, Unknown
from alerts.delivery.reconciliation import LeaseLost, Reconciliation
from alerts.retry import retry_delay, sleep_until
from crawler.model.alert import Alert, Unreadable
from crawler.storage.alerts import outbox
from crawler.storage.database import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from alerts.channel import Channel
    from alerts.delivery.hold_queue import HoldQueue
    from crawler.model.clock import Clock
    from crawler.runtime.metrics import Metrics
    from crawler.storage.alerts.outbox import Claimed
    from crawler.storage.database import Connection, Database

    #: Told the name of a channel and what is wrong with it.
    Report = Callable[[str, str], Awaitable[None]]

logger = logging.getLogger(__name__)

POLL = 1.0  # seconds between two looks at the outbox that nobody asked for
PATIENCE = timedelta(hours=24)  # after that, and so many tries, an outcome stays unknown
PATIENT_TRIES = 20
STORE_PAUSE = 3.0
DEFECT_TRIES = 5  # of what failed as nobody foresaw: it may be out, and must not block for long
STATED_TRIES = 3  # after so many, a channel that asks for too short a wait is not obeyed
_MARGIN = 0.01  # two clocks: the row must be due when the worker wakes for it


class ChannelWorker:
    """Delivery worker of one channel. `sent` and `dead` count what became of its rows."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        *,
        owner: str,
        lease: timedelta,
        clock: Clock,
        holding: HoldQueue,
        metrics: Metrics,
        settled: Callable[[], None] = lambda: None,
        report: Report | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.channel = channel
        self.sent = 0
        self.dead = 0
        self._database = database
        self._owner = owner
        self._lease = lease
        self._clock = clock
        self._holding = holding
        self._metrics = metrics
        self._settled = settled  # called after each row that needs no further try
        self._report = report  # tells the operators that a channel needs mending
        self._chance = chance
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._reconciliation = Reconciliation(
            database, channel, owner=owner, lease=lease, clock=clock, stopping=self._stopping
        )
        self._trouble = ""  # what the operators were told of the channel
        self._was_idle = False  # nothing was due at the last look
        self._ready_at = 0.0  # of the loop's clock: when the channel may be used again

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        """Deliver until stopped."""
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                delivered = await self._step()
            except SQLAlchemyError as error:
                logger.warning("outbox failed channel=%s", self.channel.name, exc_info=error)
                await sleep_until(STORE_PAUSE, self._stopping)
            except Exception:  # a defect of ours: say so, and go on for the other rows
                logger.exception("courier failed channel=%s", self.channel.name)
                await sleep_until(STORE_PAUSE, self._stopping)
            else:
                if not delivered:
                    await sleep_until(POLL, self._woken)
        await self._reconciliation.finish()

    async def hold(self) -> None:
        """Keep back what the channel is not to be told now; release what it is."""
        await self._holding.settle()

    async def _step(self) -> bool:
        """Claim and handle one row; False where nothing was due."""
        await sleep_until(self._ready_at - self._now(), self._stopping)
        if self._stopping.is_set():
            return False
        if self._was_idle and await self._database.read(
            lambda connection: outbox.is_empty(connection, self.channel.name)
        ):
            return False
        claimed = await self._claim(self._clock())
        self._was_idle = not claimed
        for row in claimed:
            await self._handle(row)
        return bool(claimed)

    async def _claim(self, now: datetime) -> list[Claimed]:
        """Decide what is held, and take the next row that is not."""

        def look(connection: Connection) -> bool:
            due = outbox.has_due(connection, self.channel.name, now=now)
            return due or self._holding.has_work(connection, now)

        def claim(connection: Connection) -> list[Claimed]:
            return outbox.claim(
                connection,
                owner=self._owner,
                now=now,
                lease=self._lease,
                limit=1,
                channels=(self.channel.name,),
                passed=self._holding.decide(connection, now),
            )

        # Asking every second must not take SQLite's only write lock every second.
        return await self._database.write(claim) if await self._database.read(look) else []

    async def _handle(self, row: Claimed) -> None:
        unknown = row.outcome_unknown
        try:
            alert = Alert.from_json(row.payload)
            if unknown:
                reference, unknown = await self._find(row, alert)
                if reference is not None:
                    await self._delivered(row, alert, reference, sends=row.tries - 1)
                    return
            claimed_at = self._now()
            # Past its lease another may hold the row: the send must have ended by then.
            ends = claimed_at + self._lease.total_seconds() * 0.8
            await self._delivered(row, alert, await self._send(alert, ends), sends=row.tries)
        except Retry as error:
            await self._again(row, error, unknown=unknown, after=error.after)
            if isinstance(error, BadChannel):
                await self._tell(row.channel, str(error))
        except (Unknown, TimeoutError) as error:
            await self._doubt(row, error)
        except (MessageRejected, Unreadable) as error:
            await self._dead(row, str(error), unknown=unknown)
        except LeaseLost:
            logger.warning("another delivers channel=%s story=%s", row.channel, row.story_id)
        except SQLAlchemyError:
            raise  # the row stays leased, and in doubt once the lease is over
        except Exception as error:
            logger.exception("channel failed channel=%s story=%s", row.channel, row.story_id)
            why = Unknown(f"a defect: {type(error).__name__}")
            await self._doubt(row, why, tries=DEFECT_TRIES, patience=timedelta(0))

    async def _find(self, row: Claimed, alert: Alert) -> tuple[str | None, bool]:
        """The reference of what arrived after all, and whether doubt remains."""
        try:
            return await self._reconciliation.look(row, alert), False
        except CannotTell as error:
            logger.warning(
                "alert may come twice channel=%s alert=%s: %s", row.channel, alert.id, error
            )
            return None, True

    async def _send(self, alert: Alert, ends: float) -> str:
        self._check_stopping()
        self._ready_at = self._now() + self.channel.pace
        async with asyncio.timeout_at(ends):
            return await self.channel.send(alert)

    def _check_stopping(self) -> None:
        if self._stopping.is_set():
            raise Retry("stopped before it was sent", after=0.0)

    async def _delivered(self, row: Claimed, alert: Alert, reference: str, *, sends: int) -> None:
        now = self._clock()
        await self._database.write(
            lambda connection: outbox.set_sent(
                connection, row.id, reference, now, owner=self._owner
            )
        )
        self._reconciliation.watch(row, alert, reference, sends=sends)
        self.sent += 1
        self._trouble = ""
        self._metrics.delivered(row.channel, alert, created=row.created_at, now=now)
        self._settled()
        logger.info(
            "alert sent channel=%s story=%s tries=%d waited=%.1fs",
            row.channel,
            row.story_id,
            row.tries,
            (now - row.created_at).total_seconds(),
        )

    async def _again(
        self, row: Claimed, error: Exception, *, unknown: bool, after: float | None
    ) -> None:
        seconds = retry_delay(row.tries, self._chance()) if after is None else after
        if after is not None and row.tries > STATED_TRIES and not self._stopping.is_set():
            seconds = max(after, retry_delay(row.tries - STATED_TRIES, self._chance()))
        # The channel asked for quiet, or is away: its next row would fare no better.
        self._ready_at = max(self._ready_at, self._now() + seconds + _MARGIN)
        why = str(error)
        not_before = self._clock() + timedelta(seconds=seconds)
        await self._database.write(
            lambda connection: outbox.try_again(
                connection,
                row.id,
                error=why,
                not_before=not_before,
                unknown=unknown,
                owner=self._owner,
            )
        )
        self._metrics.undelivered(row.channel, "again")
        logger.warning(
            "alert waits channel=%s story=%s tries=%d seconds=%.1f: %s",
            row.channel,
            row.story_id,
            row.tries,
            seconds,
            why,
        )

    async def _doubt(
        self,
        row: Claimed,
        error: Exception,
        *,
        tries: int = PATIENT_TRIES,
        patience: timedelta = PATIENCE,
    ) -> None:
        why = "no answer in time" if isinstance(error, TimeoutError) else str(error)
        if row.tries >= tries and self._clock() - row.created_at > patience:
            await self._dead(row, f"given up: {why}", unknown=True)
            return
        await self._again(row, Unknown(why), unknown=True, after=None)

    async def _tell(self, channel: str, why: str) -> None:
        if self._report and why != self._trouble:
            self._trouble = why
            await self._report(channel, why)

    async def _dead(self, row: Claimed, why: str, *, unknown: bool) -> None:
        await self._database.write(
            lambda connection: outbox.set_dead(
                connection, row.id, why, unknown=unknown, owner=self._owner
            )
        )
        self.dead += 1
        self._metrics.undelivered(row.channel, "dead")
        self._settled()
        logger.error("alert undeliverable channel=%s story=%s: %s", row.channel, row.story_id, why)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
