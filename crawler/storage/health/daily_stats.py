"""Daily statistics: the figures of a day, and what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.model.alert import STORY
from crawler.model.items import Precision
from crawler.storage.alerts.holds import FLOOD
from crawler.storage.alerts.outbox import MAY_FOLLOW, UNDELIVERED, WITH_PARENT
from crawler.storage.crawl.runs import PUSHED
from crawler.storage.schema import articles, outbox, runs, stories

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.engine import Connection


_LONGEST = timedelta(days=1)  # of a poll, from its plan to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What happened since some instant. `delays` are seconds from publication to delivery."""

    runs: Mapping[str, int]  # by outcome
    polled: frozenset[str]  # the sources that were
    stories: int
    articles: int
    sent: int
    delays: tuple[float, ...]
    held: int  # alerts that wait for a review, of whatever age


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """The oldest message that waits for a channel. `tries` were in vain, the last for `error`."""

    id: int
    channel: str
    since: datetime
    tries: int
    error: str


def began(connection: Connection) -> datetime | None:
    """When the first run that is known of was planned."""
    first: datetime | None = connection.scalar(sa.select(sa.func.min(runs.c.planned_at)))
    return first


def polled_since(connection: Connection, since: datetime) -> bool:
    """Whether a poll has ended since then, however."""
    query = (
        sa.select(runs.c.id)
        .where(
            runs.c.planned_at >= since - _LONGEST,
            runs.c.finished_at >= since,
            runs.c.started_at.is_not(None),
            runs.c.cause != PUSHED,
        )
        .order_by(runs.c.planned_at.desc())
        .limit(1)
    )
    return connection.execute(query).first() is not None


def overdue(connection: Connection, channels: Collection[str]) -> list[Overdue]:
    """Of each of these channels that has any: the oldest message that waits, oldest first."""
    found = (_oldest(connection, channel) for channel in channels)
    return sorted((one for one in found if one), key=lambda one: one.since)


def day(connection: Connection, since: datetime) -> Day:
    """What happened since then."""
    polls = (runs.c.planned_at >= since, runs.c.cause != PUSHED)
    by_outcome = sa.select(runs.c.outcome, sa.func.count()).where(*polls).group_by(runs.c.outcome)
    polled = sa.select(runs.c.source).where(*polls, runs.c.started_at.is_not(None)).distinct()
    sent = sa.select(outbox.c.sent_at, outbox.c.payload["published"]).where(
        outbox.c.kind == STORY, outbox.c.state == "sent", outbox.c.sent_at >= since
    )
    held = sa.select(sa.func.count()).where(
        outbox.c.state == "held", outbox.c.held_for == FLOOD, outbox.c.kind == STORY
    )
    delivered = connection.execute(sent).all()
    return Day(
        runs=dict(connection.execute(by_outcome).all()),
        polled=frozenset(connection.scalars(polled)),
        stories=_since(connection, stories.c.created_at, since),
        articles=_since(connection, articles.c.stored_at, since),
        sent=len(delivered),
        delays=tuple(
            max((at - datetime.fromisoformat(published["at"])).total_seconds(), 0.0)
            for at, published in delivered
            if published and published["precision"] != Precision.DAY
        ),
        held=connection.scalar(held) or 0,
    )


def _since(connection: Connection, column: sa.Column[datetime], since: datetime) -> int:
    query = sa.select(sa.func.count()).select_from(column.table).where(column >= since)
    return connection.scalar(query) or 0


def _oldest(connection: Connection, channel: str) -> Overdue | None:
    query = (
        sa.select(outbox)
        .select_from(WITH_PARENT)
        .where(outbox.c.channel == channel, outbox.c.state.in_(UNDELIVERED), MAY_FOLLOW)
        .order_by(outbox.c.created_at, outbox.c.id)
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    return Overdue(
        id=row["id"],
        channel=channel,
        since=row["created_at"],
        tries=row["tries"],
        error=row["error"],
    )
