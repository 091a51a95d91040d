"""A source is asked as often as it publishes, within bounds, and never because of nonsense."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.config.models import CrawlConfig
from crawler.schedule.intervals import WINDOW, IntervalBounds, learned_interval

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BOUNDS = IntervalBounds(start=5 * MINUTE, fastest=2 * MINUTE, slowest=HOUR)


def every(gap: timedelta, count: int, *, last: timedelta = timedelta(0)) -> list[datetime]:
    return [NOW - last - n * gap for n in range(count)]


def asked(arrivals: list[datetime], *, watched: timedelta = WINDOW) -> timedelta:
    return learned_interval(arrivals, watched=watched, bounds=BOUNDS, now=NOW)


def test_a_source_is_asked_about_twice_as_often_as_it_publishes() -> None:
    assert 14 * MINUTE < asked(every(30 * MINUTE, 300)) <= 15 * MINUTE


def test_the_interval_stays_within_its_bounds() -> None:
    assert asked(every(90 * timedelta(seconds=1), 300)) == BOUNDS.fastest
    assert asked(every(8 * HOUR, 20)) == BOUNDS.slowest


def test_little_evidence_moves_it_little() -> None:
    steps = [asked(every(40 * MINUTE, count)) for count in range(1, 30)]
    # One instant is no gap: of a source that is watched for a week, it is all there was.
    assert steps[0] == BOUNDS.slowest
    assert BOUNDS.start < steps[1] < 8 * MINUTE
    assert steps[1:] == sorted(steps[1:])
    assert steps[-1] < 20 * MINUTE


def test_silence_says_something_only_after_a_while() -> None:
    assert asked([], watched=timedelta(0)) == BOUNDS.start
    assert asked([], watched=WINDOW) == BOUNDS.slowest


def test_what_appears_together_counts_once() -> None:
    batches = [at - n * timedelta(seconds=5) for at in every(HOUR, 40) for n in range(5)]
    assert asked(batches) > 25 * MINUTE


def test_a_quiet_night_does_not_slow_a_busy_source_down() -> None:
    days = [NOW - timedelta(days=d) - n * 10 * MINUTE for d in range(5) for n in range(60)]
    assert asked(days) < 6 * MINUTE


def test_the_same_past_gives_the_same_interval_in_any_order() -> None:
    arrivals = every(17 * MINUTE, 30)
    assert asked(arrivals) == asked(arrivals[::-1])


def test_an_interval_outside_the_bounds_widens_them() -> None:
    quick = IntervalBounds.of(CrawlConfig(interval=timedelta(seconds=10)))
    slow = IntervalBounds.of(CrawlConfig(interval=6 * HOUR))
    assert (quick.fastest, slow.slowest) == (timedelta(seconds=10), 6 * HOUR)
