"""What an address says of its day, and which instants are of a range of days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crawler.crawl.backfill.days import Days, named_by

SEPTEMBER = Days(since=date(2019, 9, 1), until=date(2019, 9, 30), timezone="Europe/Minsk")


@pytest.mark.parametrize(
    ("url", "first", "last"),
    [
        ("https://wire.example/2019/09/03/talks", (2019, 9, 3), (2019, 9, 3)),
        ("https://wire.example/news/20190903-talks.html", (2019, 9, 3), (2019, 9, 3)),
        ("https://wire.example/a/2019-09-03", (2019, 9, 3), (2019, 9, 3)),
        ("https://wire.example/en/story/2019/09/1045", (2019, 9, 1), (2019, 9, 30)),
        ("https://wire.example/sitemap-2019-02.xml", (2019, 2, 1), (2019, 2, 28)),
        ("https://wire.example/politics/view/talks-122345-2019/", (2019, 1, 1), (2019, 12, 31)),
    ],
)
def test_an_address_names_a_day_a_month_or_a_year(
    url: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert named_by(url) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "url",
    [
        "https://wire.example/news/1376543",
        "https://wire.example/politics/120190903",
        "https://wire.example/talks-2030-agenda",
        "https://2019.wire.example/talks",
    ],
)
def test_a_number_is_no_date(url: str) -> None:
    assert named_by(url) is None


def test_a_day_begins_at_midnight_where_the_source_is() -> None:
    assert SEPTEMBER.hold(datetime(2019, 8, 31, 21, 0, tzinfo=UTC))
    assert not SEPTEMBER.hold(datetime(2019, 8, 31, 20, 59, tzinfo=UTC))
    assert not SEPTEMBER.hold(datetime(2019, 9, 30, 21, 0, tzinfo=UTC))


def test_a_range_falls_into_months_cut_to_its_days() -> None:
    days = Days(since=date(2019, 8, 30), until=date(2019, 10, 2))
    assert list(days.months()) == [
        (date(2019, 8, 30), date(2019, 8, 31)),
        (date(2019, 9, 1), date(2019, 9, 30)),
        (date(2019, 10, 1), date(2019, 10, 2)),
    ]
