"""Last runs of daily tasks: known after a restart, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.database import insert
from crawler.storage.schema import chores

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


def last_done(connection: Connection, name: str) -> datetime | None:
    """When the task was done last."""
    query = sa.select(chores.c.done_at).where(chores.c.name == name)
    return connection.scalar(query)


def set_done(connection: Connection, name: str, now: datetime) -> None:
    """The task is done."""
    adding = insert(connection, chores).values(name=name, done_at=now)
    statement = adding.on_conflict_do_update(index_elements=["name"], set_={"done_at": now})
    connection.execute(statement)
