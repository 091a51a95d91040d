"""Outages: when a source was not read for a while; recorded at once, told once repaired."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.crawl.runs import FAILED, PUSHED
from crawler.storage.database import insert
from crawler.storage.schema import UtcDateTime, articles, gaps, runs

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.engine import Connection


_ON_HOLD = re.compile(r"on hold until [\d: -]+UTC: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A source was not read from `since` to `until`; `outcome` is of its repair, "" until then."""

    id: int
    source: str
    since: datetime
    until: datetime
    outcome: str


def record_outage(
    connection: Connection, source: str, *, since: datetime, until: datetime, outcome: str = ""
) -> None:
    """Record an outage, once."""
    statement = (
        insert(connection, gaps)
        .values(source=source, since=since, until=until, outcome=outcome)
        .on_conflict_do_nothing()
    )
    connection.execute(statement)


def record_repair(connection: Connection, source: str, outcome: str) -> None:
    """Record that the repair of the source is over, and what came of it."""
    statement = sa.update(gaps).where(gaps.c.source == source, gaps.c.outcome == "")
    connection.execute(statement.values(outcome=outcome))


def untold_outages(connection: Connection) -> list[Outage]:
    """Outages that nobody was told of, the oldest first."""
    columns = (gaps.c[name] for name in Outage.__dataclass_fields__)
    query = sa.select(*columns).where(gaps.c.told_at.is_(None)).order_by(gaps.c.since, gaps.c.id)
    return [Outage(**dict(row)) for row in connection.execute(query).mappings()]


def mark_told(connection: Connection, ids: Collection[int], now: datetime) -> None:
    """Mark these as told, in the transaction that enqueues their notices."""
    connection.execute(sa.update(gaps).where(gaps.c.id.in_(ids)).values(told_at=now))


def count_recovered(connection: Connection, gap: Outage) -> int:
    """Articles of the source that were published in the gap, or say not when, and came after it."""
    query = sa.select(sa.func.count()).where(
        articles.c.source == gap.source,
        articles.c.first_seen >= gap.until,
        sa.or_(
            articles.c.published_at.is_(None),
            articles.c.published_at.between(gap.since, gap.until),
        ),
    )
    return connection.scalar(query) or 0


def failure_causes(connection: Connection, gap: Outage, ends: Collection[str]) -> tuple[str, int]:
    """What most polls of the source in the gap met with, and how many of them failed.

    `ends` are reasons of runs that were cut off: these met with nothing.
    """
    query = sa.select(runs.c.reason, runs.c.outcome).where(
        runs.c.source == gap.source,
        runs.c.cause != PUSHED,
        runs.c.started_at > gap.since,
        runs.c.started_at < gap.until,
        runs.c.reason.not_in(ends),
    )
    met = connection.execute(query).all()
    failed = [run.reason for run in met if run.outcome == FAILED]
    # Documents on hold were not asked: they stand for what they met with before.
    held = [_ON_HOLD.sub("", run.reason) for run in met if run.outcome != FAILED]
    told = Counter(filter(None, failed or held))
    return (told.most_common(1)[0][0] if told else ""), len(failed)


def asked_in_vain(
    connection: Connection, gap: Outage, ends: Collection[str]
) -> tuple[datetime, datetime] | None:
    """When the source was asked in vain for the first time in the gap, and for the last."""
    started = runs.c.started_at
    query = sa.select(
        sa.func.min(started, type_=UtcDateTime()), sa.func.max(started, type_=UtcDateTime())
    ).where(
        runs.c.source == gap.source,
        runs.c.cause != PUSHED,
        runs.c.outcome == FAILED,
        runs.c.started_at > gap.since,
        runs.c.started_at < gap.until,
        runs.c.reason.not_in(ends),
    )
    first, last = connection.execute(query).one()
    return None if first is None else (first, last)
