"""Retention: once a day what `keep` calls old is pruned, and its disk space given back.

A little at a time, and with pauses: no poll and no delivery waits for it noticeably.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from crawler.config.config import least_ages
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.storage.maintenance import last_runs
from crawler.storage.maintenance.disk_space import page_usage, release_free_pages, truncate_wal
from crawler.storage.maintenance.pruning import RetentionCutoffs, prune_targets

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from crawler.config.config import Config
    from crawler.runtime.services import Services
    from crawler.storage.maintenance.pruning import PruneTarget

logger = logging.getLogger(__name__)

CHORE = "keep"
EVERY = 300.0  # seconds between two looks whether it is time
_PAUSE = 0.05  # seconds at least; as long as the step took where that was longer
_DAY = timedelta(days=1)


def retention_cutoffs(config: Config, now: datetime) -> RetentionCutoffs:
    """What `keep` says, as instants."""

    def since(key: str) -> datetime | None:
        age: timedelta | None = getattr(config.keep, key)
        # A default may be less than what other settings have in use.
        return None if age is None else now - max(age, least[key])

    least = least_ages(config)
    return RetentionCutoffs(
        sketches=now - config.stories.window,
        alerts=since("alerts"),
        runs=since("runs"),
        uneventful=since("uneventful"),
        revisions=since("revisions"),
        observations=since("observations"),
        conditions=since("conditions"),
        articles=since("articles"),
    )


class RetentionTask:
    """The daily chore. Where the daemon was not up at the time, it is done when it is."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._database = services.database

    async def do(self, now: datetime) -> None:
        """Is it time? Then do it."""
        done = await self._database.read(lambda connection: last_runs.last_done(connection, CHORE))
        if done is not None and _latest(self._services.config.keep.at, now) <= done <= now:
            return
        await self.prune(now)
        await self._give_back()
        await self._database.write(lambda connection: last_runs.set_done(connection, CHORE, now))

    async def prune(self, now: datetime) -> dict[str, int]:
        """Remove what is old; returns how many rows of each kind that were."""
        config = self._services.config
        sources = SourceLoader.of(config).wires()
        chosen = await self._database.read(
            lambda c: prune_targets(c, retention_cutoffs(config, now), sources)
        )
        removed = {sweep.what: count for sweep in chosen if (count := await self._sweep(sweep))}
        if removed:
            told = ", ".join(f"{count} {what}" for what, count in removed.items())
            logger.info("old rows removed: %s", told)
        return removed

    async def _sweep(self, sweep: PruneTarget) -> int:
        total, removed = 0, 1
        while removed:
            removed = 0
            for batch in await self._database.read(sweep.due):
                work = partial(sweep.take, batch=batch)
                removed += await _at_leisure(self._database.write(work))
            total += removed
        return total

    async def _give_back(self) -> None:
        """What is free in a SQLite file, where it is much; and the length of its log."""
        if not self._database.is_sqlite:
            return
        while (found := await self._database.read(page_usage)).is_much and found.gives_back:
            await _at_leisure(self._database.apart(release_free_pages))
        if found.is_much:
            free = found.free / found.pages
            logger.info("%.0f %% of the store is free; `wirewatch db prune --vacuum`", free * 100)
        await self._database.apart(truncate_wal)


async def _at_leisure(work: Awaitable[Any]) -> Any:
    """Do it; then leave the store to others for as long as that took."""
    began = time.monotonic()
    answer = await work
    await asyncio.sleep(max(_PAUSE, time.monotonic() - began))
    return answer


def _latest(at: str, now: datetime) -> datetime:
    """The last time that it was so late in the day."""
    hour, minute = map(int, at.split(":"))
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today <= now else today - _DAY
