"""Reader of the status report: look-ups in indexes alone, cheap enough for every other second.

What needs more than that is read once and kept up to date, or read rarely; `whole` adds the rest,
which reads tables through. Writes nothing, and creates no store.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler import ports
from crawler.health.daemon_status import judge_daemon
from crawler.health.source_summary import judge
from crawler.health.status_report import HOURS, SourceStatus, StatusReport
from crawler.schedule.due import next_run
from crawler.schedule.timetable import Timetable
from crawler.storage.alerts import outbox_report
from crawler.storage.crawl import documents, processes, runs, subscriptions
from crawler.storage.crawl.run_lock import RunLock
from crawler.storage.database import time_of
from crawler.storage.health import condition_log, live_stats, source_stats
from crawler.storage.health.live_stats import Waiting
from crawler.storage.health.source_stats import Standing
from crawler.storage.health.totals import totals

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.model.conditions import Condition
    from crawler.runtime.services import Services
    from crawler.storage.database import Connection

_DAY = timedelta(hours=HOURS)
_RARELY = timedelta(minutes=5)  # how often a source is polled, its newest article


class StatusReader:
    """Of the store of these services, and of these sources."""

    def __init__(self, services: Services, sources: Sequence[Source]) -> None:
        self._services = services
        self._store = services.store
        self._sources = sources
        self._names = [source.name for source in sources]
        self._channels = [channel.name for channel in services.config.channels]
        self._lock = RunLock(services.store)
        self._stored: Counter[tuple[str, int]] = Counter()  # articles by source and hour
        self._after = 0
        self._rare_until: datetime | None = None
        self._intervals: dict[str, timedelta] = {}
        self._newest: Mapping[str, datetime | None] = {}
        self._learned: Collection[str] = ()

    async def read(self, now: datetime) -> StatusReport:
        """The store as it is. Raises `SQLAlchemyError` where it cannot be read."""
        if not self._store.is_there:
            self.forget()
            return self._nothing(now)
        if self._rare_until is None or now >= self._rare_until:
            await self._read_rarely(now)
        is_locked = await asyncio.to_thread(self._lock.is_taken)
        return await self._store.read(lambda c: self._report(c, now, is_locked=is_locked))

    async def whole(self, now: datetime) -> StatusReport:
        """The same, with the totals, all states of the outbox, and what is on hold."""
        refused = await asyncio.to_thread(ports.rules_refusal, self._services)
        if not self._store.is_there:
            return replace(self._nothing(now), rules_refused=refused)
        # Tables of an older version are brought up to this one's first.
        database = self._services.database
        report = await self.read(now)
        return replace(
            report,
            outbox=await database.read(_all_states),
            documents_on_hold=tuple(
                await database.read(lambda c: documents.paused_documents(c, self._names, now=now))
            ),
            subscriptions=tuple(await database.read(subscriptions.list_subscriptions)),
            totals=await database.read(totals),
            rules_refused=refused,
        )

    def forget(self) -> None:
        """The store is another one, or was away."""
        self._stored.clear()
        self._after = 0
        self._rare_until = None

    def _nothing(self, now: datetime) -> StatusReport:
        start = self._services.config.crawl.interval
        lines = (
            SourceStatus(
                name=one.name,
                title=one.title,
                health=judge(one, None, now),
                next_run=now,
                interval=None if one.cron else one.interval or start,
                by_hour=(0,) * HOURS,
            )
            for one in self._sources
        )
        return StatusReport(
            at=now, store=self._store.label, store_is_there=False, sources=tuple(lines)
        )

    async def _read_rarely(self, now: datetime) -> None:
        plan = await Timetable(self._services).plan(self._sources, now)
        self._intervals = {name: planned.interval for name, planned in plan.items()}
        self._newest = await self._store.read(
            lambda c: source_stats.newest_published(c, self._names)
        )
        self._learned = await self._store.read(source_stats.learned)
        self._rare_until = now + _RARELY

    def _report(self, connection: Connection, now: datetime, *, is_locked: bool) -> StatusReport:
        self._count_stored(connection, now)
        # A poll that takes longer than its lease is none any more.
        earliest = now - 3 * self._services.config.crawl.poll_timeout
        conditions = condition_log.open_conditions(connection)
        waits, why = live_stats.waiting(connection), outbox_report.hindrances(connection)
        return StatusReport(
            at=now,
            store=self._store.label,
            daemon=judge_daemon(
                processes.newest(connection, processes.RUN),
                len(processes.alive(connection, processes.RUN)),
                is_locked=is_locked,
                clock=time_of(connection),
            ),
            sources=self._lines(connection, now, conditions),
            in_flight=tuple(live_stats.in_flight(connection, earliest)),
            conditions=tuple(conditions),
            outbox={
                name: replace(waits.get(name, Waiting()), why=why.get(name, ""))
                for name in dict.fromkeys((*self._channels, *waits))
            },
        )

    def _count_stored(self, connection: Connection, now: datetime) -> None:
        for number, source, at in live_stats.stored_since(connection, now - _DAY, self._after):
            self._stored[source, _hour(at)] += 1
            self._after = max(self._after, number)
        for key in [key for key in self._stored if key[1] <= _hour(now) - HOURS]:
            del self._stored[key]

    def _lines(
        self, connection: Connection, now: datetime, conditions: Sequence[Condition]
    ) -> tuple[SourceStatus, ...]:
        newest = runs.last(connection, self._names)
        due_at = runs.planned(connection)
        open_now: dict[str, list[Condition]] = defaultdict(list)
        for one in conditions:
            open_now[one.source].append(one)
        this_hour = _hour(now)
        hours = range(this_hour - HOURS + 1, this_hour + 1)
        lines = []
        for source in self._sources:
            name, run = source.name, newest.get(source.name)
            failed = run is not None and run.outcome == runs.FAILED
            standing = Standing(
                last=run,
                failing=source_stats.failing(connection, name) if failed else 0,
                newest=self._newest.get(name),
                learned=name in self._learned,
            )
            interval = self._intervals[name]
            lines.append(
                SourceStatus(
                    name=name,
                    title=source.title,
                    health=judge(source, standing, now, open_now[name]),
                    next_run=due_at.get(name) or next_run(source, run, interval, now),
                    interval=None if source.cron else interval,
                    by_hour=tuple(self._stored[name, hour] for hour in hours),
                    last=run,
                    newest=standing.newest,
                    conditions=tuple(open_now[name]),
                )
            )
        return tuple(lines)


def _all_states(connection: Connection) -> dict[str, Waiting]:
    why = outbox_report.hindrances(connection)
    return {
        name: Waiting(
            counts={key: count for key, count in counts.items() if key != "oldest"},
            oldest=counts["oldest"],
            why=why.get(name, ""),
        )
        for name, counts in outbox_report.by_state(connection).items()
    }


def _hour(at: datetime) -> int:
    return int(at.timestamp()) // 3600
