"""Cron expressions as people write them, in the time of a place.

Days of the week are cron's own: 0 and 7 are Sunday. A time that a clock change leaves out comes
when the clock has moved on, and one that it repeats comes once.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.triggers.cron import CronTrigger

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERED = re.compile(r"([0-7])(?:-([0-7])(?:/(\d+))?)?")
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_WIDEST_CHANGE = timedelta(hours=3)  # of any clock


def crontab(expression: str) -> CronTrigger:
    """The trigger that fires by it, in UTC; raises `ValueError` where it is none."""
    fields = expression.split()
    if len(fields) == 5:  # APScheduler counts the days from Monday, which is 0
        fields[4] = ",".join(_named(part) for part in fields[4].split(","))
    trigger = CronTrigger.from_crontab(" ".join(fields), timezone=UTC)
    if trigger.get_next_fire_time(None, _ANY_TIME) is None:
        raise ValueError("there is no such day, so it never comes")
    return trigger


def next_after(expression: str, zone: ZoneInfo, after: datetime) -> datetime:
    """The first time after `after` that the clock of that place shows what the expression says."""
    trigger = crontab(expression)
    wall = after.astimezone(zone).replace(tzinfo=UTC) - _WIDEST_CHANGE
    while True:
        wall = trigger.get_next_fire_time(None, wall)
        at: datetime = wall.replace(tzinfo=zone).astimezone(UTC)
        if at > after:
            return at
        wall += timedelta(seconds=1)


def _named(part: str) -> str:
    found = _NUMBERED.fullmatch(part)
    if found is None:
        return part
    first, last, step = found.groups()
    days = _DAYS[int(first) : int(last or first) + 1 : int(step or 1)]
    if not days:
        raise ValueError(f"{part}: the days of the week go from 0 (Sunday) to 7")
    return ",".join(dict.fromkeys(days))
