"""Every crawl of a source: when it was planned, how it ended, and what it found.

A source that is on a schedule has one `planned` row, its next run. That row is the plan: whoever
turns it into a `running` one may poll, and there is no other way to begin a planned run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.database import insert
from crawler.storage.schema import leases, runs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.engine import Connection


#: Why a run takes place: the schedule, somebody by hand, a hub that brought something.
SCHEDULE, ASKED, PUSHED = CAUSES = "schedule", "asked", "pushed"
#: How a run that read its source ended. Late: it began after its time, whatever it found.
DONE, NOTHING_NEW, LATE = READ = "done", "nothing new", "late"
SKIPPED, FAILED = "skipped", "failed"
NEXT, RUNNING = OPEN = "planned", "running"
OUTCOMES = (*OPEN, *READ, SKIPPED, FAILED)
#: Reasons of a run: its process was killed; it did not end in time; somebody else began it.
CUT_OFF, STOPPED, NOT_DUE = "the process ended", "stopped before it ended", "no run of it is due"
NOT_ENABLED = "the source is not enabled any more"
# As the partial indexes have it: in a statement of its own words, not in a parameter of one.
_IS_NEXT = runs.c.outcome == sa.literal_column(f"'{NEXT}'")
_IS_RUNNING = runs.c.outcome == sa.literal_column(f"'{RUNNING}'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a source; `outcome` is one of `OUTCOMES`, `cause` one of `CAUSES`."""

    id: int
    source: str
    planned_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    outcome: str
    reason: str
    baseline: bool
    cause: str
    counts: Mapping[str, int]

    @property
    def lateness(self) -> timedelta | None:
        """How long after its time it began."""
        return None if self.started_at is None else self.started_at - self.planned_at

    @property
    def duration(self) -> timedelta | None:
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at


def plan(connection: Connection, at: Mapping[str, datetime], *, now: datetime) -> None:
    """When each of these sources is due next; one that is due by now stays due."""
    if not at:
        return
    values = [
        {"source": source, "planned_at": when, "outcome": NEXT, "cause": SCHEDULE}
        for source, when in at.items()
    ]
    adding = insert(connection, runs)
    statement = adding.on_conflict_do_update(
        index_elements=["source"],
        index_where=sa.text(f"outcome = '{NEXT}'"),
        set_={"planned_at": adding.excluded.planned_at},
        where=runs.c.planned_at > now,
    )
    connection.execute(statement, values)


def call_off(connection: Connection, keep: Collection[str], reason: str, *, now: datetime) -> None:
    """Nobody polls any other source than these from now on."""
    statement = (
        sa.update(runs)
        .where(_IS_NEXT, runs.c.source.not_in(keep))
        .values(outcome=SKIPPED, reason=reason, finished_at=now)
    )
    connection.execute(statement)


def begin(
    connection: Connection,
    source: str,
    *,
    now: datetime,
    cause: str = ASKED,
    process: str = "",
) -> Run | None:
    """Open a run. It is a baseline until some run of the source has read it.

    None where the schedule wants one and none is due: somebody else has begun it. One whose
    cause is `PUSHED` reads what a hub brought: it is no poll.
    """
    read = sa.select(runs.c.id).where(runs.c.source == source, runs.c.outcome.in_(READ))
    begun = {
        "outcome": RUNNING,
        "started_at": now,
        "process": process,
        "baseline": connection.execute(read.limit(1)).first() is None,
    }
    statement = (
        _due(source, now).values(begun).returning(runs)
        if cause == SCHEDULE
        else sa.insert(runs)
        .values(source=source, planned_at=now, cause=cause, **begun)
        .returning(runs)
    )
    row = connection.execute(statement).mappings().first()
    return None if row is None else read_run(row)


def skip_due(connection: Connection, source: str, reason: str, *, now: datetime) -> None:
    """The run that is due does not take place."""
    statement = _due(source, now).values(outcome=SKIPPED, reason=reason, finished_at=now)
    connection.execute(statement)


def skip(
    connection: Connection,
    source: str,
    reason: str,
    *,
    planned_at: datetime,
    now: datetime,
    cause: str = ASKED,
) -> None:
    """Write down a run that did not take place."""
    connection.execute(
        sa.insert(runs).values(
            source=source,
            planned_at=planned_at,
            finished_at=now,
            outcome=SKIPPED,
            reason=reason,
            cause=cause,
        )
    )


def abandon(
    connection: Connection, reason: str, *, now: datetime, at_work: Collection[str] = ()
) -> int:
    """Close the runs that a process left open which is gone; returns how many there were.

    A process that is at work holds the lease of the source. The asker is `at_work` at sources of
    its own.
    """
    lease = sa.literal("source:") + runs.c.source
    held = sa.select(leases.c.name).where(leases.c.name == lease, leases.c.until > now)
    statement = (
        sa.update(runs)
        .where(_IS_RUNNING, runs.c.source.not_in(list(at_work)), ~held.exists())
        .values(finished_at=now, outcome=FAILED, reason=reason)
    )
    return connection.execute(statement).rowcount


def note(connection: Connection, run_id: int, said: str) -> None:
    """Add to the reason of a run what was learned of it after its end."""
    joined = sa.case((runs.c.reason == "", said), else_=runs.c.reason + "; " + said)
    statement = sa.update(runs).where(runs.c.id == run_id).values(reason=joined)
    connection.execute(statement)


def newest_read(connection: Connection, source: str, *, limit: int = 500) -> list[Run]:
    """The newest runs that read something of the source, newest first."""
    query = (
        sa.select(runs)
        .where(runs.c.source == source, runs.c.outcome.in_(READ))
        .order_by(runs.c.id.desc())
        .limit(limit)
    )
    rows = connection.execute(query).mappings().all()
    return [run for run in map(read_run, rows) if run.counts.get("documents")]


def listed(
    connection: Connection,
    *,
    sources: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
) -> list[Run]:
    """The newest by the time they were planned for, newest first."""
    query = sa.select(runs).order_by(runs.c.planned_at.desc(), runs.c.id.desc()).limit(limit)
    if sources:
        query = query.where(runs.c.source.in_(sources))
    if outcomes:
        query = query.where(runs.c.outcome.in_(outcomes))
    if since is not None:
        query = query.where(runs.c.planned_at >= since)
    if until is not None:
        query = query.where(runs.c.planned_at < until)
    rows = connection.execute(query).mappings().all()
    return [read_run(row) for row in rows]


def totals(connection: Connection) -> dict[str, int]:
    """Of the runs that are kept: how many took place (`polled`), and what they `fetched`."""
    query = sa.select(sa.func.count(), sa.func.sum(runs.c.counts["fetched"].as_integer())).where(
        runs.c.outcome.in_((*READ, FAILED))
    )
    polled, fetched = connection.execute(query).one()
    return {"polled": polled, "fetched": fetched or 0}


def planned(connection: Connection, sources: Collection[str] | None = None) -> dict[str, datetime]:
    """When each source, or each of these, is due next."""
    query = sa.select(runs.c.source, runs.c.planned_at).where(_IS_NEXT)
    if sources is not None:
        query = query.where(runs.c.source.in_(sources))
    return {source: at for source, at in connection.execute(query)}  # noqa: C416 - rows


def last(connection: Connection, sources: Collection[str] | None = None) -> dict[str, Run]:
    """The newest poll of each source, or of each of these: one look into an index for each."""
    named = sources
    if named is None:
        named = connection.scalars(sa.select(runs.c.source).distinct()).all()
    found = (connection.execute(newest_polls(name, 1)).mappings().first() for name in named)
    return {row["source"]: read_run(row) for row in found if row is not None}


def newest_polls(source: str, limit: int) -> sa.Select[Any]:
    """The newest that did take place, or do, newest first."""
    return (
        sa.select(runs)
        .where(
            runs.c.source == source,
            runs.c.outcome.not_in((SKIPPED, NEXT)),
            runs.c.cause != PUSHED,
        )
        .order_by(runs.c.id.desc())
        .limit(limit)
    )


def cut_off(connection: Connection, source: str, reason: str, *, now: datetime) -> int:
    """Close the runs of a source that a process left open; returns how many there were."""
    statement = (
        sa.update(runs)
        .where(_IS_RUNNING, runs.c.source == source)
        .values(finished_at=now, outcome=FAILED, reason=reason)
    )
    return connection.execute(statement).rowcount


def finish(
    connection: Connection,
    run_id: int,
    *,
    outcome: str,
    reason: str,
    counts: Mapping[str, int],
    now: datetime,
) -> None:
    """Write the end of a run down, once."""
    statement = (
        sa.update(runs)
        .where(runs.c.id == run_id, runs.c.outcome == RUNNING)
        .values(finished_at=now, outcome=outcome, reason=reason, counts=dict(counts))
    )
    connection.execute(statement)


def read_run(row: sa.RowMapping) -> Run:
    """A row of `runs`."""
    return Run(**{name: row[name] for name in Run.__dataclass_fields__})


def _due(source: str, now: datetime) -> sa.Update:
    """The source's next run, where it is due; found by the one index that has few rows."""
    following = sa.select(runs.c.id).where(runs.c.source == source, _IS_NEXT)
    return sa.update(runs).where(
        runs.c.id == following.scalar_subquery(), _IS_NEXT, runs.c.planned_at <= now
    )
