"""Days: those of a range, those an address names, and whether an instant is of a range."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

# 2019/09/03, 2019-09-03, 20190903; else 2019/09, 2019-09; else a year at the end: "-122345-2019/".
_YEAR = r"(?<!\d)((?:19|20)\d\d)"
_DAY = re.compile(_YEAR + r"([/_.-]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
_MONTH = re.compile(_YEAR + r"[/_-](0[1-9]|1[0-2])(?!\d)")
_LAST_YEAR = re.compile(r"[-_/]((?:19|20)\d\d)(?:/|\.html?)?$")
_ONE = timedelta(days=1)
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """From the first day to the last, both included, in the zone of the source."""

    since: date
    until: date
    timezone: str = "UTC"

    @property
    def begins(self) -> datetime:
        return self.midnight(self.since)

    @property
    def ends(self) -> datetime:
        """The instant after the last day."""
        return self.midnight(self.until + _ONE)

    def midnight(self, day: date) -> datetime:
        local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.timezone))
        return local.astimezone(UTC)

    def hold(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends

    def overlap(self, first: date, last: date) -> bool:
        return first <= self.until and last >= self.since

    def each(self) -> Iterator[date]:
        for number in range((self.until - self.since).days + 1):
            yield self.since + timedelta(days=number)

    def months(self) -> Iterator[tuple[date, date]]:
        """The calendar months that these days are of, each cut to these days."""
        first = self.since
        while first <= self.until:
            last = min(first.replace(day=monthrange(first.year, first.month)[1]), self.until)
            yield first, last
            first = last + _ONE


def named_by(url: str) -> tuple[date, date] | None:
    """The first and the last day that an address leaves open; None where it names no date."""
    path = url.partition("://")[2].partition("/")[2].partition("#")[0]
    for found in _DAY.finditer(path):
        try:
            day = date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            continue
        return day, day
    if found_month := _MONTH.search(path):
        year, month = int(found_month[1]), int(found_month[2])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if found_year := _LAST_YEAR.search(path):
        return date(int(found_year[1]), 1, 1), date(int(found_year[1]), 12, 31)
    return None
