"""Installation monitor: notices undelivered alerts and a disk that fills up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler import ports
from crawler.health.conditions.lifecycle import ConditionLifecycle
from crawler.model.conditions import INSTALLATION, ConditionKind
from crawler.model.formatting import at, size
from crawler.storage.health import condition_log, daily_stats
from crawler.storage.maintenance import disk_space

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.model.conditions import Condition
    from crawler.runtime.services import Services
    from crawler.storage.database import Connection

_KINDS = (ConditionKind.UNDELIVERED, ConditionKind.DISK, ConditionKind.EXTRACTION_DOWN)
_SHARE, _MOST = 20, 10  # one part of the disk in twenty; of the bytes that are configured
_STEP = 50_000_000
_AMPLE = 1.2  # times the limit: free space that wavers about it is no news


class InstallationMonitor:
    """Monitor of the installation. What `look` found last is in the table of conditions."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._config = services.config
        self._zone = ZoneInfo(services.config.alerts.timezone)
        self._database = services.database
        self._lifecycle = services.once(ConditionLifecycle)
        self._late: frozenset[int] = frozenset()  # the oldest of each channel, a look ago

    async def look(self, now: datetime) -> None:
        """Raise, update and clear by what is so now."""
        ours = [
            condition
            for condition in await self._database.read(condition_log.open_conditions)
            if condition.source == INSTALLATION
        ]
        known = {condition.kind: condition.detail for condition in ours if condition.kind in _KINDS}
        found = {
            ConditionKind.UNDELIVERED: await self._undelivered(
                now, already=ConditionKind.UNDELIVERED in known
            ),
            ConditionKind.DISK: await self._disk(already=ConditionKind.DISK in known),
            ConditionKind.EXTRACTION_DOWN: await self._extraction_down(),
        }

        def settle(connection: Connection) -> None:
            opened = {
                condition.kind: condition
                for condition in condition_log.open_conditions(connection, INSTALLATION)
            }
            for kind, detail in found.items():
                self._settle(connection, kind, opened.get(kind), detail, now)

        if known != {kind: detail for kind, detail in found.items() if detail}:
            await self._database.write(settle)

    def _settle(
        self,
        connection: Connection,
        kind: ConditionKind,
        known: Condition | None,
        detail: str,
        now: datetime,
    ) -> None:
        if known is None:
            if detail:
                self._lifecycle.raised(connection, INSTALLATION, kind, detail, now=now)
        elif detail:
            self._lifecycle.updated(connection, known, detail, now=now)
        else:
            self._lifecycle.cleared(connection, known, now=now)

    async def _extraction_down(self) -> str:
        """Why no page can be extracted; where none could be a while ago, it is tried again."""
        extraction = ports.extraction_pool(self._services)
        return await extraction.self_test() if extraction.down else ""

    async def _undelivered(self, now: datetime, *, already: bool) -> str:
        """Which channels have an alert that waits too long, and why; "" where none has.

        What was held, or found nobody to deliver it, until a moment ago is old, and on its way: it
        is told of where it waits still at the next look.
        """
        names = [channel.name for channel in self._config.channels]
        limit = now - self._config.ops.undelivered_after
        late = [
            message
            for message in await self._database.read(
                lambda connection: daily_stats.overdue(connection, names)
            )
            if message.since < limit
        ]
        before, self._late = self._late, frozenset(message.id for message in late)
        return "\n".join(
            f"{message.channel}: since {at(message.since, self._zone)}: "
            f"{message.error or 'not tried yet'}"
            for message in late
            if already or message.id in before
        )

    async def _disk(self, *, already: bool) -> str:
        """How little is free; "" where it is enough."""
        disk, low = (
            await asyncio.to_thread(disk_space.disk_usage, self._database.file),
            self._config.ops.disk_low,
        )
        if disk is None or not low:
            return ""
        limit: float = min(max(low, disk.total // _SHARE), low * _MOST)
        if already:
            limit *= _AMPLE
        if disk.free >= limit:
            return ""
        below = (disk.free // _STEP + 1) * _STEP
        return f"Less than {size(below)} of {size(disk.total)} is free."
