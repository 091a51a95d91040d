"""Crash watch: the condition of a source that was under way whenever the process ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.health.conditions.lifecycle import ConditionLifecycle
from crawler.model.conditions import ConditionKind
from crawler.schedule.crash_hold import CrashHold, crash_holds
from crawler.storage.health import condition_log

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.model.conditions import Condition
    from crawler.runtime.services import Services
    from crawler.storage.database import Connection


class CrashWatch:
    """Raises and clears the condition, and says which source is held."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._database = services.database
        self._lifecycle = services.once(ConditionLifecycle)

    async def hold_of(self, source: str) -> CrashHold | None:
        """The hold on this source, over or not; None where it may be polled beside others."""
        first_pause = self._services.config.crawl.crash_pause
        held = await self._database.read(lambda c: crash_holds(c, [source], first_pause))
        return held.get(source)

    async def look(self, sources: Sequence[Source], now: datetime) -> None:
        """At the start of a daemon: raise what the ends of those before it say."""
        titles = {source.name: source.title for source in sources}
        self._lifecycle.titles.update(titles)

        def work(connection: Connection) -> None:
            first_pause = self._services.config.crawl.crash_pause
            held = crash_holds(connection, titles, first_pause)
            for source, hold in held.items():
                if self._lifecycle.raised(
                    connection, source, ConditionKind.CRASHES, hold.detail, now=now
                ):
                    continue
                for condition in _open(connection, source):
                    condition_log.update_condition(connection, condition, hold.detail, now)

        await self._database.write(work)
        self._services.alerts_queued()

    async def release(self, source: str, now: datetime) -> None:
        """A poll of it has gone well."""

        def work(connection: Connection) -> None:
            for condition in _open(connection, source):
                self._lifecycle.cleared(connection, condition, now=now)

        await self._database.write(work)
        self._services.alerts_queued()


def _open(connection: Connection, source: str) -> list[Condition]:
    standing = condition_log.open_conditions(connection, source)
    return [condition for condition in standing if condition.kind is ConditionKind.CRASHES]
