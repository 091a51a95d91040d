"""Tell the operators once a day how it goes: that they hear of it is the proof that it goes.

Once on a local day, whatever restarts or the change of clocks do; late, on the same day, where
nothing ran at its time.
"""

from __future__ import annotations

import asyncio
import logging
import math
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.config.cron import next_after
from crawler.config.types import clock_time
from crawler.health.notices import enqueue_notice, was_enqueued
from crawler.health.status_reader import StatusReader
from crawler.model.formatting import count, size, some, span
from crawler.storage.crawl.runs import FAILED, READ, SKIPPED
from crawler.storage.health import daily_stats
from crawler.storage.maintenance import disk_space

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.config.source import Source
    from crawler.health.status_report import SourceStatus
    from crawler.model.conditions import Condition
    from crawler.runtime.services import Services
    from crawler.storage.health.daily_stats import Day

_DAY = timedelta(days=1)
_NAMED = 10
_MOMENT = timedelta(seconds=1)


class DailyReport:
    """The message of one installation that watches these sources."""

    def __init__(self, services: Services, sources: Sequence[Source]) -> None:
        self._config = services.config
        self._database = services.database
        self._zone = ZoneInfo(self._config.alerts.timezone)
        self._status = StatusReader(services, sources)
        self._sources = {source.name: source.title or source.name for source in sources}

    async def tell(self, now: datetime) -> None:
        """Say it, where it is due today and was not said."""
        due = self._due(now)
        key = f"daily-{now.astimezone(self._zone):%Y-%m-%d}"
        if due is None or due > now or await self._is_said(key, due):
            return
        title, lines = await self.compose(now)
        await self._database.write(
            lambda connection: enqueue_notice(
                connection,
                self._config,
                key=key,
                title=title,
                text="\n".join(lines),
                now=now,
                level=logging.INFO,
            )
        )

    def _due(self, now: datetime) -> datetime | None:
        """The instant on this local day; None where it is said on other days only."""
        today = now.astimezone(self._zone).date()
        begins = datetime.combine(today, time(), self._zone)
        expression = self._config.ops.daily
        cron = clock_time(expression) or expression
        at = next_after(cron, self._zone, begins - _MOMENT)
        return at if at.astimezone(self._zone).date() == today else None

    async def _is_said(self, key: str, due: datetime) -> bool:
        """It was told; or nothing was watched yet at that time, so there is nothing to tell."""
        began = await self._database.read(daily_stats.began)
        if began is None or began > due:
            return True
        return await self._database.read(lambda connection: was_enqueued(connection, key))

    async def compose(self, now: datetime) -> tuple[str, list[str]]:
        """Title and lines."""
        day = await self._database.read(lambda connection: daily_stats.day(connection, now - _DAY))
        report = await self._status.read(now)
        ours = [one for one in report.conditions if not one.source]
        ailing, total = report.ailing, len(self._sources)
        title = (
            f"{len(ailing)} of {count(total, 'source')} ail"
            if ailing
            else f"All is well: {count(total, 'source')}"
        )
        if ours:
            title = "The installation ails" + (f", and {title}" if ailing else "")
        lines = [
            f"Sources: {total - len(ailing)} healthy, {len(ailing)} ailing",
            *some([*self._installation(ours), *map(self._ailing, ailing)], _NAMED),
            *_polled(day, self._sources),
            *_done(day),
            await self._waiting(now),
            f"Held for review: {count(day.held, 'alert')} (`wirewatch alerts held`)"
            if day.held
            else "",
            await self._room(),
        ]
        return title, [line for line in lines if line]

    def _installation(self, found: Sequence[Condition]) -> Iterator[str]:
        if found:
            yield f"• The installation: {self._since(found)}"

    def _ailing(self, one: SourceStatus) -> str:
        """A line for a source that ails, with what it has."""
        said = self._since(one.conditions) if one.conditions else one.health.said
        return f"• {one.title or one.name}: {said}"

    def _since(self, found: Sequence[Condition]) -> str:
        return ", ".join(
            f"{one.kind.value} since {one.raised_at.astimezone(self._zone):%-d %B, %H:%M}"
            for one in found
        )

    async def _waiting(self, now: datetime) -> str:
        names = [channel.name for channel in self._config.channels]
        late = await self._database.read(lambda connection: daily_stats.overdue(connection, names))
        if not late:
            return "No alert waits to be delivered"
        oldest = late[0]
        return f"Oldest undelivered alert: {span(now - oldest.since)}, for {oldest.channel}"

    async def _room(self) -> str:
        disk = await asyncio.to_thread(disk_space.disk_usage, self._database.file)
        taken = size(await self._database.read(disk_space.store_size))
        free = f"Disk: {size(disk.free)} free of {size(disk.total)}; " if disk else ""
        return f"{free}database: {taken}"


def _polled(day: Day, sources: dict[str, str]) -> Iterator[str]:
    missed = [title for name, title in sources.items() if name not in day.polled]
    yield f"Polled in 24 h: {count(len(sources) - len(missed), 'source')}"
    if missed:
        yield f"Not polled: {', '.join(some(missed, _NAMED))}"


def _done(day: Day) -> Iterator[str]:
    outcomes = (*READ, FAILED, SKIPPED)
    ended = ", ".join(f"{day.runs.get(outcome, 0):,} {outcome}" for outcome in outcomes)
    yield f"Runs in 24 h: {ended}"
    stored = f"{count(day.stories, 'new story', 'new stories')}, {count(day.articles, 'article')}"
    yield f"Stored in 24 h: {stored}; alerts sent: {day.sent:,}"
    if day.delays:
        half, most = (span(timedelta(seconds=_percentile(day.delays, p))) for p in (50, 99))
        dated = count(len(day.delays), "alert")
        yield f"From publication to delivery: p50 {half}, p99 {most} ({dated})"


def _percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of these that so many percent of them do not exceed (nearest rank)."""
    return sorted(values)[math.ceil(percent / 100 * len(values)) - 1]
