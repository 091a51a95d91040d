"""The processes of a store: a random id, a heartbeat by the database's clock, and an end.

Neither a host's name nor a process number says who somebody is: two containers may have both alike.
A process whose heartbeat has stopped for `DEAD_AFTER` is lost: whoever finds that writes it down as
ended, in the transaction that takes what it held. So an end is final. One that was suspended, or
cut off from the database, finds itself ended, and goes on under a new id or stops.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.crawl.process_lock import is_gone
from crawler.storage.database import time_of
from crawler.storage.schema import processes

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

#: How often a process gives a sign of life; without one for so long it is dead.
BEAT, DEAD_AFTER = timedelta(seconds=10), timedelta(seconds=45)
#: What a process may be here for: the daemon, polls by hand, the past.
RUN, CRAWL, BACKFILL = ROLES = "run", "crawl", "backfill"
#: How it ended: as it was asked to; its heartbeat stopped; a daemon with the run lock took over.
STOPPED, LOST, REPLACED = ENDS = "stopped", "lost", "replaced"
_KEPT = timedelta(days=30)  # that an ended one stays, to be shown
_IS_ALIVE = processes.c.ended_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that works on the store, or did; `end` is one of `ENDS`, or "" as yet."""

    id: str
    role: str
    host: str
    pid: int
    version: str
    config_path: str
    started_at: datetime
    beat_at: datetime
    ended_at: datetime | None
    end: str
    config_digest: str = ""
    config_read_at: datetime | None = None


def new_id() -> str:
    """The id of a process: nobody else ever has the same."""
    return secrets.token_hex(8)


def register(
    connection: Connection,
    process_id: str,
    *,
    role: str,
    host: str,
    pid: int,
    version: str,
    config_path: str,
    config_digest: str = "",
) -> None:
    """Begin to be known, and alive; rows of long ago go."""
    now = time_of(connection)
    connection.execute(sa.delete(processes).where(processes.c.ended_at < now - _KEPT))
    connection.execute(
        sa.insert(processes).values(
            id=process_id,
            role=role,
            host=host,
            pid=pid,
            version=version,
            config_path=config_path,
            config_digest=config_digest,
            config_read_at=now,
            started_at=now,
            beat_at=now,
        )
    )


def beat(connection: Connection, process_id: str) -> bool:
    """Give a sign of life. False: it was taken for dead, and what it held may be another's."""
    statement = (
        sa.update(processes)
        .where(processes.c.id == process_id, _IS_ALIVE)
        .values(beat_at=time_of(connection))
    )
    return connection.execute(statement).rowcount > 0


def note_configuration(
    connection: Connection, process_id: str, *, config_path: str, config_digest: str
) -> None:
    """It works with this configuration from now on."""
    connection.execute(
        sa.update(processes)
        .where(processes.c.id == process_id)
        .values(
            config_path=config_path,
            config_digest=config_digest,
            config_read_at=time_of(connection),
        )
    )


def end(connection: Connection, process_id: str) -> None:
    """It stops, as it was asked to."""
    _end(connection, STOPPED, processes.c.id == process_id)


def end_lost(connection: Connection) -> list[str]:
    """End those whose heartbeat stopped, or of which it is seen here that they are gone.

    Returns their ids.
    """
    late = processes.c.beat_at < time_of(connection) - DEAD_AFTER
    standing = connection.scalars(sa.select(processes.c.id).where(_IS_ALIVE)).all()
    gone = [process_id for process_id in standing if is_gone(process_id)]
    return _end(connection, LOST, late | processes.c.id.in_(gone))


def end_role(connection: Connection, role: str) -> list[str]:
    """End all of a role: whoever calls knows that none of them is at work. Returns their ids."""
    return _end(connection, REPLACED, processes.c.role == role)


def alive(connection: Connection, role: str | None = None) -> list[Process]:
    """Those that gave a sign of life not long ago, the oldest first."""
    fresh = time_of(connection) - DEAD_AFTER
    query = sa.select(processes).where(_IS_ALIVE, processes.c.beat_at >= fresh)
    if role is not None:
        query = query.where(processes.c.role == role)
    rows = connection.execute(query.order_by(processes.c.started_at)).mappings()
    return [Process(**row) for row in rows]


def newest(connection: Connection, role: str) -> Process | None:
    """The one of this role that began last, whether it is at work or not."""
    query = (
        sa.select(processes)
        .where(processes.c.role == role)
        .order_by(processes.c.started_at.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else Process(**row)


def _end(connection: Connection, how: str, *where: sa.ColumnElement[bool]) -> list[str]:
    statement = (
        sa.update(processes)
        .where(_IS_ALIVE, *where)
        .values(ended_at=time_of(connection), end=how)
        .returning(processes.c.id)
    )
    return list(connection.scalars(statement))
