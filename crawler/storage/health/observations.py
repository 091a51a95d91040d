"""Observations of polls: sums of each source by the hour, and the newest pages one by one."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.model.observation import Hour, PageObservation
from crawler.storage.database import insert_for_dialect
from crawler.storage.schema import observations, vitals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

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


@lru_cache(maxsize=2)
def _add_hour(dialect: str) -> sa.Insert:
    adding = insert_for_dialect(dialect, observations)
    sums = {name: observations.c[name] + adding.excluded[name] for name in _SUMS}
    flooded = sa.or_(observations.c.flooded, adding.excluded.flooded)
    key = ["source", "hour"]
    statement: sa.Insert = adding.on_conflict_do_update(
        index_elements=key, set_=sums | {"flooded": flooded}
    )
    return statement


@lru_cache(maxsize=2)
def _keep_recent(dialect: str) -> sa.Insert:
    adding = insert_for_dialect(dialect, vitals)
    statement: sa.Insert = adding.on_conflict_do_update(
        index_elements=["source"], set_={"recent": adding.excluded.recent}
    )
    return statement


def add(
    connection: Connection, source: str, hour: Hour, pages: Sequence[PageObservation] = ()
) -> None:
    """One more poll in this hour, and the pages that ended in it, in their order.

    After hours without a poll, pages were published long before they could be seen: of those,
    the delay tells nothing.
    """
    if hour.timed and not _was_read(connection, source, hour.hour):
        hour = replace(hour, timed=0, delay=0)
        pages = [replace(page, delay=None) for page in pages]
    connection.execute(_add_hour(connection.dialect.name), {"source": source, **asdict(hour)})
    if pages:
        kept = [*recent(connection, source), *pages][-KEPT:]
        row: dict[str, Any] = {"source": source, "recent": [vital.to_json() for vital in kept]}
        connection.execute(_keep_recent(connection.dialect.name), row)


def flood(connection: Connection, source: str, hour: datetime) -> None:
    """Nothing is to be learned from this hour."""
    add(connection, source, Hour(hour=hour, flooded=True))


def hours(connection: Connection, source: str, *, since: datetime) -> list[Hour]:
    """What was seen in each hour that had a poll, in their order."""
    rows = connection.execute(_HOURS, {"of": source, "since": since}).mappings()
    return [Hour(**{name: row[name] for name in Hour.__dataclass_fields__}) for row in rows]


def recent(connection: Connection, source: str) -> list[PageObservation]:
    """The newest pages that ended, in their order."""
    kept = connection.execute(_RECENT, {"of": source}).scalar()
    return [PageObservation.from_json(vital) for vital in kept or ()]


def _was_read(connection: Connection, source: str, hour: datetime) -> bool:
    """In this hour or the one before it."""
    asked = {"of": source, "since": hour - _HOUR, "until": hour}
    return connection.execute(_READ_BEFORE, asked).first() is not None
