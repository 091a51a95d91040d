"""Clock correction: a clock that was ahead is set right, and what waits need not wait longer.

What has happened keeps its time, wrong as that may be; what is to happen is moved.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.alerts.outbox import UNDELIVERED
from crawler.storage.crawl.runs import NEXT
from crawler.storage.schema import (
    chores,
    documents,
    leases,
    outbox,
    pages,
    rechecks,
    runs,
    set_backs,
    subscriptions,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

_WAITING = outbox.c.state.in_(UNDELIVERED)
#: Two daemons that share a store notice within this time that the clock went back, each for itself.
_AT_ONCE = timedelta(seconds=20)
_SAME = 5.0  # seconds by which they may differ in by how much
_NEWEST = 100  # runs that are looked at


def shift_times(connection: Connection, by: timedelta, *, now: datetime) -> int:
    """Move what waits for a time ahead of `now` by so much, not before now; returns how many.

    Once: where another daemon has done it a moment ago, nothing is left to do.
    """
    if _is_done(connection, by, now):
        return 0
    newest = sa.select(sa.func.coalesce(sa.func.max(runs.c.id), 0)).scalar_subquery()
    done = {"at": now, "seconds": by.total_seconds(), "newest_run": newest}
    connection.execute(sa.insert(set_backs).values(done))
    return sum(
        _move(connection, column, by, now, *where)
        for column, *where in (
            (runs.c.planned_at, runs.c.outcome == NEXT),
            (outbox.c.not_before, _WAITING),
            (outbox.c.lease_until, _WAITING),
            (outbox.c.held_at, outbox.c.state == "held"),
            (pages.c.retry_at,),
            (documents.c.not_before,),
            (documents.c.rest_until,),
            (rechecks.c.due,),
            (subscriptions.c.due,),
            (chores.c.done_at,),
            (leases.c.until,),
        )
    )


def how_far_ahead(connection: Connection, now: datetime) -> timedelta:
    """How far ahead of now the store is, by its newest runs; those of a clock put right aside."""
    told = sa.select(sa.func.coalesce(sa.func.max(set_backs.c.newest_run), 0)).scalar_subquery()
    query = (
        sa.select(runs.c.started_at, runs.c.finished_at)
        .where(runs.c.outcome != NEXT, runs.c.id > told)
        .order_by(runs.c.id.desc())
        .limit(_NEWEST)
    )
    rows = connection.execute(query).all()
    return max((at for row in rows for at in row if at is not None), default=now) - now


def _is_done(connection: Connection, by: timedelta, now: datetime) -> bool:
    query = sa.select(set_backs.c.seconds).where(
        set_backs.c.at.between(now - _AT_ONCE, now + _AT_ONCE)
    )
    by_others = connection.scalars(query)
    return any(abs(seconds - by.total_seconds()) < _SAME for seconds in by_others)


def _move(
    connection: Connection,
    column: sa.Column[datetime],
    by: timedelta,
    now: datetime,
    *where: sa.ColumnElement[bool],
) -> int:
    """Only few wait at a time: those that do are moved one by one, on any database."""
    (key,) = column.table.primary_key
    query = sa.select(key, column).where(column > now, *where)
    rows = connection.execute(query).all()
    for identity, at in rows:
        moved = sa.update(column.table).where(key == identity).values({column: max(now, at - by)})
        connection.execute(moved)
    return len(rows)
