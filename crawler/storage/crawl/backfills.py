"""Backfill jobs: what was asked for, how each ended, and what it has found.

A backfill is done in shards, see `crawler.storage.crawl.shards`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.database import insert
from crawler.storage.schema import articles, backfills, matches, pages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from sqlalchemy.engine import Connection


_OPEN = ("running", "failed")
_CHUNK = 400  # URLs a query


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRequest:
    """Request for a backfill. The same request again resumes the backfill that it began.

    `source` is "" for all sources out of files; `via` is "" for what the source itself offers;
    `since` and `until` are days, both included; `alerts` is silent, digest or live; `cause` is
    "asked" or "gap".
    """

    source: str
    since: date
    until: date
    via: str = ""
    alerts: str = "silent"
    cause: str = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillJob:
    """A backfill. `state` is running, done, failed or cancelled."""

    id: int
    source: str
    since: date
    until: date
    via: str
    alerts: str
    cause: str
    state: str
    reason: str
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedStory:
    """A story that a backfill found and a rule flagged."""

    title: str
    link: str
    source: str
    published_at: datetime | None
    score: float
    rule: str


def begin_or_resume(
    connection: Connection, wanted: BackfillRequest, *, now: datetime
) -> BackfillJob:
    """The unfinished backfill of the same wish, made to run again; else a new one."""
    wish = {name: getattr(wanted, name) for name in BackfillRequest.__dataclass_fields__}

    same = [backfills.c[name] == value for name, value in wish.items()]
    query = sa.select(backfills.c.id).where(*same, backfills.c.state.in_(_OPEN))
    known = connection.scalar(query.order_by(backfills.c.id.desc()).limit(1))
    values = {"state": "running", "reason": "", "ended_at": None}
    if known is None:
        statement: Any = insert(connection, backfills).values(**wish, **values, created_at=now)
    else:
        statement = sa.update(backfills).where(backfills.c.id == known).values(values)
    return _job(connection.execute(statement.returning(backfills)).mappings().one())


def get_job(connection: Connection, job_id: int) -> BackfillJob | None:
    """The backfill of this id, if there is one."""
    query = sa.select(backfills).where(backfills.c.id == job_id)
    row = connection.execute(query).mappings().first()
    return _job(row) if row is not None else None


def jobs(connection: Connection, *, limit: int = 50) -> list[BackfillJob]:
    """The newest backfills, newest first."""
    query = sa.select(backfills).order_by(backfills.c.id.desc()).limit(limit)
    rows = connection.execute(query).mappings().all()
    return [_job(row) for row in rows]


def unfinished(connection: Connection, source: str, *, cause: str) -> list[BackfillJob]:
    """Backfills that are not over."""
    query = sa.select(backfills).where(
        backfills.c.source == source,
        backfills.c.cause == cause,
        backfills.c.state.in_(_OPEN),
    )
    rows = connection.execute(query).mappings().all()
    return [_job(row) for row in rows]


def end(
    connection: Connection,
    job_id: int,
    state: str,
    reason: str,
    *,
    now: datetime,
    also: Callable[[Connection], object] | None = None,
) -> None:
    """Close a running backfill; `also` is done in the same transaction, if this closed it."""
    statement = (
        sa.update(backfills)
        .where(backfills.c.id == job_id, backfills.c.state == "running")
        .values(state=state, reason=reason, ended_at=now)
        .returning(backfills.c.id)
    )
    if connection.execute(statement).first() is not None and also is not None:
        also(connection)


def cancel(connection: Connection, job_id: int, reason: str, *, now: datetime) -> bool:
    """End a backfill for good and forget the pages it did not come to; False where it is over.

    What it has stored stays.
    """
    statement = (
        sa.update(backfills)
        .where(backfills.c.id == job_id, backfills.c.state.in_(_OPEN))
        .values(state="cancelled", reason=reason, ended_at=now)
        .returning(backfills.c.id)
    )
    if connection.execute(statement).first() is None:
        return False
    forget_pages(connection, job_id)
    return True


def count_unsettled(connection: Connection, urls: Sequence[str]) -> int:
    """How many of these pages have not ended yet."""
    return sum(
        connection.scalar(
            sa.select(sa.func.count())
            .select_from(pages)
            .where(
                pages.c.url.in_(urls[start : start + _CHUNK]),
                pages.c.state.in_(("pending", "failed")),
            )
        )
        or 0
        for start in range(0, len(urls), _CHUNK)
    )


def publication_dates(connection: Connection, urls: Sequence[str]) -> list[datetime]:
    """When those of these articles that are stored and dated were published."""
    found: list[datetime] = []
    for start in range(0, len(urls), _CHUNK):
        query = sa.select(articles.c.published_at).where(
            articles.c.url.in_(urls[start : start + _CHUNK]),
            articles.c.published_at.is_not(None),
        )
        found += connection.scalars(query).all()
    return found


def forget_pages(connection: Connection, job_id: int) -> None:
    """Remove the pages that a backfill will not come to any more."""
    left = pages.c.state.in_(("pending", "failed"))
    connection.execute(sa.delete(pages).where(pages.c.job_id == job_id, left))


def flagged(
    connection: Connection, job_id: int, *, limit: int = 10
) -> tuple[int, list[FlaggedStory]]:
    """How many stories of the backfill are flagged, each counted once, and the strongest."""
    joined = pages.join(articles, articles.c.url == pages.c.url).join(
        matches, matches.c.article_id == articles.c.id
    )
    ours = pages.c.job_id == job_id
    count = sa.select(sa.func.count(sa.distinct(articles.c.story_id)))
    total = connection.scalar(count.select_from(joined).where(ours)) or 0
    above = matches.c.score - matches.c.threshold
    query = (
        sa.select(
            articles.c.story_id,
            articles.c.title,
            articles.c.link,
            articles.c.source,
            articles.c.published_at,
            matches.c.score,
            matches.c.rule,
        )
        .select_from(joined)
        .where(ours)
        .order_by(above.desc(), articles.c.id)
    )
    best: dict[int, FlaggedStory] = {}
    for row in connection.execute(query).mappings():
        story = {key: value for key, value in row.items() if key != "story_id"}
        best.setdefault(row["story_id"], FlaggedStory(**story))
        if len(best) == limit:
            break
    return total, list(best.values())


def _job(row: sa.RowMapping) -> BackfillJob:
    return BackfillJob(**{name: row[name] for name in BackfillJob.__dataclass_fields__})
