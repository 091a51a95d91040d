"""Quiet hours, budgets and cron expressions, on days when the clock changes, too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config.cron import crontab, next_after
from crawler.config.times import Budget, Quiet, parse_duration, parse_time, positive_duration
from crawler.model.exceptions import Unusable

BERLIN = ZoneInfo("Europe/Berlin")  # summer time from 29 March 2026, 02:00, to 25 October, 03:00


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("hours", "clock", "quiet"),
    [
        ("22:00-07:00", "2026-11-23T21:59", False),
        ("22:00-07:00", "2026-11-23T22:00", True),
        ("22:00-07:00", "2026-11-24T06:59", True),
        ("22:00-07:00", "2026-11-24T07:00", False),
        ("12:30 - 13:00", "2026-11-24T12:45", True),
        ("mon-fri 22:00-07:00", "2026-11-28T06:00", True),  # Saturday: Friday's night
        ("mon-fri 22:00-07:00", "2026-11-28T23:00", False),
        ("sat,sun 00:00-24:00", "2026-11-29T23:59", True),
        ("sat,sun 00:00-24:00", "2026-11-30T00:00", False),
        ("fri-mon 00:00-24:00", "2026-11-30T12:00", True),
        ("fri-mon 00:00-24:00", "2026-12-01T12:00", False),
    ],
)
def test_quiet_hours(hours: str, clock: str, quiet: bool) -> None:
    assert Quiet.parse(hours).holds(at(clock)) is quiet


@pytest.mark.parametrize("text", ["", "22-7", "25:00-07:00", "22:00-22:00", "mo 22:00-07:00"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected hours such as"):
        Quiet.parse(text)


def test_a_budget() -> None:
    assert Budget.parse("20 in 10m") == Budget(count=20, span=timedelta(minutes=10))
    for wrong in ("20", "20 per 10m", "0 in 1h", "5 in 0m"):
        with pytest.raises(ValueError, match="'20 in 10m'"):
            Budget.parse(wrong)


@pytest.mark.parametrize(
    ("days", "names"),
    [("0", "Sun"), ("7", "Sun"), ("1", "Mon"), ("1-5", "Mon Tue Wed Thu Fri"), ("6-7", "Sat Sun")],
)
def test_days_of_the_week_are_numbered_as_in_cron(days: str, names: str) -> None:
    trigger = crontab(f"0 8 * * {days}")
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    week = [monday + timedelta(days=n) for n in range(7)]
    fires = [day for day in week if trigger.get_next_fire_time(None, day).date() == day.date()]
    assert " ".join(f"{day:%a}" for day in fires) == names


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no such day"):
        crontab("0 0 30 2 *")


def test_a_time_that_the_clock_leaves_out_comes_when_it_has_moved_on() -> None:
    night = at("2026-03-29T00:00+01:00")
    assert next_after("30 2 * * *", BERLIN, night) == at("2026-03-29T03:30+02:00")
    assert next_after("30 2 * * *", BERLIN, at("2026-03-29T03:10+02:00")) == at(
        "2026-03-29T03:30+02:00"
    )


def test_a_time_that_the_clock_repeats_comes_once() -> None:
    first = next_after("30 2 * * *", BERLIN, at("2026-10-25T00:00+02:00"))
    assert first == at("2026-10-25T02:30+02:00")
    assert next_after("30 2 * * *", BERLIN, first) == at("2026-10-26T02:30+01:00")
    assert next_after("30 2 * * *", BERLIN, at("2026-10-25T02:10+01:00")) == at(
        "2026-10-26T02:30+01:00"
    )


@given(start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_daily_time_comes_once_a_day_all_the_year(start: datetime) -> None:
    first = next_after("30 2 * * *", BERLIN, start)
    second = next_after("30 2 * * *", BERLIN, first)
    assert start < first <= start + timedelta(hours=25)
    days = (second.astimezone(BERLIN).date() - first.astimezone(BERLIN).date()).days
    assert days == 1


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("30s", 30), ("5m", 300), ("1.5 h", 5400), (" 7d ", 604_800), (90, 90), ("0s", 0)],
)
def test_a_duration_is_a_number_and_a_unit_or_seconds(written: object, seconds: float) -> None:
    assert parse_duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written", ["7", "7w", "d", "", "-1d", "9" * 20 + "d", None, True, "1h30m"]
)
def test_what_is_no_duration_is_none(written: object) -> None:
    assert parse_duration(written) is None


def test_a_duration_that_must_be_positive_is_not_zero() -> None:
    assert positive_duration("0s") is None
    assert positive_duration("1s") == timedelta(seconds=1)


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "begins", "hours"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC), 24),
        ("today", datetime(2026, 11, 23, tzinfo=UTC), 24),
        ("Yesterday", datetime(2026, 11, 22, tzinfo=UTC), 24),
        ("2h", datetime(2026, 11, 23, 10, tzinfo=UTC), 0),
        (" 7d ", datetime(2026, 11, 16, 12, tzinfo=UTC), 0),
        ("2026-11-20T06:30Z", datetime(2026, 11, 20, 6, 30, tzinfo=UTC), 0),
        ("2026-11-20 06:30", datetime(2026, 11, 20, 6, 30, tzinfo=UTC), 0),
        ("2026-11-20T06:30+03:00", datetime(2026, 11, 20, 3, 30, tzinfo=UTC), 0),
    ],
)
def test_a_time_is_a_day_a_duration_or_an_instant(
    written: str, begins: datetime, hours: int
) -> None:
    found = parse_time(written, of="--since", now=NOON)
    assert (found.begins, found.ends - found.begins) == (begins, timedelta(hours=hours))


def test_a_day_is_as_long_as_it_is_in_its_zone() -> None:
    found = parse_time("2026-03-29", of="--since", now=NOON, zone=ZoneInfo("Europe/Berlin"))
    assert (found.begins, found.ends - found.begins) == (
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        timedelta(hours=23),
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026-02-30", "--since: there is no such day: 2026-02-30"),
        ("2026-02-30T06:00", "--since: there is no such day: 2026-02-30T06:00"),
        ("2026-02-20T25:00", "--since: there is no such time: 2026-02-20T25:00"),
        ("soon", "--since 'soon': expected a day such as 2019-09-01, today"),
        ("", "--since '': expected"),
        ("9999-12-31", "--since: there is no such day"),
        ("99999999999d", "--since '99999999999d': expected"),
    ],
)
def test_a_time_that_is_none_is_named(written: str, said: str) -> None:
    with pytest.raises(Unusable) as refused:
        parse_time(written, of="--since", now=NOON)
    assert said in str(refused.value)
