"""What `wirewatch top` shows, read from the store every other second; writes nothing.

What needs more than a look into an index is read once and kept up to date, or read rarely.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.health.source_summary import Health, State, brief, judge
from crawler.schedule.due import next_run
from crawler.schedule.timetable import Timetable
from crawler.storage.alerts import outbox_report
from crawler.storage.crawl.run_lock import RunLock
from crawler.storage.crawl.runs import FAILED, last, planned
from crawler.storage.database import SQLAlchemyError, explain_error, no_store_yet
from crawler.storage.health import condition_log, live_stats
from crawler.storage.health.source_stats import Standing
from crawler.storage.maintenance.disk_space import store_size
from crawler.storage.maintenance.migrate import newest_revision, revision_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.model.conditions import Condition
    from crawler.runtime.services import Services
    from crawler.storage.crawl.runs import Run
    from crawler.storage.database import Connection
    from crawler.storage.health.live_stats import Told, Waiting

HOURS = 24
STORIES = 40  # that are read; a frame shows as many as it has room for
_DAY = timedelta(hours=HOURS)
_RARELY = timedelta(minutes=5)  # how often a source is polled, its newest article, the size
# The others by name: a source that is polled now does not jump up and down again.
_RANK = (State.FAILING, State.INTERRUPTED, State.SILENT, State.PARTLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A source: what ails it or that it does well, its next run, what it brought."""

    name: str
    health: Health
    ails: bool
    next_run: datetime | None
    interval: timedelta | None  # None: by cron
    by_hour: tuple[int, ...]  # stored, in each of the last 24 hours, the oldest first

    @property
    def stored(self) -> int:
        return sum(self.by_hour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """One state of everything. `trouble` says why it is not that of `at`, or that there is none."""

    at: datetime
    store: str
    size: int = 0
    is_running: bool = False
    trouble: str = ""
    is_unreadable: bool = False  # there is a store, and it fails
    sources: tuple[SourceLine, ...] = ()
    in_flight: tuple[Run, ...] = ()
    conditions: tuple[Condition, ...] = ()
    articles: tuple[Told, ...] = ()
    outbox: Mapping[str, Waiting] = field(default_factory=dict)
    hindrances: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """Looks at the store of these services."""

    def __init__(self, services: Services, sources: Sequence[Source]) -> None:
        self._services = services
        self._store = services.store
        self._sources = sources
        self._names = [spider.name for spider in sources]
        self._channels = [channel.name for channel in services.config.channels]
        self._lock = RunLock(services.store)
        self._seen: Counter[tuple[str, int]] = Counter()  # articles by source and hour
        self._after = 0
        self._rare_until: datetime | None = None
        self._intervals: dict[str, timedelta] = {}
        self._newest: dict[str, datetime | None] = {}
        self._size = 0
        self._last: Glance | None = None

    async def look(self, now: datetime) -> Glance:
        """The store as it is; where it cannot be read, as it was, and why."""
        try:
            trouble = await self._unreadable()
            found = replace(self._before(now), trouble=trouble) if trouble else await self._all(now)
        except (SQLAlchemyError, OSError) as error:
            self._rare_until = None
            said = explain_error(error) if isinstance(error, SQLAlchemyError) else str(error)
            return replace(self._before(now), trouble=said, is_unreadable=True)
        self._last = found
        return found

    def stale(self, now: datetime, why: str) -> Glance:
        """As it was last seen."""
        return replace(self._before(now), trouble=why)

    def _before(self, now: datetime) -> Glance:
        known = self._last or Glance(at=now, store=self._store.label)
        return replace(known, at=now)

    async def _unreadable(self) -> str:
        if not self._store.is_there:
            self._seen.clear()
            self._after = 0
            return no_store_yet(self._store)
        found = await self._store.read(revision_of)
        if found is None:
            return f"no tables of Wirewatch in {self._store.label} yet"
        if found != newest_revision():
            return f"tables of another version ({found}); `wirewatch run` brings them up to this"
        return ""

    async def _all(self, now: datetime) -> Glance:
        if self._rare_until is None or now >= self._rare_until:
            await self._read_rarely(now)
        running = await asyncio.to_thread(self._lock.is_taken)
        why = await self._store.read(outbox_report.hindrances)
        return await self._store.read(lambda c: self._glance(c, now, running=running, why=why))

    async def _read_rarely(self, now: datetime) -> None:
        plan = await Timetable(self._services).plan(self._sources, now)
        self._intervals = {name: planned.interval for name, planned in plan.items()}
        self._newest = await self._store.read(lambda c: live_stats.newest_published(c, self._names))
        self._size = await self._store.read(store_size)
        self._rare_until = now + _RARELY

    def _glance(
        self, connection: Connection, now: datetime, *, running: bool, why: Mapping[str, str]
    ) -> Glance:
        self._count_stored(connection, now)
        # A poll that takes longer than its lease is none any more.
        earliest = now - 3 * self._services.config.crawl.poll_timeout
        conditions = condition_log.open_conditions(connection)
        waits = live_stats.waiting(connection)
        nothing = live_stats.Waiting(counts={}, oldest=None)
        return Glance(
            at=now,
            store=self._store.label,
            size=self._size,
            is_running=running,
            sources=self._lines(connection, now, conditions, running=running),
            in_flight=tuple(live_stats.in_flight(connection, earliest)),
            conditions=tuple(conditions),
            articles=tuple(live_stats.newest_articles(connection, STORIES)),
            outbox={name: waits.get(name, nothing) for name in (*self._channels, *waits)},
            hindrances=why,
        )

    def _count_stored(self, connection: Connection, now: datetime) -> None:
        for number, source, at in live_stats.stored_since(connection, now - _DAY, self._after):
            self._seen[source, _hour(at)] += 1
            self._after = max(self._after, number)
        for key in [key for key in self._seen if key[1] <= _hour(now) - HOURS]:
            del self._seen[key]

    def _lines(
        self,
        connection: Connection,
        now: datetime,
        conditions: Sequence[Condition],
        *,
        running: bool,
    ) -> tuple[SourceLine, ...]:
        newest = last(connection, self._names)
        due_at = planned(connection)
        ailing = {one.source: one for one in reversed(conditions)}
        lines = []
        for spider in self._sources:
            name, run = spider.name, newest.get(spider.name)
            failed = run is not None and run.outcome == FAILED
            times = live_stats.failing(connection, name) if failed else 0
            standing = Standing(last=run, failing=times, newest=self._newest.get(name))
            health = judge(spider, standing, now)
            if condition := ailing.get(name):
                health = replace(health, said=brief(condition, now))
            elif health.state is State.POLLING:
                health = replace(health, said="polling")
            interval = self._intervals[name]
            due = due_at.get(name) or next_run(spider, run, interval, now) if running else None
            ails = condition is not None or health.state in _RANK[:3]
            this_hour = _hour(now)
            hours = range(this_hour - HOURS + 1, this_hour + 1)
            lines.append(
                SourceLine(
                    name=name,
                    health=health,
                    ails=ails,
                    next_run=due,
                    interval=None if spider.cron else interval,
                    by_hour=tuple(self._seen[name, hour] for hour in hours),
                )
            )
        return tuple(sorted(lines, key=_ailing_first))


def _ailing_first(line: SourceLine) -> tuple[bool, int, str]:
    state = line.health.state
    return not line.ails, _RANK.index(state) if state in _RANK else len(_RANK), line.name


def _hour(at: datetime) -> int:
    return int(at.timestamp()) // 3600
