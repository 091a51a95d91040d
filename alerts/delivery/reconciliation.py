"""Reconciliation: look in a channel for an alert that may have arrived, and for a second copy.

A channel may show a message later than it took it. So what is in doubt is looked for until the
channel must show it, before it is sent again; and after that the first copy may still turn up: it
is looked for once more, and `find` takes the younger copy away.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from alerts.channel import CannotTell, MessageRejected, Retry, Unknown
from alerts.retry import sleep_until
from crawler.storage.alerts import outbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from alerts.channel import Channel
    from crawler.model.alert import Alert
    from crawler.model.clock import Clock
    from crawler.storage.alerts.outbox import Claimed
    from crawler.storage.database import Database

logger = logging.getLogger(__name__)

FIRST = 0.5  # seconds from the first look to the second; each pause is twice the one before
_AFTER_RESEND = (0.1, 0.3, 1.0, 3.0, 6.0)  # pauses, in parts of the channel's `visible_within`


class LeaseLost(Exception):
    """Another delivers the row by now."""


class Reconciliation:
    """Of one channel's alerts; `stopping` ends every pause."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        *,
        owner: str,
        lease: timedelta,
        clock: Clock,
        stopping: asyncio.Event,
    ) -> None:
        self._database = database
        self._channel = channel
        self._owner = owner
        self._lease = lease
        self._clock = clock
        self._stopping = stopping
        self._watches: set[asyncio.Task[None]] = set()

    async def look(self, row: Claimed, alert: Alert) -> str | None:
        """What the channel calls it; None where it did not arrive.

        Raises what `find` does, `LeaseLost`, and `Retry` where the process stops meanwhile.
        """
        within = 0.0 if alert.is_update else self._channel.visible_within
        for pause in (0.0, *_pauses(within)):
            await sleep_until(pause, self._stopping)
            if self._stopping.is_set():
                raise Retry("stopped before it was sent", after=0.0)
            if not await self._renew(row):
                raise LeaseLost
            if (reference := await self._find(alert)) is not None:
                return reference
        return None

    def watch(self, row: Claimed, alert: Alert, reference: str, *, sends: int) -> None:
        """Look later whether another copy turns up, where it may have been sent more than once."""
        in_doubt = sends > 1 and row.outcome_unknown
        if in_doubt and self._channel.visible_within and not alert.is_update:
            watch = asyncio.create_task(self._watch(row, alert, reference))
            self._watches.add(watch)
            watch.add_done_callback(self._watches.discard)

    async def finish(self) -> None:
        """Look a last time for what is watched still."""
        await asyncio.gather(*self._watches)

    async def _watch(self, row: Claimed, alert: Alert, reference: str) -> None:
        for part in _AFTER_RESEND:
            await sleep_until(part * self._channel.visible_within, self._stopping)
            try:
                kept = await self._find(alert)
            except (Retry, Unknown, MessageRejected, CannotTell, TimeoutError) as error:
                logger.info("no look for a second copy alert=%s: %s", alert.id, error)
            except Exception:
                logger.exception("no look for a second copy alert=%s", alert.id)
            else:
                reference = await self._keep(row, reference, kept)
            if self._stopping.is_set():
                return

    async def _keep(self, row: Claimed, reference: str, kept: str | None) -> str:
        if kept is None or kept == reference:
            return reference
        await self._database.write(
            lambda connection: outbox.set_reference(connection, row.id, kept)
        )
        return kept

    async def _renew(self, row: Claimed) -> bool:
        until = self._clock() + self._lease
        return await self._database.write(
            lambda connection: outbox.renew(
                connection, row.id, owner=self._owner, lease_until=until
            )
        )

    async def _find(self, alert: Alert) -> str | None:
        async with asyncio.timeout(self._lease.total_seconds() * 0.4):
            return await self._channel.find(alert)


def _pauses(within: float) -> Iterator[float]:
    """Growing pauses that come to `within` seconds."""
    pause, left = FIRST, within
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause *= 2
