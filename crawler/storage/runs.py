"""Every crawl of a source: when it was planned, how it ended, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.schema import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

#: Why a run takes place: the schedule, somebody by hand, a hub that brought something.
PLANNED, ASKED, PUSHED = "planned", "asked", "pushed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a source. `outcome` is running, done, late, skipped or failed."""

    id: int
    source: str
    planned_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    outcome: str
    reason: str
    baseline: bool
    counts: Mapping[str, int]


class Runs:
    """The ledger of runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, source: str, *, now: datetime, cause: str = PLANNED) -> Run:
        """Open a run. It is a baseline until some run of the source was done.

        One whose cause is `PUSHED` reads what a hub brought: it is no poll.
        """

        def work(connection: Connection) -> Run:
            done = sa.select(runs.c.id).where(runs.c.source == source, runs.c.outcome == "done")
            baseline = connection.execute(done.limit(1)).first() is None
            statement = (
                self._database.insert(runs)
                .values(
                    source=source,
                    planned_at=now,
                    started_at=now,
                    outcome="running",
                    baseline=baseline,
                    cause=cause,
                )
                .returning(runs)
            )
            return read_run(connection.execute(statement).mappings().one())

        return await self._database.write(work)

    async def finish(
        self,
        run_id: int,
        *,
        outcome: str,
        reason: str,
        counts: Mapping[str, int],
        now: datetime,
        also: Callable[[Connection], None] | None = None,
    ) -> None:
        """Close a run; what is written `also` is part of the same transaction."""
        statement = (
            sa.update(runs)
            .where(runs.c.id == run_id, runs.c.outcome == "running")
            .values(finished_at=now, outcome=outcome, reason=reason, counts=dict(counts))
        )

        def work(connection: Connection) -> None:
            connection.execute(statement)
            if also is not None:
                also(connection)

        await self._database.write(work)

    async def skip(self, source: str, reason: str, *, planned_at: datetime, now: datetime) -> None:
        """Write down a planned run that did not take place."""
        statement = sa.insert(runs).values(
            source=source, planned_at=planned_at, finished_at=now, outcome="skipped", reason=reason
        )
        await self._database.write(lambda c: c.execute(statement))

    async def abandon(self, reason: str, *, now: datetime, source: str | None = None) -> int:
        """Close the runs that a killed process left open; returns how many there were."""
        statement = sa.update(runs).where(runs.c.outcome == "running")
        if source is not None:
            statement = statement.where(runs.c.source == source)
        statement = statement.values(finished_at=now, outcome="failed", reason=reason)
        return await self._database.write(lambda c: c.execute(statement).rowcount)

    async def last(self) -> dict[str, Run]:
        """The newest poll of each source that did take place."""
        newest = (
            sa.select(sa.func.max(runs.c.id))
            .where(runs.c.outcome != "skipped", runs.c.cause != PUSHED)
            .group_by(runs.c.source)
        )
        query = sa.select(runs).where(runs.c.id.in_(newest))
        rows = await self._database.read(lambda c: c.execute(query).mappings().all())
        return {row["source"]: read_run(row) for row in rows}

    async def read(self, source: str, *, limit: int = 500) -> list[Run]:
        """The newest runs that were done and read something of the source, newest first."""
        query = (
            sa.select(runs)
            .where(runs.c.source == source, runs.c.outcome == "done")
            .order_by(runs.c.id.desc())
            .limit(limit)
        )
        rows = await self._database.read(lambda c: c.execute(query).mappings().all())
        return [run for run in map(read_run, rows) if run.counts.get("documents")]

    async def note(self, run_id: int, said: str) -> None:
        """Add to the reason of a run what was learned of it after its end."""
        joined = sa.case((runs.c.reason == "", said), else_=runs.c.reason + "; " + said)
        statement = sa.update(runs).where(runs.c.id == run_id).values(reason=joined)
        await self._database.write(lambda c: c.execute(statement))

    async def totals(self) -> dict[str, int]:
        """The counts of all runs, added up; `polled` is the number of runs that ended."""
        query = sa.select(runs.c.counts, runs.c.outcome).where(
            runs.c.outcome.not_in(["running", "skipped"])
        )
        rows = await self._database.read(lambda c: c.execute(query).all())
        totals: dict[str, int] = {"polled": len(rows)}
        for counts, _ in rows:
            for key, value in counts.items():
                totals[key] = totals.get(key, 0) + value
        return totals


def read_run(row: sa.RowMapping) -> Run:
    """A row of `runs`."""
    return Run(**{name: row[name] for name in Run.__dataclass_fields__})
