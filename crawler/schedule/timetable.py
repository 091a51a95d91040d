"""Timetable: how often each source is polled, and when next; learned, and kept nowhere.

The schedule, `--once` and `status` ask here, and get one answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.schedule.crash_hold import crash_holds
from crawler.schedule.due import next_run
from crawler.schedule.intervals import WINDOW, IntervalBounds, learned_interval
from crawler.storage.crawl import documents, pages, runs, subscriptions
from crawler.storage.crawl.runs import FAILED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from crawler.config.source import Source
    from crawler.runtime.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPoll:
    """When a source is polled next (a time gone by: now), and how often from then on."""

    at: datetime
    interval: timedelta


class Timetable:
    """The plan for any source, from the store of these services."""

    def __init__(self, services: Services) -> None:
        self._bounds = IntervalBounds.of(services.config.crawl)
        self._crash_pause = services.config.crawl.crash_pause
        self._database = services.database
        self._listens = bool(services.config.websub.callback)

    async def plan(self, sources: Sequence[Source], now: datetime) -> dict[str, PlannedPoll]:
        """The plan of each of these sources, by name."""
        last = await self._database.read(
            lambda connection: runs.last(connection, [source.name for source in sources])
        )
        intervals = await self._intervals(sources, now)
        failed = [name for name, run in last.items() if run.outcome == FAILED]
        held = await self._database.read(
            lambda connection: crash_holds(connection, failed, self._crash_pause)
        )

        def due(source: Source) -> datetime:
            at = next_run(source, last.get(source.name), intervals[source.name], now)
            return max(at, held[source.name].until) if source.name in held else at

        return {
            source.name: PlannedPoll(
                at=due(source),
                interval=intervals[source.name],
            )
            for source in sources
        }

    async def _intervals(self, sources: Sequence[Source], now: datetime) -> dict[str, timedelta]:
        free = [source.name for source in sources if not (source.interval or source.cron)]
        found = {source.name: source.interval or self._bounds.start for source in sources}
        if not free:
            return found
        arrivals, watched, paces = await self._database.read(
            lambda connection: (
                pages.publication_times(connection, free, since=now - WINDOW),
                pages.watched_since(connection, free),
                documents.minimum_intervals(connection, free),
            )
        )
        for name in free:
            interval = learned_interval(
                arrivals[name],
                watched=now - watched.get(name, now),
                bounds=self._bounds,
                now=now,
            )
            found[name] = max(interval, paces.get(name, interval))
        for name in await self._brought(sources, now):
            if name in free:  # polls are only a safety net now
                found[name] = max(found[name], self._bounds.slowest)
        return found

    async def _brought(self, sources: Sequence[Source], now: datetime) -> set[str]:
        """The sources all of whose documents a hub brings."""
        active = (
            await self._database.read(
                lambda connection: subscriptions.active_documents(connection, now)
            )
            if self._listens
            else set()
        )
        return {
            source.name
            for source in sources
            if active and not source.home and {url for _, url in source.declared()} <= active
        }
