"""Outbox: what must be said, to whom, and how far each is: due, leased, sent or dead letter.

A row exists before anything is sent. It is claimed under a lease, and the claim is committed before
the send begins; so a row still `sending` when its lease has run out is one whose outcome nobody
knows: whoever claims it next must ask the channel before sending. Rows of one channel leave in
order: while an earlier one waits, so do the later ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.model.alert import OPS, UPDATE
from crawler.storage.database import insert
from crawler.storage.schema import outbox, processes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection, RowMapping


KEPT_BACK = ("held", "digested", "muted")
STATES = ("pending", "sending", "sent", "dead", *KEPT_BACK)
UNDELIVERED = ("pending", "sending")
_LONGEST_WAIT = timedelta(hours=1)
_FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
PARENT = outbox.alias("parent")
WITH_PARENT = outbox.outerjoin(PARENT, PARENT.c.id == outbox.c.parent_id)
MAY_FOLLOW = sa.or_(outbox.c.parent_id.is_(None), PARENT.c.state == "sent")


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


def enqueue(
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
    """Add a row; False where this was to be said already.

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


def may_be_held(row: RowMapping) -> bool:
    """Whether a hold queue decides on such a row: never tried, and no notice nor of one."""
    of_notice = row["story_id"] is None and row["parent_id"] is not None
    untried = row["state"] == "pending" and row["tries"] == 0
    return untried and not of_notice and not row["kind"].startswith(f"{OPS}-")


def is_empty(connection: Connection, channel: str) -> bool:
    """Is there nothing for this channel that is to be sent, or held? The cheapest of looks."""
    is_open = outbox.c.state.in_((*UNDELIVERED, "held"))
    query = sa.select(outbox.c.id).where(outbox.c.channel == channel, is_open)
    return connection.execute(query.limit(1)).first() is None


def has_due(connection: Connection, channel: str, *, now: datetime) -> bool:
    """Is there a row to claim? Asked first: a claim takes SQLite's only write lock."""
    return next(_due(connection, channel, now, 1), None) is not None


def claim(
    connection: Connection,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    channels: Collection[str],
    passed: Collection[int] | None = None,
) -> list[Claimed]:
    """Take up to `limit` due rows of these channels, oldest first.

    Where something may be held, `passed` are the rows that are not, as this same transaction has
    decided: what it did not see when it did is not taken, nor what comes behind that.
    """
    due = [
        row
        for name in channels
        for row in takewhile(lambda row: _may_go(row, passed), _due(connection, name, now, limit))
    ]
    lost: set[str] = set()
    won: list[Claimed] = []
    for row in sorted(due, key=lambda row: (row["created_at"], row["id"]))[:limit]:
        if row["channel"] in lost:
            continue
        payload = _take(connection, row, owner=owner, lease_until=now + lease)
        if payload is not None:
            won.append(_claimed(row, payload, lease_until=now + lease))
        else:  # another claimant was faster: what follows in this channel waits for it
            lost.add(row["channel"])
    return won


def set_sent(
    connection: Connection, row_id: int, reference: str, now: datetime, *, owner: str = ""
) -> None:
    """The channel said yes; it calls the message `reference`.

    An `owner`, here and below, writes nothing where the row is another's by now: that one asks the
    channel itself.
    """
    done = {"state": "sent", "sent_at": now, "reference": reference, "error": "", **_FREE}
    free = outbox.c.lease_owner.is_(None) | (outbox.c.lease_owner == owner) if owner else sa.true()
    _set(connection, done, outbox.c.id == row_id, outbox.c.state != "sent", free)


def try_again(
    connection: Connection,
    row_id: int,
    *,
    error: str,
    not_before: datetime,
    unknown: bool,
    owner: str = "",
) -> None:
    """Try again at `not_before`; if the outcome is unknown, ask the channel first."""
    values: dict[str, Any] = {"error": error, "not_before": not_before, "lease_owner": None}
    if unknown:  # `sending` under no lease is how the row remembers that it may be out
        values["lease_until"] = not_before
    else:
        values |= {"state": "pending", "lease_until": None}
    _set(connection, values, outbox.c.id == row_id, _is_sending(owner))


def set_dead(
    connection: Connection, row_id: int, error: str, *, unknown: bool = False, owner: str = ""
) -> None:
    """Give up; the row stays, to be listed and revived."""
    values: dict[str, Any] = {"state": "dead", "error": error, "lease_owner": None}
    if not unknown:
        values["lease_until"] = None  # kept otherwise: reviving must ask the channel first
    _set(connection, values, outbox.c.id == row_id, _is_sending(owner))


def hand_back(connection: Connection, owner: str, now: datetime) -> None:
    """End the leases of `owner`, who stops. What it had begun to send remains in doubt."""
    _set(
        connection,
        {"lease_owner": None, "lease_until": now},
        outbox.c.state == "sending",
        outbox.c.lease_owner == owner,
    )


def renew(connection: Connection, row_id: int, *, owner: str, lease_until: datetime) -> bool:
    """Hold a row for longer; False where `owner` holds it no more."""
    statement = (
        sa.update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state == "sending", outbox.c.lease_owner == owner)
        .values(lease_until=lease_until)
        .returning(outbox.c.id)
    )
    return connection.execute(statement).first() is not None


def set_reference(connection: Connection, row_id: int, reference: str) -> None:
    """The channel calls the message something else than it said: another copy was kept."""
    _set(connection, {"reference": reference}, outbox.c.id == row_id, outbox.c.state == "sent")


def reclaim(connection: Connection, now: datetime) -> None:
    """End the leases of all who are not alive, as `processes` has it.

    What was put off for longer than any channel may ask is due.
    """
    too_late = outbox.c.state.in_(UNDELIVERED), outbox.c.not_before > now + _LONGEST_WAIT
    _set(connection, {"not_before": now}, *too_late)
    alive = sa.select(processes.c.id).where(processes.c.ended_at.is_(None))
    _set(
        connection,
        {"lease_owner": None, "lease_until": now},
        outbox.c.state == "sending",
        outbox.c.lease_until > now,
        outbox.c.lease_owner.is_(None) | outbox.c.lease_owner.not_in(alive),
    )


def revive(connection: Connection, now: datetime, ids: Sequence[int] = ()) -> list[int]:
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

    return sorted(connection.execute(statement).scalars())


def _is_sending(owner: str) -> sa.ColumnElement[bool]:
    is_sending = outbox.c.state == "sending"
    return sa.and_(is_sending, outbox.c.lease_owner == owner) if owner else is_sending


def _set(connection: Connection, values: Mapping[str, Any], *where: sa.ColumnElement[bool]) -> None:
    statement = sa.update(outbox).where(*where).values(**values)
    connection.execute(statement)


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


def _may_go(row: RowMapping, passed: Collection[int] | None) -> bool:
    """Whether nothing keeps it back: it was let pass, is of those never held, or was tried."""
    return passed is None or row["id"] in passed or not may_be_held(row)


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
