"""Analysts are told when a source was blind, and what was recovered, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.health.reports.outage_notices import REPAIRED, OutageNotices
from crawler.storage.health import outages
from crawler.storage.schema import articles, stories
from tests.crawler.health.reports.watching import HOUR, MINUTE, SOURCES, Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

    Make = Callable[..., Watch]

SINCE = datetime(2026, 11, 28, 2, 10, tzinfo=UTC)
UNTIL = datetime(2026, 11, 28, 5, 40, tzinfo=UTC)
SOON = UNTIL + 3 * MINUTE


def store(one: Watch, *published: datetime | None, source: str = "kazinform") -> None:
    """Articles that were seen after the gap."""

    def work(connection: Connection) -> None:
        for at in published:
            insert = sa.insert(stories).values(created_at=UNTIL).returning(stories.c.id)
            story = connection.execute(insert).scalar_one()
            seen = UNTIL + MINUTE
            url = f"https://{source}.example/{story}"
            row = {"url": url, "link": url, "source": source, "story_id": story, "text": ""}
            row |= {"relation": "new", "title": "", "published_at": at, "first_seen": seen}
            row |= {"fetched_at": seen, "stored_at": seen}
            connection.execute(sa.insert(articles).values(row))

    one.database.write_now(work)


async def test_a_gap_of_one_source_is_told_with_its_reason(watch: Make) -> None:
    one = watch()
    for minutes in (30, 60, 90):
        one.ran(SINCE + minutes * MINUTE, outcome="failed", reason="http-503")
    store(one, SINCE + HOUR, UNTIL - HOUR, None, SINCE - HOUR)
    await one.database.write(
        lambda connection: outages.record_outage(
            connection, "kazinform", since=SINCE, until=UNTIL, outcome=REPAIRED
        )
    )
    tell = OutageNotices(one.services, SOURCES).tell
    await tell(SOON)
    await tell(SOON + MINUTE)
    (row,) = await one.told()
    assert row.payload["title"] == "Kazinform blind 02:10–05:40 UTC; 3 articles recovered"
    assert row.payload["lead"].splitlines() == [
        "3 polls in vain: http-503.",
        "Asked in vain 02:40–03:40 UTC; last answer 02:10, next 05:40 UTC.",
    ]
    assert await one.database.read(outages.untold_outages) == []


async def test_it_is_told_once_the_repair_is_over_or_an_hour_has_passed(watch: Make) -> None:
    one = watch()
    await one.database.write(
        lambda connection: outages.record_outage(connection, "kazinform", since=SINCE, until=UNTIL)
    )
    tell = OutageNotices(one.services, SOURCES).tell
    await tell(SOON)
    assert await one.told() == []
    await one.database.write(
        lambda connection: outages.record_repair(
            connection, "kazinform", "the repair failed: http-500"
        )
    )
    await tell(SOON)
    (row,) = await one.told()
    assert "Wirewatch was not running, or its machine slept." in row.payload["lead"]
    assert "The repair failed: http-500." in row.payload["lead"]
    await one.database.write(
        lambda connection: outages.record_outage(connection, "belta", since=SINCE, until=UNTIL)
    )
    await tell(UNTIL + 59 * MINUTE)
    assert len(await one.told()) == 1
    await tell(UNTIL + 61 * MINUTE)
    assert "Its past is not read yet." in (await one.told())[-1].payload["lead"]


async def test_what_was_down_as_a_whole_is_one_message(watch: Make) -> None:
    one = watch(ops={"gaps": ["desk"]})
    store(one, SINCE + HOUR)
    store(one, SINCE + HOUR, source="belta")
    for number, (source, outcome) in enumerate(
        (("kazinform", REPAIRED), ("belta", "the source offers no past to repair from"))
    ):
        later = number * MINUTE
        await one.database.write(
            partial(
                outages.record_outage,
                source=source,
                since=SINCE - later,
                until=UNTIL,
                outcome=outcome,
            )
        )
    earlier = SINCE - timedelta(days=2)
    await one.database.write(
        lambda connection: outages.record_outage(
            connection, "kazinform", since=earlier, until=earlier + 22 * HOUR, outcome=REPAIRED
        )
    )
    await OutageNotices(one.services, SOURCES).tell(SOON)
    other, row = await one.told("desk")
    assert await one.told("ops") == []
    whole = "Wirewatch blind 02:10–05:40 UTC: 2 sources; 2 articles recovered"
    assert row.payload["title"] == whole
    assert row.payload["lead"].splitlines() == [
        "Wirewatch was not running, or its machine slept.",
        "The source offers no past to repair from: BelTA",
    ]
    assert "26 November, 02:10 – 27 November, 00:10 UTC" in other.payload["title"]


async def test_a_gap_is_told_and_written_down_in_one_transaction(
    watch: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = watch()
    await one.database.write(
        lambda connection: outages.record_outage(
            connection, "kazinform", since=SINCE, until=UNTIL, outcome=REPAIRED
        )
    )
    notices = OutageNotices(one.services, SOURCES)

    def fail(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("crawler.storage.health.outages.mark_told", fail)
        with pytest.raises(RuntimeError, match="killed"):
            await notices.tell(SOON)
    assert await one.told() == []
    await notices.tell(SOON)
    assert len(await one.told()) == 1


async def test_without_a_channel_it_is_in_the_log(
    watch: Make, caplog: pytest.LogCaptureFixture
) -> None:
    one = watch(ops={"channels": []})
    await one.database.write(
        lambda connection: outages.record_outage(
            connection, "belta", since=SINCE, until=UNTIL, outcome=REPAIRED
        )
    )
    await OutageNotices(one.services, SOURCES).tell(SOON)
    assert "BelTA blind 02:10–05:40 UTC; 0 articles recovered" in caplog.text
