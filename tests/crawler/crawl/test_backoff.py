"""A document that fails is left alone for longer each time, and never for good."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Literal

import pytest

from crawler.config.source import Source
from crawler.crawl.backoff import Gravity, gravity, longest_wait, wait
from crawler.crawl.failures import RequestFailure

URL = "https://wire.example/rss"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("slug", ["timeout", "http-500", "http-503", "http-429", "dns", "cut"])
def test_what_may_pass_is_tried_again_within_the_hour(slug: str) -> None:
    trouble = RequestFailure(slug=slug, said="")
    assert gravity(trouble) is Gravity.TEMPORARY
    waits = [wait(trouble, url=URL, failures=n) for n in range(1, 50)]
    assert waits[0] < timedelta(minutes=1.3)
    assert all(later > earlier for earlier, later in pairwise(waits[:6]))
    assert timedelta(minutes=40) < waits[-1] <= HOUR


@pytest.mark.parametrize(
    "trouble",
    [
        RequestFailure(slug="http-404", said="", permanent=True),
        RequestFailure(slug="http-403", said=""),
        RequestFailure(slug="challenge", said=""),
        RequestFailure(slug="not-a-feed", said=""),
    ],
    ids=lambda trouble: trouble.slug,
)
def test_what_stands_in_the_way_is_asked_within_the_hour_at_first_and_daily_in_the_end(
    trouble: RequestFailure,
) -> None:
    assert gravity(trouble) is Gravity.HARD
    waits = [wait(trouble, url=URL, failures=n) for n in range(1, 100)]
    assert waits[0] < timedelta(minutes=13)
    assert waits[1] < HOUR
    assert 19 * HOUR < waits[-1] <= 24 * HOUR


def test_the_feeds_of_one_host_do_not_come_back_together() -> None:
    trouble = RequestFailure(slug="timeout", said="")
    waits = {wait(trouble, url=f"{URL}/{n}", failures=1) for n in range(20)}
    assert len(waits) == 20
    assert wait(trouble, url=URL, failures=3) == wait(trouble, url=URL, failures=3)


def source(interval: timedelta | None, kind: Literal["wire", "institution", "site"]) -> Source:
    return Source(name="one", kind=kind, interval=interval, feeds=(URL,))


@pytest.mark.parametrize(
    ("interval", "longest"),
    [
        (timedelta(seconds=30), timedelta(minutes=2.5)),
        (timedelta(minutes=2), timedelta(minutes=10)),
        (timedelta(hours=1), timedelta(minutes=10)),
        (None, timedelta(minutes=10)),
    ],
)
def test_a_wire_that_is_down_is_asked_again_within_five_intervals_or_ten_minutes(
    interval: timedelta | None, longest: timedelta
) -> None:
    limit = longest_wait(source(interval, "wire"), timedelta(minutes=5))
    assert limit == longest
    trouble = RequestFailure(slug="http-503", said="")
    waits = [wait(trouble, url=URL, failures=n, longest_temporary=limit) for n in range(1, 50)]
    assert max(waits) <= longest
    blocked = RequestFailure(slug="http-403", said="")
    assert wait(blocked, url=URL, failures=50, longest_temporary=limit) > HOUR


def test_others_that_are_down_are_asked_again_within_the_hour() -> None:
    for kind in ("institution", "site"):
        assert longest_wait(source(timedelta(minutes=2), kind), timedelta(minutes=5)) == HOUR
