"""One back-off for seconds and for timedeltas."""

from __future__ import annotations

from datetime import timedelta

from crawler.model.backoff import backoff

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_each_wait_is_twice_as_long_up_to_the_cap() -> None:
    assert [backoff(attempt, first=1.0, cap=10.0) for attempt in range(6)] == [1, 2, 4, 8, 10, 10]


def test_a_timedelta_grows_as_seconds_do() -> None:
    assert backoff(2, first=MINUTE, cap=HOUR) == timedelta(minutes=4)


def test_a_thousand_failures_overflow_nothing() -> None:
    assert backoff(1000, first=timedelta(minutes=10), cap=timedelta(days=1)) == timedelta(days=1)


def test_jitter_shortens_a_wait_and_never_lifts_it_above_the_cap() -> None:
    assert backoff(3, first=1.0, cap=60.0, jitter=0.5) == 4
    assert backoff(9, first=MINUTE, cap=HOUR, jitter=1.2) == HOUR


def test_before_the_first_failure_the_wait_is_the_first_one() -> None:
    assert backoff(-1, first=MINUTE, cap=HOUR) == MINUTE
