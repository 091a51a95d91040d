"""A clock that was ahead is set right: what waits for a time must not wait that much longer.

What has happened keeps its time, wrong as that may be; what is to happen is moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.outbox import UNDELIVERED
from crawler.storage.runs import NEXT
from crawler.storage.schema import documents, leases, outbox, pages, rechecks, runs, subscriptions

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

_WAITING = outbox.c.state.in_(UNDELIVERED)


async def put_back(database: Database, by: timedelta, *, now: datetime) -> int:
    """Move what waits for a time ahead of `now` by so much, not before now; returns how many."""

    def work(connection: Connection) -> int:
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
                (leases.c.until,),
            )
        )

    return await database.write(work)


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
