"""Mutes: what staff do not want to be told for a while, who said so, why, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.config.routes import Matcher
from crawler.storage.schema import mutes, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Alerts that `matcher` holds for are kept, counted and listed, and not sent."""

    id: int
    matcher: Matcher
    reason: str
    author: str
    created_at: datetime
    until: datetime
    muted: int = 0  # alerts that it kept back, of all channels

    @property
    def held_for(self) -> str:
        """What the outbox says of the rows that it keeps back."""
        return f"mute {self.id}"


def end(connection: Connection, mute_id: int, now: datetime) -> bool:
    """End it now; False where no mute of this id is in force."""
    statement = (
        sa.update(mutes)
        .where(mutes.c.id == mute_id, mutes.c.until > now)
        .values(until=now)
        .returning(mutes.c.id)
    )
    return connection.execute(statement).first() is not None


def begin(
    connection: Connection,
    matcher: Matcher,
    *,
    reason: str,
    author: str,
    now: datetime,
    until: datetime,
) -> int:
    """Begin to mute what is not sent yet; returns the id to end it by."""
    values = {
        "matcher": matcher.model_dump(exclude_defaults=True),
        "reason": reason,
        "author": author,
        "created_at": now,
        "until": until,
    }
    statement = sa.insert(mutes).values(values).returning(mutes.c.id)
    number: int = connection.execute(statement).scalar_one()
    return number


def in_force(connection: Connection, now: datetime) -> list[Mute]:
    """The mutes that hold now, the oldest first."""
    query = sa.select(mutes).where(mutes.c.until > now).order_by(mutes.c.id)
    return [_mute(row) for row in connection.execute(query).mappings()]


def listed(connection: Connection) -> list[Mute]:
    """Every mute there was, the newest first, with what it kept back."""
    muted = (
        sa.select(outbox.c.held_for, sa.func.count())
        .where(outbox.c.state == "muted")
        .group_by(outbox.c.held_for)
    )
    counts: dict[str, int] = dict(connection.execute(muted).all())
    query = sa.select(mutes).order_by(mutes.c.id.desc())
    return [
        _mute(row, muted=counts.get(f"mute {row['id']}", 0))
        for row in connection.execute(query).mappings()
    ]


def _mute(row: sa.RowMapping, *, muted: int = 0) -> Mute:
    return Mute(**dict(row) | {"matcher": Matcher(**row["matcher"]), "muted": muted})
