"""Held alerts: rows of the outbox that are kept back, and then said in a digest; or muted.

Only a row that was never tried can be: one that may be out already goes its way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.model.alert import OPS, STORY
from crawler.model.conditions import ConditionKind
from crawler.storage.alerts.outbox import KEPT_BACK, MAY_FOLLOW, PARENT, WITH_PARENT
from crawler.storage.schema import outbox

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

_BATCH = 5000  # databases take so many parameters
#: Held until somebody has looked at it.
FLOOD = ConditionKind.FLOOD.value
_UNTRIED = (outbox.c.state == "pending", outbox.c.tries == 0)
_TELLS_OF_A_GAP = outbox.c.kind.startswith(f"{OPS}-gap-", autoescape=True)
_FOLLOWS_A_NOTICE = sa.and_(outbox.c.story_id.is_(None), outbox.c.parent_id.is_not(None))
# Those of gaps are for readers, and say what is past: they keep quiet hours.
_OF_A_NOTICE = sa.or_(
    sa.and_(outbox.c.kind.startswith(f"{OPS}-", autoescape=True), ~_TELLS_OF_A_GAP),
    _FOLLOWS_A_NOTICE,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waiting:
    """A row that nobody has tried to send, or that is held."""

    id: int
    story_id: int | None
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime
    held_for: str


def untried(connection: Connection, channel: str, *, limit: int) -> list[Waiting]:
    """The channel's next rows to be sent that may still be kept back; of notices those of gaps."""
    mine = outbox.c.channel == channel
    return _waiting(connection, mine, *_UNTRIED, ~_OF_A_NOTICE, MAY_FOLLOW, limit=limit)


def unready(connection: Connection, channel: str, *, limit: int) -> list[Waiting]:
    """The same of rows that follow a message which is not sent yet, or is kept back."""
    behind = ~MAY_FOLLOW & PARENT.c.state.in_(("pending", *KEPT_BACK))
    mine = outbox.c.channel == channel
    return _waiting(connection, mine, *_UNTRIED, ~_OF_A_NOTICE, behind, limit=limit)


def held(connection: Connection, channel: str) -> list[Waiting]:
    """What the channel holds, the oldest first; locked, so that it is released once."""
    return _waiting(connection, outbox.c.channel == channel, outbox.c.state == "held", lock=True)


def channels_holding(connection: Connection, held_for: str) -> list[str]:
    """The channels with rows that are held for this reason."""
    query = sa.select(outbox.c.channel).where(
        outbox.c.state == "held", outbox.c.held_for == held_for
    )
    return list(connection.scalars(query.distinct().order_by(outbox.c.channel)))


def following(connection: Connection, story_ids: Collection[int], channel: str) -> list[Any]:
    """What follows the first messages of these stories there: each with its `id`, `parent_id`."""
    found: list[Any] = []
    chosen = list(story_ids)
    for start in range(0, len(chosen), _BATCH):
        query = sa.select(outbox.c.id, outbox.c.parent_id).where(
            outbox.c.story_id.in_(chosen[start : start + _BATCH]),
            outbox.c.channel == channel,
            outbox.c.parent_id.is_not(None),
        )
        found += connection.execute(query).all()
    return found


def holding_since(connection: Connection, channel: str) -> dict[str, datetime]:
    """What the channel holds rows for, and since when."""
    query = (
        sa.select(outbox.c.held_for, sa.func.min(outbox.c.held_at))
        .where(outbox.c.channel == channel, outbox.c.state == "held")
        .group_by(outbox.c.held_for)
    )
    return dict(connection.execute(query).all())


def said_since(connection: Connection, channel: str, since: datetime) -> list[Mapping[str, Any]]:
    """The payloads of the messages that went out since then, or are on their way."""
    on_its_way = sa.or_(
        outbox.c.state == "sending",
        sa.and_(
            outbox.c.state == "pending", sa.or_(outbox.c.tries > 0, outbox.c.story_id.is_(None))
        ),
    )
    just_sent = sa.and_(outbox.c.state == "sent", outbox.c.sent_at > since)
    opens = sa.or_(outbox.c.kind == STORY, outbox.c.story_id.is_(None)) & ~_FOLLOWS_A_NOTICE
    query = sa.select(outbox.c.payload).where(
        outbox.c.channel == channel, opens, sa.or_(on_its_way, just_sent)
    )
    return list(connection.scalars(query))


def openings(connection: Connection, channel: str, stories: Collection[int]) -> dict[int, Any]:
    """Of these stories, by id: the row of the first message, with its state and `held_for`."""
    names = ("id", "story_id", "state", "held_for", "said_in")
    columns = (outbox.c[name] for name in names)
    query = sa.select(*columns).where(
        outbox.c.channel == channel, outbox.c.kind == STORY, outbox.c.story_id.in_(stories)
    )
    return {row["story_id"]: row for row in connection.execute(query).mappings()}


def hold(connection: Connection, ids: Collection[int], held_for: str, now: datetime) -> None:
    """Keep these back, unless somebody has begun to send them."""
    values = {"state": "held", "held_for": held_for, "held_at": now}
    _set(connection, ids, values, *_UNTRIED)


def mute(connection: Connection, ids: Collection[int], held_for: str, now: datetime) -> None:
    """Keep these back for good, unless somebody has begun to send them."""
    values = {"state": "muted", "held_for": held_for, "held_at": now}
    _set(connection, ids, values, sa.or_(sa.and_(*_UNTRIED), outbox.c.state == "held"))


def let_go(connection: Connection, ids: Collection[int]) -> None:
    """These are to be sent as they are."""
    values = {"state": "pending", "held_for": "", "held_at": None}
    _set(connection, ids, values, outbox.c.state == "held")


def digested(connection: Connection, ids: Collection[int], said_in: str) -> None:
    """The digest of that kind says these, or the story that they follow on."""
    values = {"state": "digested", "said_in": said_in}
    _set(connection, ids, values, sa.or_(sa.and_(*_UNTRIED), outbox.c.state == "held"))


def _waiting(
    connection: Connection,
    *where: sa.ColumnElement[bool],
    limit: int | None = None,
    lock: bool = False,
) -> list[Waiting]:
    columns = (outbox.c[name] for name in Waiting.__dataclass_fields__)
    query = sa.select(*columns).select_from(WITH_PARENT).where(*where)
    query = query.order_by(outbox.c.created_at, outbox.c.id).limit(limit)
    if lock:
        query = query.with_for_update(of=outbox)
    return [Waiting(**dict(row)) for row in connection.execute(query).mappings()]


def _set(
    connection: Connection,
    ids: Collection[int],
    values: Mapping[str, Any],
    *where: sa.ColumnElement[bool],
) -> None:
    chosen = list(ids)
    for start in range(0, len(chosen), _BATCH):
        batch = outbox.c.id.in_(chosen[start : start + _BATCH])
        connection.execute(sa.update(outbox).where(batch, *where).values(**values))
