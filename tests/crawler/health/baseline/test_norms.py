"""Norms are learned from simulated sources, and nothing is raised that is usual for one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from crawler.health.baseline import flood
from crawler.health.baseline.norm_cache import learn_source_norms
from crawler.health.baseline.norms import Norm, learn_norm, page_norm
from crawler.model.observation import Hour
from tests.crawler.health.baseline.simulated import (
    BEGIN,
    DAY,
    HOUR,
    SOURCES,
    WEEK,
    died,
    silences,
    simulate,
)

if TYPE_CHECKING:
    from datetime import timedelta

#: How long after it died each is known to be silent, at most.
NOTICED = {
    "a wire round the clock": 4 * HOUR,
    "an institution in office hours": 5 * DAY,
    "a weekly institution": 3 * WEEK,
    "a bursty wire": 3 * WEEK,
    "a wire of one an hour": DAY,
}


@pytest.mark.parametrize("name", SOURCES)
def test_no_source_is_silent_by_its_own_norm_in_eight_weeks(name: str) -> None:
    hours = simulate(SOURCES[name], 8 * WEEK, seed=8)
    assert list(silences(hours, since=BEGIN)) == []


@pytest.mark.parametrize(("name", "within"), NOTICED.items())
def test_a_source_that_dies_is_noticed(name: str, within: timedelta) -> None:
    dies = BEGIN + 6 * WEEK + DAY + 10 * HOUR
    hours = died(simulate(SOURCES[name], 6 * WEEK + DAY + within + 11 * HOUR, seed=9), dies)
    assert next(silences(hours, since=dies)) - dies <= within


def test_hours_without_a_poll_that_succeeded_are_no_silence() -> None:
    hours = simulate(SOURCES["a wire of one an hour"], 2 * WEEK, seed=1)
    end = hours[-1].hour
    unread = [Hour(hour=end + n * HOUR, polls=12, failed=12) for n in range(1, 72)]
    unpolled = [Hour(hour=end + 100 * HOUR, polls=1)]
    silence = learn_source_norms([*hours, *unread, *unpolled], end + 100 * HOUR).silence(
        end + 101 * HOUR
    )
    assert silence.limit is not None
    assert silence.events < silence.limit


def test_a_week_must_have_been_seen_before_a_source_can_be_silent() -> None:
    hours = simulate(SOURCES["a wire round the clock"], 6 * DAY, seed=1)
    later = [Hour(hour=hours[-1].hour + n * HOUR, polls=12) for n in range(1, 200)]
    assert learn_source_norms([*hours, *later], later[-1].hour).before.limit is None


def test_a_norm_knows_the_hours_and_days_that_are_always_quiet() -> None:
    norm = learn_norm(simulate(SOURCES["an institution in office hours"], 8 * WEEK, seed=3))
    assert norm.quiet_hours == (0, 1, 2, 3, *range(13, 24))
    assert norm.quiet_days == (5, 6)
    assert 4 < norm.per_day < 5
    assert norm.expected(BEGIN + 6 * HOUR) > 0.4 > 0.15 > norm.expected(BEGIN + 5 * DAY + 6 * HOUR)


def test_little_is_known_of_an_hour_that_was_seen_once() -> None:
    hours = [Hour(hour=BEGIN + n * HOUR, polls=1, found=1) for n in range(7 * 24)]
    hours[30] = replace(hours[30], found=100)
    norm = learn_norm(hours)
    assert 1 < norm.expected(hours[30].hour) < 60
    assert norm.expected(hours[6].hour) > norm.expected(hours[7].hour)  # that hour on another day


def test_bursts_are_told_from_pages_that_come_one_by_one() -> None:
    assert learn_norm(simulate(SOURCES["a wire round the clock"], 4 * WEEK, seed=1)).burst < 1.3
    assert learn_norm(simulate(SOURCES["a bursty wire"], 4 * WEEK, seed=1)).burst > 5


def test_a_flood_is_ten_times_the_norm_and_twenty_pages() -> None:
    hours = simulate(SOURCES["a wire of one an hour"], WEEK, seed=1)
    norm, hour = learn_norm(hours), BEGIN + WEEK
    assert not flood.is_flood(19, norm, hour)
    assert flood.is_flood(25, norm, hour)
    bursts = learn_norm(simulate(SOURCES["a bursty wire"], 4 * WEEK, seed=1))
    assert not flood.is_flood(60, bursts, hour)
    assert not flood.is_flood(199, Norm(exposed=23), hour)
    assert flood.is_flood(200, Norm(exposed=23), hour)


def test_flooded_hours_teach_nothing() -> None:
    hours = simulate(SOURCES["a wire of one an hour"], WEEK, seed=1)
    flooded = Hour(hour=BEGIN + WEEK, polls=12, found=900, stored=900, flooded=True)
    assert learn_norm([*hours, flooded]) == learn_norm(hours)
    assert page_norm([*hours, flooded], newest=0) == page_norm(hours, newest=0)


def test_the_newest_pages_are_no_part_of_what_they_are_compared_with() -> None:
    hours = [
        Hour(hour=BEGIN + n * HOUR, polls=1, stored=10, characters=10_000, dated=10)
        for n in range(10)
    ]
    broken = [replace(hours[0], hour=BEGIN + n * HOUR, characters=10) for n in (10, 11)]
    usual = page_norm([*hours, *broken])
    assert (usual.stored, usual.characters, usual.dated) == (100, 1000, 1.0)
