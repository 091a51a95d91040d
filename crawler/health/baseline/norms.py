"""Norms: what is usual for a source, learned from the polls of the last weeks, hour by hour.

Numbers in, numbers out: no store, no clock.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crawler.model.observation import Hour

#: What is learned is learned from these last weeks.
WEEKS = timedelta(weeks=8)
HOUR = timedelta(hours=1)
#: The newest pages, which are compared with those before them.
NEWEST = 20
_CELL = 2.0  # hours of one weekday that the same hour of all days is worth
_DAY = 6.0  # hours of all days that the mean of all hours is worth
_QUIET = 0.25  # of the mean: an hour that brings less is a quiet one


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """What a source usually does; with nothing learned, nothing is usual.

    `exposed` hours were read, and `found` new pages in them. `burst` is how many pages come at
    once: what is expected, divided by it, is a number of independent events.
    """

    exposed: int = 0
    found: int = 0
    rates: Mapping[tuple[int, int], float] = field(default_factory=dict, repr=False)
    burst: float = 1.0
    busy: float = 0.0  # new pages in an hour that has any: the median

    def expected(self, hour: datetime) -> float:
        """New pages in this hour, from its weekday and its time of day in UTC."""
        return self.rates.get((hour.weekday(), hour.hour), 0.0)

    @property
    def per_day(self) -> float:
        return sum(self.rates.values()) / 7

    @property
    def quiet_hours(self) -> tuple[int, ...]:
        """The hours of the day in UTC in which hardly anything comes on any day."""
        by_hour = [sum(self.rates.get((day, hour), 0.0) for day in range(7)) for hour in range(24)]
        limit = _QUIET * sum(by_hour) / 24
        return tuple(hour for hour, rate in enumerate(by_hour) if rate < limit)

    @property
    def quiet_days(self) -> tuple[int, ...]:
        """The days of the week (Monday is 0) on which hardly anything comes."""
        by_day = [sum(self.rates.get((day, hour), 0.0) for hour in range(24)) for day in range(7)]
        limit = _QUIET * sum(by_day) / 7
        return tuple(day for day, rate in enumerate(by_day) if rate < limit)


def learn_norm(hours: Sequence[Hour]) -> Norm:
    """Learn the norm from these hours: those that were read, and were not flooded.

    An hour of the week has its own mean, as far as there were enough of it; else it has a share of
    the mean of that time of day, and that of the mean of all.
    """
    usual = [hour for hour in hours if hour.was_read and not hour.flooded]
    if not usual:
        return Norm()
    rates = _rates(usual)
    seen = Counter((hour.hour.weekday(), hour.hour.hour) for hour in usual)
    counts = [hour.found for hour in usual]
    return Norm(
        exposed=len(usual),
        found=sum(counts),
        rates=rates,
        burst=_burst(usual, rates, seen),
        busy=float(median([count for count in counts if count] or [0])),
    )


def _rates(usual: Sequence[Hour]) -> dict[tuple[int, int], float]:
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    days: dict[int, list[int]] = defaultdict(list)
    for hour in usual:
        cells[hour.hour.weekday(), hour.hour.hour].append(hour.found)
        days[hour.hour.hour].append(hour.found)
    overall = sum(hour.found for hour in usual) / len(usual)
    by_day = {hour: _blend(days[hour], overall, _DAY) for hour in range(24)}
    return {
        (day, hour): _blend(cells[day, hour], by_day[hour], _CELL)
        for day in range(7)
        for hour in range(24)
    }


def _blend(counts: Sequence[int], prior: float, weight: float) -> float:
    return (sum(counts) + weight * prior) / (len(counts) + weight)


def _burst(
    usual: Sequence[Hour],
    rates: Mapping[tuple[int, int], float],
    seen: Mapping[tuple[int, int], int],
) -> float:
    """The index of dispersion: 1 where pages come one by one, more where they come in bursts.

    Each hour is compared with what the others alone would have led to expect.
    """
    expected = scatter = 0.0
    for hour in usual:
        cell = hour.hour.weekday(), hour.hour.hour
        rate, weight = rates[cell], seen[cell] + _CELL
        others = max(0.0, (rate * weight - hour.found) / (weight - 1))
        expected += rate
        scatter += (hour.found - others) ** 2
    return max(1.0, scatter / expected) if expected else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNorm:
    """Norm of a source's pages. `settled` of them were stored or rejected."""

    settled: int = 0
    stored: int = 0
    characters: float = 0.0  # in a body: the mean
    dated: float = 0.0  # share of those stored
    rejected: float = 0.0  # share of those settled
    timed: int = 0
    delay: float = 0.0  # seconds from publication to sight: the median of the hours


def page_norm(hours: Iterable[Hour], *, newest: int = NEWEST) -> PageNorm:
    """Learn the norm of pages, without the `newest`, which are to be compared with it."""
    before: list[Hour] = []
    skipped = 0
    for hour in sorted(hours, key=lambda hourly: hourly.hour, reverse=True):
        if skipped < newest:
            skipped += hour.stored + hour.rejected
        elif not hour.flooded:
            before.append(hour)
    stored = sum(hourly.stored for hourly in before)
    rejected = sum(hourly.rejected for hourly in before)
    delays = [hourly.delay / hourly.timed for hourly in before if hourly.timed]
    return PageNorm(
        settled=stored + rejected,
        stored=stored,
        characters=sum(hourly.characters for hourly in before) / stored if stored else 0.0,
        dated=sum(hourly.dated for hourly in before) / stored if stored else 0.0,
        rejected=rejected / (stored + rejected) if stored + rejected else 0.0,
        timed=sum(hourly.timed for hourly in before),
        delay=median(delays) if delays else 0.0,
    )
