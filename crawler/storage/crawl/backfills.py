"""Backfills, the shards they are done in, and how far each has come.

A shard's cursor moves only when every page before it has ended; so a backfill that was killed goes
on where it was, and the ledger of pages keeps it from fetching anything twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.schema import articles, backfills, matches, pages, shards

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

_OPEN = ("running", "failed")
_CHUNK = 400  # URLs a query


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asks for. The same wish again goes on with the backfill it began.

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
class Job:
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
class Slice:
    """A part of a backfill as it is planned: the road with its address, and the days."""

    part: str
    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """A slice in the store. `share` is how much of it is done, 0..1."""

    id: int
    job_id: int
    part: str
    since: date
    until: date
    state: str
    cursor: str
    share: float
    counts: Mapping[str, int]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """A story that a backfill found and a rule flagged."""

    title: str
    link: str
    source: str
    published_at: datetime | None
    score: float
    rule: str


class Backfills:
    """The tables of backfills. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- jobs ----------------------------------------------------------------------------------

    async def take_up(self, wanted: Wanted, *, now: datetime) -> Job:
        """The unfinished backfill of the same wish, made to run again; else a new one."""
        wish = {name: getattr(wanted, name) for name in Wanted.__dataclass_fields__}

        def work(connection: Connection) -> Job:
            same = [backfills.c[name] == value for name, value in wish.items()]
            query = sa.select(backfills.c.id).where(*same, backfills.c.state.in_(_OPEN))
            known = connection.scalar(query.order_by(backfills.c.id.desc()).limit(1))
            values = {"state": "running", "reason": "", "ended_at": None}
            if known is None:
                statement: Any = self._database.insert(backfills).values(
                    **wish, **values, created_at=now
                )
            else:
                statement = sa.update(backfills).where(backfills.c.id == known).values(values)
            return _job(connection.execute(statement.returning(backfills)).mappings().one())

        return await self._database.write(work)

    async def get(self, job_id: int) -> Job | None:
        query = sa.select(backfills).where(backfills.c.id == job_id)
        row = await self._database.read(lambda c: c.execute(query).mappings().first())
        return _job(row) if row is not None else None

    async def jobs(self, *, limit: int = 50) -> list[Job]:
        """The newest backfills, newest first."""
        query = sa.select(backfills).order_by(backfills.c.id.desc()).limit(limit)
        rows = await self._database.read(lambda c: c.execute(query).mappings().all())
        return [_job(row) for row in rows]

    async def unfinished(self, source: str, *, cause: str) -> list[Job]:
        query = sa.select(backfills).where(
            backfills.c.source == source,
            backfills.c.cause == cause,
            backfills.c.state.in_(_OPEN),
        )
        rows = await self._database.read(lambda c: c.execute(query).mappings().all())
        return [_job(row) for row in rows]

    async def end(
        self,
        job_id: int,
        state: str,
        reason: str,
        *,
        now: datetime,
        also: Callable[[Connection], object] = lambda _: None,
    ) -> None:
        """Close a running backfill; `also` is done in the same transaction, if this closed it."""

        def work(connection: Connection) -> None:
            statement = (
                sa.update(backfills)
                .where(backfills.c.id == job_id, backfills.c.state == "running")
                .values(state=state, reason=reason, ended_at=now)
                .returning(backfills.c.id)
            )
            if connection.execute(statement).first() is not None:
                also(connection)

        await self._database.write(work)

    async def cancel(self, job_id: int, reason: str, *, now: datetime) -> bool:
        """End a backfill for good and forget the pages it did not come to; False where it is over.

        What it has stored stays.
        """

        def work(connection: Connection) -> bool:
            statement = (
                sa.update(backfills)
                .where(backfills.c.id == job_id, backfills.c.state.in_(_OPEN))
                .values(state="cancelled", reason=reason, ended_at=now)
                .returning(backfills.c.id)
            )
            if connection.execute(statement).first() is None:
                return False
            forget(connection, job_id)
            return True

        return await self._database.write(work)

    # -- shards --------------------------------------------------------------------------------

    async def plan(self, job_id: int, slices: Sequence[Slice]) -> None:
        """Write down the shards; those that are known stay as they are."""
        values = [
            {
                "job_id": job_id,
                "part": one.part,
                "since": one.since,
                "until": one.until,
                "state": "pending",
            }
            for one in slices
        ]
        insert = self._database.insert(shards).on_conflict_do_nothing()
        if values:
            await self._database.write(lambda c: c.execute(insert, values))

    async def shards(self, job_id: int) -> list[Shard]:
        """All of them, in the order in which they were planned."""
        query = sa.select(shards).where(shards.c.job_id == job_id).order_by(shards.c.id)
        rows = await self._database.read(lambda c: c.execute(query).mappings().all())
        return [_shard(row) for row in rows]

    async def begin(self, shard_id: int, *, now: datetime) -> None:
        await self._set(shard_id, state="running", started_at=now, reason="")

    async def advance(
        self, shard: Shard, *, cursor: str | None, share: float, counts: Mapping[str, int]
    ) -> str:
        """So far has the shard come; `cursor` None leaves it. Returns the backfill's state."""
        moved = {} if cursor is None else {"cursor": cursor}
        statement = sa.update(shards).where(shards.c.id == shard.id)
        statement = statement.values(share=share, counts=dict(counts), **moved)
        state = sa.select(backfills.c.state).where(backfills.c.id == shard.job_id)

        def work(connection: Connection) -> str:
            connection.execute(statement)
            return connection.scalar(state) or "cancelled"

        return await self._database.write(work)

    async def finish(self, shard_id: int, state: str, reason: str, *, now: datetime) -> None:
        share = {"share": 1.0} if state == "done" else {}
        await self._set(shard_id, state=state, reason=reason, ended_at=now, **share)

    async def _set(self, shard_id: int, **values: object) -> None:
        statement = sa.update(shards).where(shards.c.id == shard_id).values(**values)
        await self._database.write(lambda c: c.execute(statement))

    def counts(self, connection: Connection, job_id: int) -> list[dict[str, int]]:
        """What each shard counted, within a transaction of the caller's."""
        return list(connection.scalars(sa.select(shards.c.counts).where(shards.c.job_id == job_id)))

    # -- its pages -----------------------------------------------------------------------------

    async def unsettled(self, urls: Sequence[str]) -> int:
        """How many of these pages have not ended yet."""

        def work(connection: Connection) -> int:
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

        return await self._database.read(work)

    async def dates(self, urls: Sequence[str]) -> list[datetime]:
        """When those of these articles that are stored and dated were published."""

        def work(connection: Connection) -> list[datetime]:
            found: list[datetime] = []
            for start in range(0, len(urls), _CHUNK):
                query = sa.select(articles.c.published_at).where(
                    articles.c.url.in_(urls[start : start + _CHUNK]),
                    articles.c.published_at.is_not(None),
                )
                found += connection.scalars(query).all()
            return found

        return await self._database.read(work)

    async def flagged(self, job_id: int, *, limit: int = 10) -> tuple[int, list[Flagged]]:
        """How many articles of the backfill are flagged, and the strongest of them."""
        return await self._database.read(lambda c: flagged(c, job_id, limit=limit))


def forget(connection: Connection, job_id: int) -> None:
    """Within a transaction of the caller's: the pages that a backfill will not come to any more."""
    left = pages.c.state.in_(("pending", "failed"))
    connection.execute(sa.delete(pages).where(pages.c.job_id == job_id, left))


def flagged(connection: Connection, job_id: int, *, limit: int) -> tuple[int, list[Flagged]]:
    """`Backfills.flagged`, within a transaction of the caller's; a story is counted once."""
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
    best: dict[int, Flagged] = {}
    for row in connection.execute(query).mappings():
        story = {key: value for key, value in row.items() if key != "story_id"}
        best.setdefault(row["story_id"], Flagged(**story))
        if len(best) == limit:
            break
    return total, list(best.values())


def _job(row: sa.RowMapping) -> Job:
    return Job(**{name: row[name] for name in Job.__dataclass_fields__})


def _shard(row: sa.RowMapping) -> Shard:
    return Shard(**{name: row[name] for name in Shard.__dataclass_fields__})
