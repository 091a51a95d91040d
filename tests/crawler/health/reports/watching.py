"""An installation that watches two sources, and what its operators are told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.config.config import Config
from crawler.runtime.services import Services
from crawler.storage import schema
from crawler.storage.alerts import outbox_report
from crawler.storage.schema import runs
from tests.factories import declared

if TYPE_CHECKING:
    from crawler.storage.alerts.outbox_report import Row

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


SOURCES = (declared("kazinform", title="Kazinform"), declared("belta", title="BelTA"))


class Watch:
    """Close it at the end."""

    def __init__(self, store_url: str, **tables: Any) -> None:
        names = ("ops", "desk")
        values: dict[str, Any] = {
            "store": {"url": store_url},
            "channel": [{"name": name, "kind": "terminal"} for name in names],
            "ops": {"channels": ["ops"], **tables.pop("ops", {})},
            **tables,
        }
        self.services = Services(Config(**values))
        self.database = self.services.database
        self._database = self.database

    def ran(
        self, at: datetime, *, source: str = "kazinform", outcome: str = "done", reason: str = ""
    ) -> None:
        values = {
            "source": source,
            "planned_at": at,
            "started_at": at,
            "finished_at": at + timedelta(seconds=2),
            "outcome": outcome,
            "reason": reason,
            "counts": {"documents": 1},
        }
        self.database.write_now(lambda c: c.execute(sa.insert(runs).values(values)))

    async def told(self, channel: str = "ops") -> list[Row]:
        """What is to be said in the channel, the oldest first."""
        rows = await self._database.read(
            lambda connection: outbox_report.listed(connection, limit=None)
        )
        return [row for row in reversed(rows) if row.channel == channel]

    async def titles(self, channel: str = "ops") -> list[str]:
        return [str(row.payload.get("title", row.kind)) for row in await self.told(channel)]

    async def sent(self) -> None:
        """All of it is out."""
        done = sa.update(schema.outbox).where(schema.outbox.c.state == "pending")
        values = {"state": "sent", "reference": "1", "sent_at": schema.outbox.c.created_at}
        await self.database.write(lambda c: c.execute(done.values(values)))
