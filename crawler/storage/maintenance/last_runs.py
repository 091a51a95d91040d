"""When the daemon last did what it does once a day: it is known after a restart, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.schema import chores

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.storage.database import Database


async def last_done(database: Database, name: str) -> datetime | None:
    query = sa.select(chores.c.done_at).where(chores.c.name == name)
    return await database.read(lambda connection: connection.scalar(query))


async def is_done(database: Database, name: str, now: datetime) -> None:
    insert = database.insert(chores).values(name=name, done_at=now)
    statement = insert.on_conflict_do_update(index_elements=["name"], set_={"done_at": now})
    await database.write(lambda connection: connection.execute(statement))
