"""Log of conditions: each is open at most once for a source, and its history stays.

Whoever is told of one is told in the transaction that writes it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.model.conditions import Condition, ConditionKind
from crawler.storage.database import insert
from crawler.storage.schema import conditions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection, RowMapping


#: A condition that comes back within this time is the same one, raised again.
AGAIN = timedelta(hours=1)


def open_conditions(connection: Connection, source: str | None = None) -> list[Condition]:
    """Those that are open, the oldest first; or those of one source."""
    query = sa.select(conditions).where(conditions.c.cleared_at.is_(None))
    if source is not None:
        query = query.where(conditions.c.source == source)
    rows = connection.execute(query.order_by(conditions.c.raised_at, conditions.c.id))
    return [_condition(row) for row in rows.mappings()]


def is_open(connection: Connection, source: str, kind: ConditionKind) -> bool:
    """Whether a condition of this kind is open for this source."""
    query = sa.select(conditions.c.id).where(
        conditions.c.source == source,
        conditions.c.kind == kind.value,
        conditions.c.cleared_at.is_(None),
    )
    return connection.execute(query).first() is not None


def open_condition(
    connection: Connection, source: str, kind: ConditionKind, detail: str, *, now: datetime
) -> Condition | None:
    """Open it; None where it is open already. One that was cleared just now is opened again."""
    of_it = conditions.c.source == source, conditions.c.kind == kind.value
    just_now = conditions.c.cleared_at > now - AGAIN
    newest = sa.select(sa.func.max(conditions.c.id)).where(*of_it).scalar_subquery()
    again = (
        sa.update(conditions)
        .where(conditions.c.id == newest, just_now)
        .values(cleared_at=None, updated_at=now, detail=detail, times=conditions.c.times + 1)
        .returning(conditions)
    )
    if row := connection.execute(again).mappings().first():
        return _condition(row)
    adding = (
        insert(connection, conditions)
        .values(source=source, kind=kind.value, detail=detail, raised_at=now, updated_at=now)
        .on_conflict_do_nothing()
        .returning(conditions)
    )
    row = connection.execute(adding).mappings().first()
    return None if row is None else _condition(row)


def update_condition(
    connection: Connection, condition: Condition, detail: str, now: datetime
) -> None:
    """It goes on, and this is what is seen by now."""
    values = {"detail": detail, "updated_at": now}
    connection.execute(_of(condition).values(**values))


def clear_condition(connection: Connection, condition: Condition, now: datetime) -> bool:
    """It is over; False where somebody else has cleared it."""
    statement = _of(condition).values(cleared_at=now, updated_at=now)
    return connection.execute(statement).rowcount > 0


def history(connection: Connection, *, source: str = "", limit: int = 50) -> list[Condition]:
    """The newest, open or over, newest first; or those of one source."""
    query = sa.select(conditions).order_by(conditions.c.raised_at.desc(), conditions.c.id.desc())
    if source:
        query = query.where(conditions.c.source == source)

    rows = connection.execute(query.limit(limit)).mappings()
    return [_condition(row) for row in rows]


def _of(condition: Condition) -> sa.Update:
    return sa.update(conditions).where(
        conditions.c.id == condition.id, conditions.c.cleared_at.is_(None)
    )


def _condition(row: RowMapping) -> Condition:
    return Condition(
        id=row["id"],
        source=row["source"],
        kind=ConditionKind(row["kind"]),
        detail=row["detail"],
        times=row["times"],
        raised_at=row["raised_at"],
        updated_at=row["updated_at"],
        cleared_at=row["cleared_at"],
    )
