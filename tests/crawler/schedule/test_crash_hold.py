"""What is under way whenever the process ends is left alone; nothing else is, nor for long."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from crawler.config.config import Config
from crawler.health.crash_watch import CrashWatch
from crawler.model.conditions import ConditionKind
from crawler.runtime.services import Services
from crawler.schedule.crash_hold import crash_holds
from crawler.schedule.timetable import Timetable
from crawler.storage.crawl import runs
from crawler.storage.crawl.runs import CUT_OFF, STOPPED
from crawler.storage.health import condition_log
from tests.factories import declared, had_run

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.storage.database import Database

MINUTE = timedelta(minutes=1)
BAD, GOOD = declared("bad"), declared("good")


def _ended(database: Database, process: str, now: datetime, *sources: str) -> None:
    """A process ended in the midst of polls of these."""
    for source in sources:
        database.write_now(partial(runs.begin, source=source, now=now, process=process))
    database.write_now(partial(runs.abandon, reason=CUT_OFF, now=now))


def _held(database: Database) -> dict[str, tuple[int, datetime]]:
    held = database.read_now(partial(crash_holds, sources=["bad", "good"], first_pause=MINUTE))
    return {source: (hold.times, hold.until) for source, hold in held.items()}


def test_a_source_is_held_after_two_ends_and_longer_after_each_further_one(
    database: Database, now: datetime
) -> None:
    _ended(database, "1", now, "bad", "good")
    assert _held(database) == {}
    _ended(database, "2", now, "bad")
    assert _held(database) == {"bad": (2, now + MINUTE)}
    _ended(database, "3", now, "bad")
    assert _held(database) == {"bad": (3, now + 5 * MINUTE)}
    for process in range(4, 12):
        _ended(database, str(process), now, "bad")
    assert _held(database) == {"bad": (11, now + timedelta(hours=6))}


async def test_a_good_run_in_between_tells_that_it_was_not_this_source(
    database: Database, now: datetime
) -> None:
    _ended(database, "1", now, "good")
    await had_run(database, "good", now)
    _ended(database, "2", now, "good")
    assert _held(database) == {}


def test_a_stop_that_was_asked_for_counts_for_nothing(database: Database, now: datetime) -> None:
    _ended(database, "1", now, "bad")
    database.write_now(partial(runs.begin, source="bad", now=now, process="2"))
    database.write_now(partial(runs.cut_off, source="bad", reason=STOPPED, now=now))
    assert _held(database) == {}


async def test_it_is_planned_for_later_named_in_a_condition_and_released(
    store_url: str, now: datetime
) -> None:
    services = Services(Config.model_validate({"store": {"url": store_url}}))
    try:
        database = services.database
        for process in ("1", "2"):
            _ended(database, process, now, "bad")
        _ended(database, "2", now, "good")
        planned = await Timetable(services).plan([BAD, GOOD], now)
        assert {name: plan.at for name, plan in planned.items()} == {
            "bad": now + MINUTE,
            "good": now,
        }
        watch = CrashWatch(services)
        for _ in range(2):
            await watch.look([BAD, GOOD], now)
        (condition,) = await database.read(condition_log.open_conditions)
        assert (condition.source, condition.kind) == ("bad", ConditionKind.CRASHES)
        assert condition.detail.startswith("the process ended 2 times in a row while this source")
        await watch.release("bad", now)
        assert await database.read(condition_log.open_conditions) == []
    finally:
        services.close()
