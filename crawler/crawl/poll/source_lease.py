"""A poll's turn at its source: nobody else polls it meanwhile, and its run is opened and closed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from crawler.runtime.deferred_writes import Unwritten
from crawler.schedule.due import CUT_OFF, NOT_DUE
from crawler.storage.crawl.leases import Leases, handing_back
from crawler.storage.crawl.runs import ASKED, PUSHED, SCHEDULE, Run, Runs, cut_off, finished

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from scrapy import Spider
    from sqlalchemy.engine import Connection

    from crawler.runtime.services import Services

logger = logging.getLogger(__name__)


class NoTurn(Exception):
    """The poll does not take place; the message says why, and it is written down."""


class Turn:
    """One poll's; `owner` is the process that takes it, as leases call it."""

    def __init__(self, services: Services, owner: str) -> None:
        self._owner = owner
        self._longest = services.config.crawl.poll_timeout
        self._database = services.database
        self._runs = Runs(services.database)
        self._leases = Leases(services.database)
        self._unwritten = services.once(Unwritten.of)
        self._run: Run | None = None

    async def take(self, spider: Spider, *, on_demand: bool, now: datetime) -> Run:
        """Open the run. Raises `NoTurn`."""
        await self._unwritten.settle()
        name, cause = f"source:{spider.name}", _cause(spider, on_demand=on_demand)
        # Longer than the poll may take: the lease outlives every poll that is still at work.
        until = now + 2 * self._longest
        take = self._leases.taking(name, self._owner, now=now, until=until)
        cut_short = cut_off(spider.name, CUT_OFF, now=now)
        begin = self._runs.beginning(spider.name, now=now, cause=cause)

        def work(connection: Connection) -> bool:
            if not take(connection):
                return False
            cut_short(connection)
            self._run = begin(connection)
            if self._run is None:
                handing_back(self._owner, name)(connection)
            return True

        if not await self._database.write(work):
            await self._leases.clear_dead()
            if not await self._database.write(work):
                said = "another process is polling this source"
                await self._skip(spider.name, said, cause=cause, now=now)
                raise NoTurn(said)
        if self._run is None:
            raise NoTurn(NOT_DUE)
        return self._run

    @property
    def run(self) -> Run | None:
        """The run, once it was opened."""
        return self._run

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
        if self._run is None:
            return
        end = finished(self._run.id, outcome=outcome, reason=reason, counts=counts, now=now)
        hand_back = handing_back(self._owner, f"source:{self._run.source}")

        def work(connection: Connection) -> None:
            end(connection)
            hand_back(connection)
            also(connection)

        await self._unwritten.write(work)

    async def _skip(self, source: str, said: str, *, cause: str, now: datetime) -> None:
        if cause == SCHEDULE:
            await self._runs.skip_due(source, said, now=now)
        else:
            await self._runs.skip(source, said, planned_at=now, now=now, cause=cause)


def _cause(spider: Spider, *, on_demand: bool) -> str:
    if getattr(spider, "pushed", ()):
        return PUSHED
    return ASKED if on_demand else SCHEDULE
