"""Crash history of sources: at how many ends of the process in a row was each of them under way?

A run that its process did not live to end counts, however that came about: a page that ends the
process looks like a `kill -9`. A good run in between ends the count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.crawl.runs import CUT_OFF, FAILED, READ
from crawler.storage.schema import runs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection

_NEWEST = 12  # runs that are looked at: more make no difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Crashes:
    """Crashes of one source: so many processes in a row ended during a poll of it, lastly then."""

    times: int
    last: datetime


def crashes_of(connection: Connection, sources: Iterable[str]) -> dict[str, Crashes]:
    """By source, for those that were under way at the newest end they could be under way at."""
    found = ((source, _crashes(connection, source)) for source in sources)
    return {source: crashes for source, crashes in found if crashes is not None}


def _crashes(connection: Connection, source: str) -> Crashes | None:
    query = (
        sa.select(runs.c.id, runs.c.outcome, runs.c.reason, runs.c.process, runs.c.finished_at)
        .where(runs.c.source == source, runs.c.outcome.in_((*READ, FAILED)))
        .order_by(runs.c.id.desc())
        .limit(_NEWEST)
    )
    processes: set[str] = set()
    last = None
    for run in connection.execute(query):
        if run.outcome in READ:
            break
        if run.reason == CUT_OFF:
            processes.add(run.process or f"run {run.id}")
            last = last or run.finished_at
    return None if last is None else Crashes(times=len(processes), last=last)
