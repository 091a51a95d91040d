"""What the outbox holds: how much waits in which channel and why, and its rows for lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.alerts.outbox import MAY_FOLLOW, STATES, UNDELIVERED, WITH_PARENT
from crawler.storage.schema import outbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as lists show it."""

    id: int
    story_id: int | None
    channel: str
    kind: str
    payload: Mapping[str, Any]
    state: str
    tries: int
    not_before: datetime
    created_at: datetime
    sent_at: datetime | None
    reference: str
    error: str
    held_for: str
    said_in: str  # the kind of the digest that says it in its place


def by_state(connection: Connection) -> dict[str, dict[str, Any]]:
    """By channel: how many rows in each state, and `oldest`, since when one is undelivered.

    What follows a message that was not sent is not counted: it waits for that.
    """
    waiting = outbox.c.state.in_(UNDELIVERED)
    statement = sa.select(
        outbox.c.channel,
        *(sa.func.count().filter(outbox.c.state == state).label(state) for state in STATES),
        sa.func.min(outbox.c.created_at).filter(waiting).label("oldest"),
    )
    statement = statement.select_from(WITH_PARENT).where(MAY_FOLLOW)

    by_channel = statement.group_by(outbox.c.channel).order_by(outbox.c.channel)
    counted = connection.execute(by_channel).mappings()
    return {row["channel"]: {k: v for k, v in row.items() if k != "channel"} for row in counted}


def undelivered(connection: Connection) -> dict[str, tuple[int, datetime]]:
    """By channel that has any: how many are due or under way, and since when the oldest is."""
    statement = (
        sa.select(outbox.c.channel, sa.func.count(), sa.func.min(outbox.c.created_at))
        .select_from(WITH_PARENT)
        .where(outbox.c.state.in_(UNDELIVERED), MAY_FOLLOW)
        .group_by(outbox.c.channel)
    )
    rows = connection.execute(statement).all()
    return {channel: (count, oldest) for channel, count, oldest in rows}


def hindrances(connection: Connection) -> dict[str, str]:
    """By channel: why the oldest alert that was tried, and waits, was not delivered."""
    statement = (
        sa.select(outbox.c.channel, outbox.c.error)
        .where(outbox.c.state.in_(UNDELIVERED), outbox.c.error != "")
        .order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
    )

    # Of one channel the oldest comes last, and stays.
    return dict(connection.execute(statement).all())


def listed(
    connection: Connection,
    *,
    states: Sequence[str] = STATES,
    limit: int | None = 50,
    said_in: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Row]:
    """The newest rows in these states, newest first; or those of one digest, or of a time."""
    columns = (outbox.c[name] for name in Row.__dataclass_fields__)
    statement = (
        sa.select(*columns)
        .where(
            outbox.c.state.in_(states),
            outbox.c.said_in == said_in if said_in else sa.true(),
            sa.true() if since is None else outbox.c.created_at >= since,
            sa.true() if until is None else outbox.c.created_at < until,
        )
        .order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
        .limit(limit)
    )

    return [Row(**dict(row)) for row in connection.execute(statement).mappings()]


def of_story(connection: Connection, story_id: int) -> list[Row]:
    """Everything that was or is to be said about one story, the oldest first."""
    columns = (outbox.c[name] for name in Row.__dataclass_fields__)
    statement = sa.select(*columns).where(outbox.c.story_id == story_id).order_by(outbox.c.id)

    return [Row(**dict(row)) for row in connection.execute(statement).mappings()]
