"""The operators are told once a day how it goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.health.reports.daily_report import DailyReport
from crawler.model.conditions import INSTALLATION, ConditionKind
from crawler.storage.health import condition_log
from crawler.storage.schema import outbox, stories
from tests.crawler.health.reports.watching import HOUR, MINUTE, SOURCES, Watch
from tests.factories import declared
from tests.sample_alerts import alert, instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

    Make = Callable[..., Watch]

NOON = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def on(hour: int, minute: int = 0, *, day: int = 28) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


async def test_it_is_told_once_at_its_time(watch: Make) -> None:
    one = watch()
    one.ran(on(6))
    daily = DailyReport(one.services, SOURCES)
    await daily.tell(on(6, 59))
    assert await one.titles() == []
    for at in (on(7), on(7, 1), on(23, 59)):
        await daily.tell(at)
        await DailyReport(one.services, SOURCES).tell(at)  # the daemon was started again
    assert await one.titles() == ["All is well: 2 sources"]
    await daily.tell(on(7, day=29))
    assert len(await one.titles()) == 2
    assert await one.titles("desk") == []


async def test_it_is_told_late_where_nothing_ran_but_on_the_same_day(watch: Make) -> None:
    one = watch()
    one.ran(on(5, day=26))
    await DailyReport(one.services, SOURCES).tell(on(15))
    (row,) = await one.told()
    assert row.kind == "ops-daily-2026-11-28"


async def test_a_store_that_is_younger_than_the_time_of_the_day_tells_nothing(watch: Make) -> None:
    one = watch()
    daily = DailyReport(one.services, SOURCES)
    await daily.tell(on(15))
    one.ran(on(14))
    await daily.tell(on(15))
    assert await one.titles() == []


@pytest.mark.parametrize(
    ("setting", "first", "day"),
    [
        ("02:30", "2026-03-29T01:30+00:00", 29),  # left out: it comes when the clock has moved on
        ("02:30", "2026-10-25T00:30+00:00", 25),  # repeated: it comes once
        ("30 2 * * *", "2026-10-25T00:30+00:00", 25),
        ("0 8 * * mon", "2026-10-26T07:00+00:00", 26),
    ],
)
async def test_the_change_of_clocks_neither_skips_nor_doubles_it(
    watch: Make, setting: str, first: str, day: int
) -> None:
    one = watch(ops={"daily": setting}, alerts={"timezone": "Europe/Berlin"})
    at = datetime.fromisoformat(first)
    one.ran(at - timedelta(days=20))
    daily = DailyReport(one.services, SOURCES)
    await daily.tell(at - MINUTE)
    assert await one.told() == []
    for minutes in range(0, 180, 20):
        await daily.tell(at + minutes * MINUTE)
    (row,) = await one.told()
    assert row.kind == f"ops-daily-{at:%Y-%m}-{day}"


async def test_it_names_what_ails_and_counts_the_day(watch: Make) -> None:
    one = watch()
    for hours in range(1, 30):
        one.ran(NOON - hours * HOUR)
    one.ran(NOON - HOUR, outcome="failed", reason="http-503")
    _delivered(one)

    def ail(connection: Connection) -> None:
        for source in ("belta", INSTALLATION, "no longer watched"):
            condition_log.open_condition(
                connection, source, ConditionKind.UNREACHABLE, "HTTP 503", now=NOON - 3 * HOUR
            )

    one.database.write_now(ail)
    title, lines = await DailyReport(one.services, SOURCES).compose(NOON)
    assert title == "The installation ails, and 1 of 2 sources ail"
    for line in (
        "Sources: 1 healthy, 1 ailing",
        "• BelTA: unreachable since 28 November, 09:00",
        "• The installation: unreachable since 28 November, 09:00",
        "Polled in 24 h: 1 source",
        "Not polled: BelTA",
        "Runs in 24 h: 24 done, 0 nothing new, 0 late, 1 failed, 0 skipped",
        "Stored in 24 h: 0 new stories, 0 articles; alerts sent: 100",
        "From publication to delivery: p50 50 s, p99 1 min 39 s (100 alerts)",
        "Oldest undelivered alert: 2 h, for desk",
        "Held for review: 1 alert (`wirewatch alerts held`)",
    ):
        assert line in lines
    assert "database: " in lines[-1]


def _delivered(one: Watch) -> None:
    """A hundred alerts, each a second slower than the one before; one waits, one is held."""

    def work(connection: Connection) -> None:
        for number in range(1, 103):
            insert = sa.insert(stories).values(created_at=NOON - 48 * HOUR).returning(stories.c.id)
            story = connection.execute(insert).scalar_one()
            told = replace(alert(story_id=story), published=instant(at=NOON - 2 * HOUR))
            row = {"story_id": story, "channel": "desk", "kind": "story", "tries": 1}
            row |= {"payload": told.to_json(), "not_before": NOON, "created_at": NOON - 2 * HOUR}
            row["state"] = {101: "pending", 102: "held"}.get(number, "sent")
            row["held_for"] = "flood" if number == 102 else ""
            sent_at = NOON - 2 * HOUR + timedelta(seconds=number) if number <= 100 else None
            connection.execute(sa.insert(outbox).values(**row, sent_at=sent_at))

    one.database.write_now(work)


async def test_many_that_ail_are_counted(watch: Make) -> None:
    one = watch()
    named = [declared(f"s{n:02}") for n in range(17)]

    def ail(connection: Connection) -> None:
        for spider in named:
            condition_log.open_condition(
                connection, spider.name, ConditionKind.FROZEN, "old", now=NOON
            )

    one.database.write_now(ail)
    title, lines = await DailyReport(one.services, named).compose(NOON)
    assert title == "17 of 17 sources ail"
    assert sum(line.startswith("• ") for line in lines) == 10
    assert "and 7 more" in lines
