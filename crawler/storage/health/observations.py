"""What polls saw of each source: sums by the hour, and the newest pages one by one.

Writing is part of the caller's transaction.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.model.observation import Hour, Vital
from crawler.storage.schema import observations, vitals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

KEPT = 50  # pages of a source
_SUMS = (
    "polls",
    "failed",
    "found",
    "stored",
    "rejected",
    "characters",
    "dated",
    "timed",
    "delay",
)
_HOUR = timedelta(hours=1)
# Built once: they run at the end of every poll, and building them takes longer than running them.
_READ_BEFORE = (
    sa.select(observations.c.hour)
    .where(
        observations.c.source == sa.bindparam("of"),
        observations.c.hour.between(sa.bindparam("since"), sa.bindparam("until")),
        observations.c.polls > observations.c.failed,
    )
    .limit(1)
)
_RECENT = sa.select(vitals.c.recent).where(vitals.c.source == sa.bindparam("of"))
_HOURS = (
    sa.select(observations)
    .where(
        observations.c.source == sa.bindparam("of"), observations.c.hour >= sa.bindparam("since")
    )
    .order_by(observations.c.hour)
)


class Observations:
    """The tables of what was seen."""

    def __init__(self, database: Database) -> None:
        insert = database.insert(observations)
        sums = {name: observations.c[name] + insert.excluded[name] for name in _SUMS}
        flooded = sa.or_(observations.c.flooded, insert.excluded.flooded)
        key = ["source", "hour"]
        self._add = insert.on_conflict_do_update(
            index_elements=key, set_=sums | {"flooded": flooded}
        )
        insert = database.insert(vitals)
        self._keep = insert.on_conflict_do_update(
            index_elements=["source"], set_={"recent": insert.excluded.recent}
        )

    def add(
        self, connection: Connection, source: str, hour: Hour, pages: Sequence[Vital] = ()
    ) -> None:
        """One more poll in this hour, and the pages that ended in it, in their order.

        After hours without a poll, pages were published long before they could be seen: of those,
        the delay tells nothing.
        """
        if hour.timed and not self._was_read(connection, source, hour.hour):
            hour = replace(hour, timed=0, delay=0)
            pages = [replace(page, delay=None) for page in pages]
        connection.execute(self._add, {"source": source, **asdict(hour)})
        if pages:
            kept = [*self.recent(connection, source), *pages][-KEPT:]
            row: dict[str, Any] = {"source": source, "recent": [one.to_json() for one in kept]}
            connection.execute(self._keep, row)

    def flood(self, connection: Connection, source: str, hour: datetime) -> None:
        """Nothing is to be learned from this hour."""
        self.add(connection, source, Hour(hour=hour, flooded=True))

    def hours(self, connection: Connection, source: str, *, since: datetime) -> list[Hour]:
        """What was seen in each hour that had a poll, in their order."""
        rows = connection.execute(_HOURS, {"of": source, "since": since}).mappings()
        return [Hour(**{name: row[name] for name in Hour.__dataclass_fields__}) for row in rows]

    def recent(self, connection: Connection, source: str) -> list[Vital]:
        """The newest pages that ended, in their order."""
        kept = connection.execute(_RECENT, {"of": source}).scalar()
        return [Vital.from_json(one) for one in kept or ()]

    def _was_read(self, connection: Connection, source: str, hour: datetime) -> bool:
        """In this hour or the one before it."""
        asked = {"of": source, "since": hour - _HOUR, "until": hour}
        return connection.execute(_READ_BEFORE, asked).first() is not None
