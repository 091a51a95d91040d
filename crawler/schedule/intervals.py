"""Polling interval: how often a source is worth asking, learned from how often it publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from math import exp, log
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.config.models import CrawlConfig

WINDOW = timedelta(days=7)  # what is learned is learned from these last days
_TOGETHER = timedelta(minutes=1)  # what appears within it, appears at once
_DOUBT = 3  # gaps that the interval we start with is worth


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalBounds:
    """Bounds of a learned interval, and the interval to begin with."""

    start: timedelta
    fastest: timedelta
    slowest: timedelta

    @classmethod
    def of(cls, crawl: CrawlConfig) -> IntervalBounds:
        """An interval that is outside the bounds widens them: who set it meant it."""
        return cls(
            start=crawl.interval,
            fastest=min(crawl.fastest, crawl.interval),
            slowest=max(crawl.slowest, crawl.interval),
        )


def learned_interval(
    arrivals: Iterable[datetime], *, watched: timedelta, bounds: IntervalBounds, now: datetime
) -> timedelta:
    """Interval for a source that published at these instants of the last `WINDOW`.

    Half the median gap between them: then a story waits a quarter of it on average. The fewer gaps
    there are, the nearer it stays to the interval that we start with. `watched` is for how long we
    have asked the source: silence tells something only then.
    """
    gaps = _gaps(arrivals, now)
    if not gaps:
        return bounds.slowest if watched >= WINDOW else bounds.start
    aim = max(median(gaps) / 2, 1.0)
    trust = len(gaps) / (len(gaps) + _DOUBT)
    # Between the two by their ratio: from five minutes, an hour is as far as 25 seconds.
    seconds = exp(trust * log(aim) + (1 - trust) * log(bounds.start.total_seconds()))
    return min(max(timedelta(seconds=round(seconds, 3)), bounds.fastest), bounds.slowest)


def _gaps(arrivals: Iterable[datetime], now: datetime) -> list[float]:
    """Seconds between what appeared, and then what appeared."""
    distinct: list[datetime] = []
    for instant in sorted(arrivals):
        if not distinct or instant - distinct[-1] > _TOGETHER:
            distinct.append(instant)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(distinct)]
    # The gap that is still open counts once it is longer than they usually are.
    if gaps and (still := (now - distinct[-1]).total_seconds()) > median(gaps):
        gaps.append(still)
    return gaps
