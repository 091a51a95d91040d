"""The lease of one source for one poll: nobody else polls it; opens and closes the run."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from crawler.runtime.deferred_writes import DeferredWrites
from crawler.runtime.registration import Registration
from crawler.storage.crawl import leases, runs
from crawler.storage.crawl.runs import ASKED, CUT_OFF, NOT_DUE, PUSHED, SCHEDULE, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from scrapy import Spider

    from crawler.runtime.services import Services
    from crawler.storage.database import Connection

logger = logging.getLogger(__name__)


class NoLease(Exception):
    """The poll does not take place; the message says why, and it is written down."""


class SourceLease:
    """One poll's, taken by this process as it is registered in the store."""

    def __init__(self, services: Services) -> None:
        self._registration = services.once(Registration.of)
        self._owner = ""
        self._longest = services.config.crawl.poll_timeout
        self._database = services.database
        self._unwritten = services.once(DeferredWrites.of)
        self._run: Run | None = None

    async def take(self, spider: Spider, *, on_demand: bool, now: datetime) -> Run:
        """Open the run. Raises `NoLease`."""
        await self._unwritten.settle()
        await self._registration.begin()
        self._owner = self._registration.id  # whoever begins anew writes no more under this one
        name, cause = f"source:{spider.name}", _cause(spider, on_demand=on_demand)
        # Longer than the poll may take: the lease outlives every poll that is still at work.
        until = now + 2 * self._longest

        def work(connection: Connection) -> bool:
            if not leases.take(connection, name, self._owner, now=now, until=until):
                return False
            runs.cut_off(connection, spider.name, CUT_OFF, now=now)
            self._run = runs.begin(
                connection, spider.name, now=now, cause=cause, process=self._owner
            )
            if self._run is None:
                leases.hand_back(connection, self._owner, name)
            return True

        if not await self._database.write(work):
            await self._database.write(partial(leases.clear_dead, asker=self._owner))
            if not await self._database.write(work):
                said = "another process is polling this source"
                await self._skip(spider.name, said, cause=cause, now=now)
                raise NoLease(said)
        if self._run is None:
            raise NoLease(NOT_DUE)
        return self._run

    @property
    def run(self) -> Run | None:
        """The run, once it was opened."""
        return self._run

    async def write(self, work: Callable[[Connection], object]) -> None:
        """Write what the holder alone may; nothing where the source was taken over meanwhile."""

        def if_held(connection: Connection) -> None:
            if self._run is None or self._is_held(connection, self._run):
                work(connection)

        await self._database.write(if_held)

    def _is_held(self, connection: Connection, run: Run) -> bool:
        if leases.holds(connection, f"source:{run.source}", self._owner):
            return True
        logger.warning("poll was taken over; what it found is not written source=%s", run.source)
        return False

    async def end(
        self,
        outcome: str,
        reason: str,
        counts: Mapping[str, int],
        *,
        now: datetime,
        also: Callable[[Connection], object],
    ) -> None:
        """Close the run, and what is to be written with it; as soon as the store can take it."""
        if (run := self._run) is None:
            return
        counted = dict(counts)  # it may be written later

        def work(connection: Connection) -> None:
            if not self._is_held(connection, run):
                return
            runs.finish(connection, run.id, outcome=outcome, reason=reason, counts=counted, now=now)
            leases.hand_back(connection, self._owner, f"source:{run.source}")
            also(connection)

        await self._unwritten.write(work)

    async def _skip(self, source: str, said: str, *, cause: str, now: datetime) -> None:
        if cause == SCHEDULE:
            await self._database.write(
                lambda connection: runs.skip_due(connection, source, said, now=now)
            )
        else:
            await self._database.write(
                lambda connection: runs.skip(
                    connection, source, said, planned_at=now, now=now, cause=cause
                )
            )


def _cause(spider: Spider, *, on_demand: bool) -> str:
    if getattr(spider, "pushed", ()):
        return PUSHED
    return ASKED if on_demand else SCHEDULE
