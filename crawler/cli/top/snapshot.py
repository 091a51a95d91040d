"""What `wirewatch top` shows: the status report, the newest stories, and why it is not of now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.health.source_summary import State
from crawler.health.status_reader import StatusReader
from crawler.health.status_report import StatusReport
from crawler.storage.database import SQLAlchemyError, explain_error, no_store_yet
from crawler.storage.health import live_stats
from crawler.storage.maintenance.disk_space import store_size
from crawler.storage.maintenance.migrate import newest_revision, revision_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.health.status_report import SourceStatus
    from crawler.runtime.services import Services
    from crawler.storage.health.live_stats import RecentArticle

STORIES = 40  # that are read; a frame shows as many as it has room for
_RARELY = timedelta(minutes=5)  # how often the size is read
# The others by name: a source that is polled now does not jump up and down again.
_RANK = (State.AILING, State.FAILING, State.INTERRUPTED, State.SILENT, State.PARTLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One state of everything. `trouble` says why it is not that of `at`, or that there is none."""

    at: datetime
    report: StatusReport
    size: int = 0
    trouble: str = ""
    is_unreadable: bool = False  # there is a store, and it fails
    articles: tuple[RecentArticle, ...] = ()


class Reader:
    """Looks at the store of these services."""

    def __init__(self, services: Services, sources: Sequence[Source]) -> None:
        self._store = services.store
        self._status = StatusReader(services, sources)
        self._size = 0
        self._sized: datetime | None = None
        self._last: Snapshot | None = None

    async def look(self, now: datetime) -> Snapshot:
        """The store as it is; where it cannot be read, as it was, and why."""
        try:
            trouble = await self._unreadable()
            found = replace(self._before(now), trouble=trouble) if trouble else await self._all(now)
        except (SQLAlchemyError, OSError) as error:
            said = explain_error(error) if isinstance(error, SQLAlchemyError) else str(error)
            return replace(self._before(now), trouble=said, is_unreadable=True)
        self._last = found
        return found

    def stale(self, now: datetime, why: str) -> Snapshot:
        """As it was last seen."""
        return replace(self._before(now), trouble=why)

    def _before(self, now: datetime) -> Snapshot:
        known = self._last or Snapshot(at=now, report=StatusReport(at=now, store=self._store.label))
        return replace(known, at=now)

    async def _unreadable(self) -> str:
        if not self._store.is_there:
            self._status.forget()
            return no_store_yet(self._store)
        found = await self._store.read(revision_of)
        if found is None:
            return f"no tables of Wirewatch in {self._store.label} yet"
        if found != newest_revision():
            return f"tables of another version ({found}); `wirewatch run` brings them up to this"
        return ""

    async def _all(self, now: datetime) -> Snapshot:
        if self._sized is None or now - self._sized >= _RARELY:
            self._size = await self._store.read(store_size)
            self._sized = now
        report = await self._status.read(now)
        newest = await self._store.read(lambda c: live_stats.newest_articles(c, STORIES))
        sources = tuple(sorted(report.sources, key=_ailing_first))
        return Snapshot(
            at=now,
            report=replace(report, sources=sources),
            size=self._size,
            articles=tuple(newest),
        )


def _ailing_first(line: SourceStatus) -> tuple[bool, int, str]:
    state = line.health.state
    return not line.ails, _RANK.index(state) if state in _RANK else len(_RANK), line.name
