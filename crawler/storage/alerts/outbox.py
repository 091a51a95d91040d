"""What must be said, to whom, and how far each saying has come.

A row exists before anything is sent. It is claimed under a lease, and the claim is committed before
the send begins; so a row still `sending` when its lease has run out is one whose outcome nobody
knows: whoever claims it next must ask the channel before sending. Rows of one channel leave in
order: while an earlier one waits, so do the later ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.model.alert import UPDATE
from crawler.storage.database import insert
from crawler.storage.schema import outbox

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.engine import Connection, RowMapping

    from crawler.storage.database import Database

KEPT_BACK = ("held", "digested", "muted")
STATES = ("pending", "sending", "sent", "dead", *KEPT_BACK)
UNDELIVERED = ("pending", "sending")
_FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
_PARENT = outbox.alias("parent")
WITH_PARENT = outbox.outerjoin(_PARENT, _PARENT.c.id == outbox.c.parent_id)
MAY_FOLLOW = sa.or_(outbox.c.parent_id.is_(None), _PARENT.c.state == "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A row that the claimant alone may send until `lease_until`."""

    id: int
    story_id: int | None  # none: a digest of many
    channel: str
    kind: str
    payload: Mapping[str, Any]
    tries: int  # this one included
    created_at: datetime
    lease_until: datetime
    outcome_unknown: bool  # an earlier try may have been delivered: ask before sending


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


class Outbox:
    """The table of what is to be said. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def database(self) -> Database:
        return self._database

    def enqueue(
        self,
        connection: Connection,
        *,
        story_id: int | None,
        channel: str,
        kind: str,
        payload: Mapping[str, Any],
        now: datetime,
        parent_id: int | None = None,
        held_for: str = "",
    ) -> bool:
        """Add a row inside the caller's transaction; False where this was to be said already.

        `held_for` says why it is kept back from the first.
        """
        statement = (
            insert(connection, outbox)
            .values(
                story_id=story_id,
                channel=channel,
                kind=kind,
                parent_id=parent_id,
                payload=dict(payload),
                state="held" if held_for else "pending",
                held_for=held_for,
                held_at=now if held_for else None,
                not_before=now,
                created_at=now,
            )
            .on_conflict_do_nothing()
            .returning(outbox.c.id)
        )
        return connection.execute(statement).first() is not None

    async def is_empty(self, channel: str) -> bool:
        """Is there nothing for this channel that is to be sent, or held? The cheapest of looks."""
        is_open = outbox.c.state.in_((*UNDELIVERED, "held"))
        query = sa.select(outbox.c.id).where(outbox.c.channel == channel, is_open)
        return await self._database.read(lambda c: c.execute(query.limit(1)).first() is None)

    async def claim(
        self, *, owner: str, now: datetime, lease: timedelta, limit: int, channels: Collection[str]
    ) -> list[Claimed]:
        """Take up to `limit` due rows of these channels, oldest first."""

        def look(connection: Connection) -> list[RowMapping]:
            due = [row for name in channels for row in _due(connection, name, now, limit)]
            return sorted(due, key=lambda row: (row["created_at"], row["id"]))[:limit]

        def take(connection: Connection) -> list[Claimed]:
            lost: set[str] = set()
            won: list[Claimed] = []
            for row in look(connection):
                if row["channel"] in lost:
                    continue
                payload = _take(connection, row, owner=owner, lease_until=now + lease)
                if payload is not None:
                    won.append(_claimed(row, payload, lease_until=now + lease))
                else:  # another claimant was faster: what follows in this channel waits for it
                    lost.add(row["channel"])
            return won

        # Asking every second must not take SQLite's only write lock every second.
        return await self._database.write(take) if await self._database.read(look) else []

    async def sent(self, row_id: int, reference: str, now: datetime) -> None:
        """The channel said yes; it calls the message `reference`."""
        done = {"state": "sent", "sent_at": now, "reference": reference, "error": "", **_FREE}
        await self._set(done, outbox.c.id == row_id, outbox.c.state != "sent")

    async def again(self, row_id: int, *, error: str, not_before: datetime, unknown: bool) -> None:
        """Try again at `not_before`; if the outcome is unknown, ask the channel first."""
        values: dict[str, Any] = {"error": error, "not_before": not_before, "lease_owner": None}
        if unknown:  # `sending` under no lease is how the row remembers that it may be out
            values["lease_until"] = not_before
        else:
            values |= {"state": "pending", "lease_until": None}
        await self._set(values, outbox.c.id == row_id, outbox.c.state == "sending")

    async def dead(self, row_id: int, error: str, *, unknown: bool = False) -> None:
        """Give up; the row stays, to be listed and revived."""
        values: dict[str, Any] = {"state": "dead", "error": error, "lease_owner": None}
        if not unknown:
            values["lease_until"] = None  # kept otherwise: reviving must ask the channel first
        await self._set(values, outbox.c.id == row_id, outbox.c.state == "sending")

    async def hand_back(self, owner: str, now: datetime) -> None:
        """End the leases of `owner`, who stops. What it had begun to send remains in doubt."""
        await self._set(
            {"lease_owner": None, "lease_until": now},
            outbox.c.state == "sending",
            outbox.c.lease_owner == owner,
        )

    async def reclaim(self, now: datetime) -> None:
        """End every lease now. Only for one who knows that nobody else is delivering."""
        await self._set(
            {"lease_owner": None, "lease_until": now},
            outbox.c.state == "sending",
            outbox.c.lease_until > now,
        )

    async def revive(self, now: datetime, ids: Sequence[int] = ()) -> list[int]:
        """Make dead rows due again, or those of `ids`, dead or muted; returns which were."""
        kept = outbox.c.state == "dead"
        if ids:
            kept = outbox.c.id.in_(ids) & outbox.c.state.in_(("dead", "muted"))
        maybe_out = outbox.c.lease_until.is_not(None)
        statement = (
            sa.update(outbox)
            .where(kept)
            .values(
                state=sa.case((maybe_out, "sending"), else_="pending"),
                lease_until=sa.case((maybe_out, sa.literal(now, outbox.c.lease_until.type))),
                not_before=now,
                tries=0,
            )
            .returning(outbox.c.id)
        )

        def work(connection: Connection) -> list[int]:
            return sorted(connection.execute(statement).scalars())

        return await self._database.write(work)

    async def pending(self) -> dict[str, dict[str, Any]]:
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

        def work(connection: Connection) -> dict[str, dict[str, Any]]:
            by_channel = statement.group_by(outbox.c.channel).order_by(outbox.c.channel)
            counted = connection.execute(by_channel).mappings()
            return {
                row["channel"]: {k: v for k, v in row.items() if k != "channel"} for row in counted
            }

        return await self._database.read(work)

    async def undelivered(self) -> dict[str, tuple[int, datetime]]:
        """By channel that has any: how many are due or under way, and since when the oldest is."""
        statement = (
            sa.select(outbox.c.channel, sa.func.count(), sa.func.min(outbox.c.created_at))
            .select_from(WITH_PARENT)
            .where(outbox.c.state.in_(UNDELIVERED), MAY_FOLLOW)
            .group_by(outbox.c.channel)
        )
        rows = await self._database.read(lambda c: c.execute(statement).all())
        return {channel: (count, oldest) for channel, count, oldest in rows}

    async def hindrances(self) -> dict[str, str]:
        """By channel: why the oldest alert that was tried, and waits, was not delivered."""
        statement = (
            sa.select(outbox.c.channel, outbox.c.error)
            .where(outbox.c.state.in_(UNDELIVERED), outbox.c.error != "")
            .order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
        )

        def work(connection: Connection) -> dict[str, str]:
            # Of one channel the oldest comes last, and stays.
            return {channel: why for channel, why in connection.execute(statement)}  # noqa: C416

        return await self._database.read(work)

    async def rows(
        self, *, states: Sequence[str] = STATES, limit: int | None = 50, said_in: str = ""
    ) -> list[Row]:
        """The newest rows in these states, newest first; or those of one digest."""
        columns = (outbox.c[name] for name in Row.__dataclass_fields__)
        statement = (
            sa.select(*columns)
            .where(
                outbox.c.state.in_(states), outbox.c.said_in == said_in if said_in else sa.true()
            )
            .order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
            .limit(limit)
        )

        def work(connection: Connection) -> list[Row]:
            return [Row(**dict(row)) for row in connection.execute(statement).mappings()]

        return await self._database.read(work)

    async def of_story(self, story_id: int) -> list[Row]:
        """Everything that was or is to be said about one story, the oldest first."""
        columns = (outbox.c[name] for name in Row.__dataclass_fields__)
        statement = sa.select(*columns).where(outbox.c.story_id == story_id).order_by(outbox.c.id)

        def work(connection: Connection) -> list[Row]:
            return [Row(**dict(row)) for row in connection.execute(statement).mappings()]

        return await self._database.read(work)

    async def _set(self, values: Mapping[str, Any], *where: sa.ColumnElement[bool]) -> None:
        statement = sa.update(outbox).where(*where).values(**values)
        await self._database.write(lambda connection: connection.execute(statement))


def _due(connection: Connection, channel: str, now: datetime, limit: int) -> Iterator[RowMapping]:
    """The channel's undelivered rows from the oldest on, up to the first that must still wait."""
    statement = (
        sa.select(outbox)
        .select_from(WITH_PARENT)
        .where(outbox.c.channel == channel, outbox.c.state.in_(UNDELIVERED), MAY_FOLLOW)
        .order_by(outbox.c.created_at, outbox.c.id)
        .limit(limit)
    )
    for row in connection.execute(statement).mappings():
        leased = row["state"] == "sending" and row["lease_until"] and row["lease_until"] > now
        if leased or row["not_before"] > now:
            return
        yield row


def _take(
    connection: Connection, row: RowMapping, *, owner: str, lease_until: datetime
) -> dict[str, Any] | None:
    """Lease the row, unless it changed since it was read: `tries` counts the claims.

    Returns what it says now: a row that waits may be given newer words.
    """
    unchanged = (
        outbox.c.id == row["id"],
        outbox.c.state == row["state"],
        outbox.c.tries == row["tries"],
    )
    statement = sa.update(outbox).where(*unchanged)
    statement = statement.values(
        state="sending", lease_owner=owner, lease_until=lease_until, tries=row["tries"] + 1
    )
    taken = connection.execute(statement.returning(outbox.c.payload)).first()
    if taken is None:
        return None
    payload: dict[str, Any] = dict(taken.payload)
    return payload if row["parent_id"] is None else payload | _following(connection, row)


def _following(connection: Connection, row: RowMapping) -> dict[str, Any]:
    """What a row that follows another takes from it: an update all that it says by now."""
    query = sa.select(outbox.c.payload, outbox.c.reference).where(outbox.c.id == row["parent_id"])
    said, reference = connection.execute(query).one()
    words = {**said, "kind": row["kind"]} if row["kind"].startswith(f"{UPDATE}-") else {}
    return {**words, "parent": reference}


def _claimed(row: RowMapping, payload: Mapping[str, Any], *, lease_until: datetime) -> Claimed:
    return Claimed(
        id=row["id"],
        story_id=row["story_id"],
        channel=row["channel"],
        kind=row["kind"],
        payload=payload,
        tries=row["tries"] + 1,
        created_at=row["created_at"],
        lease_until=lease_until,
        outcome_unknown=row["state"] == "sending",
    )
