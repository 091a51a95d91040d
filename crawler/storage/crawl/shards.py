"""Shards of backfills: the parts that one is done in, and how far each has come.

A shard's cursor moves only when every page before it has ended; so a backfill that was killed goes
on where it was, and the ledger of pages keeps it from fetching anything twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.database import insert
from crawler.storage.schema import backfills, shards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardPlan:
    """A shard as it is planned: the archive with its address, and the days."""

    part: str
    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """A shard in the store. `share` is how much of it is done, 0..1."""

    id: int
    job_id: int
    part: str
    since: date
    until: date
    state: str
    cursor: str
    share: float
    counts: Mapping[str, int]
    reason: str


def plan(connection: Connection, job_id: int, slices: Sequence[ShardPlan]) -> None:
    """Write down the shards; those that are known stay as they are."""
    values = [
        {
            "job_id": job_id,
            "part": shard.part,
            "since": shard.since,
            "until": shard.until,
            "state": "pending",
        }
        for shard in slices
    ]
    if values:
        connection.execute(insert(connection, shards).on_conflict_do_nothing(), values)


def shards_of(connection: Connection, job_id: int) -> list[Shard]:
    """All of them, in the order in which they were planned."""
    query = sa.select(shards).where(shards.c.job_id == job_id).order_by(shards.c.id)
    rows = connection.execute(query).mappings().all()
    return [_shard(row) for row in rows]


def begin(connection: Connection, shard_id: int, *, now: datetime) -> None:
    """The shard is begun."""
    _set(connection, shard_id, state="running", started_at=now, reason="")


def advance(
    connection: Connection,
    shard: Shard,
    *,
    cursor: str | None,
    share: float,
    counts: Mapping[str, int],
) -> str:
    """So far has the shard come; `cursor` None leaves it. Returns the backfill's state."""
    moved = {} if cursor is None else {"cursor": cursor}
    statement = sa.update(shards).where(shards.c.id == shard.id)
    statement = statement.values(share=share, counts=dict(counts), **moved)
    state = sa.select(backfills.c.state).where(backfills.c.id == shard.job_id)

    connection.execute(statement)
    return connection.scalar(state) or "cancelled"


def finish(
    connection: Connection, shard_id: int, state: str, reason: str, *, now: datetime
) -> None:
    """The shard is over."""
    share = {"share": 1.0} if state == "done" else {}
    _set(connection, shard_id, state=state, reason=reason, ended_at=now, **share)


def counts(connection: Connection, job_id: int) -> list[dict[str, int]]:
    """What each shard counted."""
    return list(connection.scalars(sa.select(shards.c.counts).where(shards.c.job_id == job_id)))


def _set(connection: Connection, shard_id: int, **values: object) -> None:
    statement = sa.update(shards).where(shards.c.id == shard_id).values(**values)
    connection.execute(statement)


def _shard(row: sa.RowMapping) -> Shard:
    return Shard(**{name: row[name] for name in Shard.__dataclass_fields__})
