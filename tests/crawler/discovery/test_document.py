"""What a document states beside its entries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.discovery.document import stated_pace

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("feed", "cache", "pace"),
    [
        (None, "", None),
        (10 * MINUTE, "", 10 * MINUTE),
        (None, "public, max-age=600", 10 * MINUTE),
        (5 * MINUTE, "max-age=900", 15 * MINUTE),
        (HOUR, "", None),  # what WordPress says of every feed
        (10 * MINUTE, "max-age=31536000", 10 * MINUTE),
        (None, "max-age=0, no-cache", None),
        (None, "s-maxage=60", None),
        (timedelta(0), "", None),
    ],
)
def test_a_stated_pace_counts_where_it_is_sensible(
    feed: timedelta | None, cache: str, pace: timedelta | None
) -> None:
    assert stated_pace(feed, cache) == pace
