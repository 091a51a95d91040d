"""Cache of norms: what is usual for each source, learned once an hour, so that a poll need not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.health.baseline.norms import HOUR, WEEKS, Norm, PageNorm, learn_norm, page_norm
from crawler.health.baseline.silence import Silence, measure_silence
from crawler.storage.crawl.pages import newest_seen
from crawler.storage.health import observations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.model.observation import Hour
    from crawler.runtime.services import Services
    from crawler.storage.database import Connection


@dataclass(slots=True, kw_only=True)
class SourceNorms:
    """Norms of a source, as of this hour, and what its polls have seen in it so far."""

    hour: datetime
    norm: Norm
    bodies: PageNorm
    before: Silence  # at the beginning of the hour
    newest: datetime | None = None  # when a page was last seen for the first time
    found: int = 0
    was_read: bool = False
    was_judged: bool = False  # within this hour, by all that the store knows

    def silence(self, now: datetime) -> Silence:
        if self.found:
            return replace(self.before, since=self.hour, events=0.0, pages=0.0)
        if not self.was_read:
            return self.before
        pages = self.norm.expected(self.hour) * min((now - self.hour) / HOUR, 1.0)
        return replace(
            self.before,
            events=self.before.events + pages / self.norm.burst,
            pages=self.before.pages + pages,
        )


class NormCache:
    """Cache of the norms of every source; one for a process."""

    def __init__(self, services: Services) -> None:
        self._database = services.database
        self._known: dict[str, SourceNorms] = {}

    async def norms_of(self, source: str, now: datetime) -> SourceNorms:
        """What is known of a source, as of the beginning of this hour."""
        hour = start_of_hour(now)
        known = self._known.get(source)
        if known is None or known.hour != hour:
            known = await self._database.read(lambda c: self._learn(c, source, hour))
            self._known[source] = known
        return known

    def add(self, source: str, hour: Hour) -> None:
        """A poll has ended; what it saw is in the store."""
        known = self._known.get(source)
        if known is not None and known.hour == hour.hour:
            known.found += hour.found
            known.newest = hour.hour if hour.found else known.newest
            known.was_read |= hour.was_read

    def _learn(self, connection: Connection, source: str, hour: datetime) -> SourceNorms:
        hours = observations.hours(connection, source, since=hour - WEEKS)
        known = learn_source_norms([hourly for hourly in hours if hourly.hour <= hour], hour)
        known.newest = newest_seen(connection, source)
        return known


def learn_source_norms(hours: Sequence[Hour], hour: datetime) -> SourceNorms:
    """Learn the norms of a source from these hours, of which the last may be the one that runs."""
    before = [hourly for hourly in hours if hourly.hour < hour]
    now = [hourly for hourly in hours if hourly.hour == hour]
    # A silence teaches nothing of itself: the longer it were, the more usual it would be.
    last = max(
        (number for number, hourly in enumerate(before) if hourly.found), default=len(before)
    )
    norm = learn_norm(before[: last + 1])
    return SourceNorms(
        hour=hour,
        norm=norm,
        bodies=page_norm(hours),
        before=measure_silence(before, norm, now=hour),
        found=sum(hourly.found for hourly in now),
        was_read=any(hourly.was_read for hourly in now),
    )


def norm_before(connection: Connection, source: str, instant: datetime) -> PageNorm:
    """Norms of the source's pages as they were before then."""
    hour = start_of_hour(instant)
    hours = observations.hours(connection, source, since=hour - WEEKS)
    return page_norm(one for one in hours if one.hour <= hour)


def start_of_hour(now: datetime) -> datetime:
    """Beginning of the hour that this instant is in."""
    return now.replace(minute=0, second=0, microsecond=0)
