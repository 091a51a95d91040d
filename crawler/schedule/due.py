"""Due times of sources: the one answer that the scheduler, `--once` and `status` share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.triggers.interval import IntervalTrigger

from crawler.config.cron import crontab
from crawler.model.exceptions import Unusable
from crawler.storage.crawl.runs import CUT_OFF, RUNNING

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger
    from apscheduler.triggers.cron import CronTrigger

    from crawler.config.source import Source
    from crawler.storage.crawl.runs import Run


def trigger(source: Source, interval: timedelta) -> BaseTrigger:
    """What APScheduler fires the source by: its cron expression, or the interval that it has."""
    if source.cron:
        return _cron(source)
    return IntervalTrigger(seconds=interval.total_seconds(), timezone=UTC)


def next_run(source: Source, last: Run | None, interval: timedelta, now: datetime) -> datetime:
    """When the source is due; a restart keeps the rhythm and does not hammer anybody."""
    if last is None or last.started_at is None:
        return now
    if last.outcome == RUNNING or last.reason == CUT_OFF:
        return now  # it was cut off: take it up again at once
    if source.cron:
        # A clock that went back by a little does not make it twice; one that was far off may.
        began = last.started_at if last.started_at - now < _DAY else now
        upcoming: datetime = _cron(source).get_next_fire_time(None, began + timedelta(seconds=1))
        return upcoming
    return min(last.started_at, now) + interval


def next_in_rhythm(source: Source, at: datetime, interval: timedelta, now: datetime) -> datetime:
    """The first time after now at which the source is due, if one of its times is `at`."""
    if at > now:
        return at
    if source.cron:
        upcoming: datetime = _cron(source).get_next_fire_time(None, now + timedelta(microseconds=1))
        return upcoming
    return at + interval * ((now - at) // interval + 1)


#: A run that begins later than this after its time is late.
PUNCTUAL = timedelta(minutes=1)
_DAY = timedelta(days=1)


def _cron(source: Source) -> CronTrigger:
    try:
        return crontab(source.cron)
    except ValueError as error:
        raise Unusable(f"source {source.name}: cron = {source.cron!r}: {error}") from None
