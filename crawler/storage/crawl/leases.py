"""Leases: one source runs in one place at a time, and one daemon delivers.

A lease is its owner's until it is handed back, its time is over, or the owner is dead: the owner is
a process (`crawler.storage.crawl.processes`). Whoever writes what only the holder may write asks
`holds` in the same transaction, so that one that was taken for dead writes nothing any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.crawl import processes
from crawler.storage.database import insert
from crawler.storage.schema import leases
from crawler.storage.schema import processes as process_table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


def take(connection: Connection, name: str, owner: str, *, now: datetime, until: datetime) -> bool:
    """Take the lease where it is free, run out, or ours already."""
    statement = (
        insert(connection, leases)
        .values(name=name, owner=owner, until=until)
        .on_conflict_do_update(
            index_elements=["name"],
            set_={"owner": owner, "until": until},
            where=sa.or_(leases.c.until <= now, leases.c.owner == owner),
        )
        .returning(leases.c.name)
    )
    return connection.execute(statement).first() is not None


def holds(connection: Connection, name: str, owner: str) -> bool:
    """Is it this owner's still? Until the transaction ends nobody takes it away."""
    query = sa.select(leases.c.name).where(leases.c.name == name, leases.c.owner == owner)
    return connection.execute(query.with_for_update(read=True)).first() is not None


def held(connection: Connection, *, now: datetime) -> frozenset[str]:
    """The names of all leases that have not run out."""
    query = sa.select(leases.c.name).where(leases.c.until > now)
    return frozenset(connection.scalars(query).all())


def clear_dead(connection: Connection, asker: str = "") -> None:
    """Drop the leases of processes that are dead; the asker is not, however late its heartbeat."""
    if asker:
        processes.beat(connection, asker)
    processes.end_lost(connection)
    ended = sa.select(process_table.c.id).where(process_table.c.ended_at.is_not(None))
    connection.execute(sa.delete(leases).where(leases.c.owner.in_(ended)))


def clear_role(connection: Connection, role: str) -> None:
    """Drop the leases of all owners of this role: whoever calls knows that none is at work.

    And those of the version before, which named its owners by host and process number.
    """
    processes.end_role(connection, role)
    named = leases.c.owner.contains(":", autoescape=True)
    connection.execute(sa.delete(leases).where(named))
    clear_dead(connection)


def hand_back(connection: Connection, owner: str, name: str | None = None) -> None:
    """Give one lease of this owner back, or all of them."""
    statement = sa.delete(leases).where(leases.c.owner == owner)
    if name is not None:
        statement = statement.where(leases.c.name == name)
    connection.execute(statement)
