"""Simulated sources: how many new pages each hour brings, for weeks."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import exp
from typing import TYPE_CHECKING

from crawler.health.baseline.norm_cache import learn_source_norms
from crawler.model.observation import Hour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    #: How many new pages come in this hour.
    Source = Callable[[datetime, random.Random], int]

BEGIN = datetime(2026, 9, 7, tzinfo=UTC)  # a Monday
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def poisson(mean: float, chance: random.Random) -> int:
    limit, product, count = exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def round_the_clock(hour: datetime, chance: random.Random) -> int:
    """A wire: twenty an hour by day, six by night."""
    return poisson(20 if 5 <= hour.hour < 20 else 6, chance)


def office_hours(hour: datetime, chance: random.Random) -> int:
    """An institution in Astana: some six a day, on working days only."""
    return poisson(0.7, chance) if hour.weekday() < 5 and 4 <= hour.hour < 13 else 0


def weekly(hour: datetime, chance: random.Random) -> int:
    """Four or so on a Tuesday morning, give or take an hour."""
    return poisson(2.2, chance) if hour.weekday() == 1 and hour.hour in {9, 10} else 0


def bursty(hour: datetime, chance: random.Random) -> int:
    """Ten at once, twice in three days, at any time."""
    return chance.randint(5, 15) if chance.random() < 2 / 72 else 0


def lively(hour: datetime, chance: random.Random) -> int:
    """One an hour, always."""
    return poisson(1, chance)


SOURCES: dict[str, Source] = {
    "a wire round the clock": round_the_clock,
    "an institution in office hours": office_hours,
    "a weekly institution": weekly,
    "a bursty wire": bursty,
    "a wire of one an hour": lively,
}


def simulate(source: Source, length: timedelta, seed: int) -> list[Hour]:
    """What twelve polls an hour see of it."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    hours = (BEGIN + n * HOUR for n in range(int(length / HOUR)))
    return [
        Hour(hour=hour, polls=12, found=found, stored=found, characters=2000 * found, dated=found)
        for hour in hours
        for found in [source(hour, chance)]
    ]


def silences(hours: Sequence[Hour], *, since: datetime) -> Iterator[datetime]:
    """When the watch would find the source silent, asked at the end of every hour."""
    for number, hour in enumerate(hours):
        if hour.hour < since:
            continue
        seen = [*hours[max(0, number - 24 * 56) : number], hour]
        end = hour.hour + HOUR
        silence = learn_source_norms(seen, hour.hour).silence(end)
        if silence.limit is not None and silence.events > silence.limit:
            yield end


def died(hours: Sequence[Hour], at: datetime) -> list[Hour]:
    """The same source, of which nothing comes from then on."""
    return [
        hour if hour.hour < at else replace(hour, found=0, stored=0, characters=0, dated=0)
        for hour in hours
    ]
