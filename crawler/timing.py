"""When a source is due: the one answer that the schedule, `--once` and `status` share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.triggers.interval import IntervalTrigger

from crawler.crontab import crontab
from crawler.errors import Unusable

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger
    from apscheduler.triggers.cron import CronTrigger

    from crawler.storage.runs import Run
    from crawler.wire import WireSpider


def trigger(spider: type[WireSpider], interval: timedelta) -> BaseTrigger:
    """What APScheduler fires the source by: its cron expression, or the interval that it has."""
    if spider.cron:
        return _cron(spider)
    return IntervalTrigger(seconds=interval.total_seconds(), timezone=UTC)


def next_run(
    spider: type[WireSpider], last: Run | None, interval: timedelta, now: datetime
) -> datetime:
    """When the source is due; a restart keeps the rhythm and does not hammer anybody."""
    if last is None or last.started_at is None:
        return now
    if last.outcome == "running" or last.reason == CUT_OFF:
        return now  # it was cut off: take it up again at once
    if spider.cron:
        after = last.started_at + timedelta(seconds=1)
        upcoming: datetime = _cron(spider).get_next_fire_time(None, after)
        return upcoming
    return last.started_at + interval


#: The reason of a run whose process was killed.
CUT_OFF = "the process ended"


def _cron(spider: type[WireSpider]) -> CronTrigger:
    try:
        return crontab(spider.cron)
    except ValueError as error:
        raise Unusable(f"source {spider.name}: cron = {spider.cron!r}: {error}") from None
