"""Leases: one source runs in one place at a time, and one daemon delivers.

A lease ends by itself, so that a machine that died does not hold anything up.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.database import insert
from crawler.storage.schema import leases

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


def held(connection: Connection, *, now: datetime) -> frozenset[str]:
    """The names of all leases that have not run out."""
    query = sa.select(leases.c.name).where(leases.c.until > now)
    return frozenset(connection.scalars(query).all())


def clear_dead(connection: Connection) -> None:
    """Drop the leases of processes of this machine that no longer exist."""
    for name, holder in connection.execute(sa.select(leases.c.name, leases.c.owner)).all():
        if _is_dead(holder):
            connection.execute(
                sa.delete(leases).where(leases.c.name == name, leases.c.owner == holder)
            )


def clear_role(connection: Connection, role: str) -> None:
    """Drop the leases of all owners of this role: whoever calls knows that none is at work."""
    statement = sa.delete(leases).where(leases.c.owner.startswith(f"{role}:", autoescape=True))
    connection.execute(statement)


def hand_back(connection: Connection, owner: str, name: str | None = None) -> None:
    """Give one lease of this owner back, or all of them."""
    statement = sa.delete(leases).where(leases.c.owner == owner)
    if name is not None:
        statement = statement.where(leases.c.name == name)
    connection.execute(statement)


def owner(role: str) -> str:
    """Who holds a lease: role, machine and process."""
    return f"{role}:{socket.gethostname()}:{os.getpid()}"


def _is_dead(holder: str) -> bool:
    _, host, pid = holder.split(":")
    if host != socket.gethostname():
        return False  # only its own machine could tell
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
