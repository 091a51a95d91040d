"""Times, durations, quiet hours and budgets as they are written.

"yesterday", "7d", "22:00-07:00", "20 in 10m".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from datetime import tzinfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_QUIET = re.compile(r"(?:(?P<days>\S+)\s+)?(?P<begin>\S+?)\s*-\s*(?P<end>\S+)")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_BUDGET = re.compile(r"(\d{1,6})\s+in\s+(\d{1,6})\s*([smhd])")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_MIDNIGHT = 24 * 60
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:?\d{2}.{0,20})?")
#: What `--since` and `--until` take, in words.
TIMES = "a day such as 2019-09-01, today, yesterday, 7d (ago), or 2019-09-01T06:00Z"


def parse_duration(value: object) -> timedelta | None:
    """Read "30s", "5m", "48h", "7d", or a number of seconds; None where it is none of those."""
    if isinstance(value, timedelta):
        return value
    try:
        if isinstance(value, str) and (found := _DURATION.fullmatch(value.strip())):
            return timedelta(**{_UNITS[found[2]]: float(found[1])})
        if isinstance(value, int | float) and not isinstance(value, bool):
            return timedelta(seconds=value)
    except (OverflowError, ValueError):  # inf, nan, or more than there is
        pass
    return None


def positive_duration(given: object) -> timedelta | None:
    """As `parse_duration`, but None where it is not above zero, too."""
    length = parse_duration(given)
    return length if length is not None and length > timedelta(0) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A span of the day, in minutes from midnight, on the days on which it begins (Monday: 0)."""

    days: frozenset[int]
    begin: int
    end: int  # not more than `begin`: on the next day

    @classmethod
    def parse(cls, text: str) -> Quiet:
        """Read "22:00-07:00" or "sat-sun 00:00-24:00"; raises `ValueError`."""
        found = _QUIET.fullmatch(text.strip().lower())
        begin, end = (_minutes(found[key]) if found else None for key in ("begin", "end"))
        days = _days(found["days"]) if found else None
        if begin is None or end is None or not days or begin in {end, _MIDNIGHT}:
            raise ValueError(
                "expected hours such as '22:00-07:00', with days before them if they are not "
                "the same every day: 'sat-sun 00:00-24:00'"
            )
        return cls(days=days, begin=begin, end=end)

    def holds(self, local: datetime) -> bool:
        """Whether a clock that shows this is within the span."""
        minute, day = local.hour * 60 + local.minute, local.weekday()
        if self.begin < self.end:
            return day in self.days and self.begin <= minute < self.end
        begun_today = day in self.days and minute >= self.begin
        begun_yesterday = (day - 1) % 7 in self.days and minute < self.end
        return begun_today or begun_yesterday


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """At most `count` messages in any `span`."""

    count: int
    span: timedelta

    @classmethod
    def parse(cls, text: str) -> Budget:
        """Read "20 in 10m"; raises `ValueError`."""
        found = _BUDGET.fullmatch(text.strip().lower())
        if found is None or not int(found[1]) or not int(found[2]):
            raise ValueError("expected a number of messages in a time, such as '20 in 10m'")
        return cls(count=int(found[1]), span=timedelta(**{_UNITS[found[3]]: int(found[2])}))


def _minutes(clock: str) -> int | None:
    found = _CLOCK.fullmatch(clock)
    minutes = int(found[1]) * 60 + int(found[2]) if found else _MIDNIGHT + 1
    return minutes if minutes <= _MIDNIGHT else None


def _days(text: str | None) -> frozenset[int] | None:
    """ "mon-fri", "sat,sun"; every day where nothing is said; None where it is no day."""
    if text is None:
        return frozenset(range(7))
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            return None
        begin = _DAYS.index(first)
        length = (_DAYS.index(last) - begin) % 7 if dash else 0
        days |= {(begin + step) % 7 for step in range(length + 1)}
    return frozenset(days)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """What a time on the command line means: a day is as long as it is, all else an instant."""

    begins: datetime
    ends: datetime


def parse_time(value: str, *, of: str, now: datetime, zone: tzinfo = UTC) -> TimeRange:
    """Read "2019-09-01", "today", "yesterday", "7d" (ago) or an ISO instant.

    Days are those of `zone`, and so is an instant that names no offset. Raises `Unusable`, which
    names the option (`of`).
    """
    written = value.strip()
    local = now.astimezone(zone).date()
    named = {"today": local, "yesterday": local - timedelta(days=1)}.get(written.lower())
    try:
        if named is not None or _DAY.fullmatch(written):
            return _day(named or date.fromisoformat(written), zone)
        if (ago := positive_duration(written)) is not None:
            return TimeRange(begins=now - ago, ends=now - ago)
        instant = datetime.fromisoformat(written)
        instant = (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
        return TimeRange(begins=instant, ends=instant)
    except (ValueError, OverflowError):
        if _INSTANT.fullmatch(written):
            raise Unusable(f"{of}: there is no such {_missing(written)}: {value}") from None
        raise Unusable(f"{of} {value!r}: expected {TIMES}") from None


def _day(day: date, zone: tzinfo) -> TimeRange:
    begins, ends = (
        datetime(one.year, one.month, one.day, tzinfo=zone).astimezone(UTC)
        for one in (day, day + timedelta(days=1))
    )
    return TimeRange(begins=begins, ends=ends)


def _missing(written: str) -> str:
    try:
        date.fromisoformat(written[:10])
    except ValueError:
        return "day"
    return "day" if len(written) == len("2019-09-01") else "time"
