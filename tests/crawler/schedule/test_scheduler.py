"""No source is skipped or polled twice: over overlaps, outages, midnight, and clocks that jump."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
import time_machine

from crawler.config.config import Config
from crawler.config.models import StoreConfig
from crawler.model.clock import utc_now
from crawler.runtime.clock_watch import ClockWatch
from crawler.runtime.services import Services
from crawler.schedule.scheduler import Schedule
from crawler.storage.alerts import outbox, outbox_report
from crawler.storage.crawl import leases, runs
from crawler.storage.crawl.runs import SCHEDULE, Run
from tests.factories import declared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy.engine import Connection

    from crawler.config.source import Source
    from crawler.storage.database import Database

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


HOURLY = declared("hourly", interval="1h")
NIGHTLY = declared("nightly", cron="0 3 * * *")


class Desk:
    """A schedule whose polls are of no length, unless the gate is shut, in a time of our own."""

    def __init__(self, services: Services, time: time_machine.Traveller, *sources: Source):
        self.services = services
        self.time = time
        self.database = services.database
        self.gate = asyncio.Event()
        self.gate.set()
        self.polled: list[tuple[str, datetime]] = []
        self.owner = "this daemon"
        self.schedule = Schedule(services, sources, self._poll, utc_now)

    async def _poll(self, spider: Source) -> None:
        name, now = f"source:{spider.name}", utc_now()
        await self.database.write(
            lambda connection: leases.take(connection, name, self.owner, now=now, until=now + HOUR)
        )
        run = await self.database.write(
            lambda connection: runs.begin(connection, spider.name, now=utc_now(), cause=SCHEDULE)
        )
        if run is None:
            return
        self.polled.append((spider.name, utc_now()))
        await self.gate.wait()
        # Its lease may be over by now: it is at work all the same.
        ended = utc_now()

        def end(connection: Connection) -> None:
            runs.finish(connection, run.id, outcome="done", reason="", counts={}, now=ended)
            leases.hand_back(connection, self.owner, name)

        await self.database.write(end)

    async def at(self, instant: datetime) -> None:
        """It is that time now, and the schedule has had its beat and done what was due."""
        self.time.move_to(instant, tick=False)
        await self.schedule.beat(instant)
        await self.settle()

    async def settle(self) -> None:
        """Nothing is due any more, and nothing at work but what the gate holds up."""
        await asyncio.sleep(0.03)
        for _ in range(1000):
            due = [
                at for at in (await self.database.read(runs.planned)).values() if at <= utc_now()
            ]
            busy = self.schedule._at_work and self.gate.is_set()
            if not due and not busy:
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.03)

    async def days_of(self, source: str) -> list[datetime]:
        return [at for name, at in self.polled if name == source]

    async def rows(self) -> list[Run]:
        return sorted(
            await self.database.read(lambda connection: runs.listed(connection, limit=500)),
            key=lambda run: run.id,
        )


@pytest.fixture
def services(store_url: str) -> Iterator[Services]:
    services = Services(Config(store=StoreConfig(url=store_url)))
    yield services
    services.close()


@pytest.fixture
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@asynccontextmanager
async def at_work(desk: Desk) -> AsyncIterator[Desk]:
    await desk.schedule.start()
    await desk.settle()
    try:
        yield desk
    finally:
        await desk.schedule.shut_down()
        await desk.settle()


async def test_each_planned_run_is_a_row_and_the_next_one_is_planned(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY)) as desk:
        await desk.at(START + HOUR)
        outcomes = [(run.planned_at, run.outcome) for run in await desk.rows()]
    assert outcomes == [
        (START, "done"),
        (START + HOUR, "done"),
        (START + 2 * HOUR, "planned"),
    ]


async def test_over_midnight_and_a_change_of_the_clocks_every_time_comes_once(
    services: Services, time: time_machine.Traveller
) -> None:
    # Europe's clocks go back on that night; the machine's zone must not matter.
    first = datetime(2026, 10, 23, 2, 30, tzinfo=UTC)
    time.move_to(first, tick=False)
    async with at_work(Desk(services, time, NIGHTLY, HOURLY)) as desk:
        for minutes in range(0, 3 * 24 * 60, 30):
            await desk.at(first + minutes * MINUTE)
        nightly, hourly = await desk.days_of("nightly"), await desk.days_of("hourly")
    assert nightly[1:] == [datetime(2026, 10, day, 3, 0, tzinfo=UTC) for day in (23, 24, 25)]
    assert hourly == [first + n * HOUR for n in range(72)]


async def test_a_machine_that_slept_polls_each_source_once_and_late(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY)) as desk:
        await desk.at(START + 9.5 * HOUR)
        rows = await desk.rows()
    assert [run.planned_at for run in rows] == [START, START + HOUR, START + 10.5 * HOUR]
    assert rows[1].lateness == 8.5 * HOUR


async def test_what_was_due_while_no_daemon_ran_is_late_and_not_lost(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY)):
        pass
    time.move_to(START + 5 * HOUR, tick=False)
    async with at_work(Desk(services, time, HOURLY)) as desk:
        rows = await desk.rows()
    assert [(run.planned_at, run.outcome) for run in rows[1:]] == [
        (START + HOUR, "done"),
        (START + 6 * HOUR, "planned"),
    ]
    assert rows[1].lateness == 4 * HOUR


async def test_a_clock_that_goes_back_delays_no_source_and_polls_none_twice(
    services: Services, time: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_work(Desk(services, time, HOURLY, NIGHTLY)) as desk:
        await desk.at(START + HOUR)
        await desk.at(START - DAY)  # it was a day and an hour ahead
        assert len(desk.polled) == 3
        await desk.at(START - DAY + 59 * MINUTE)
        assert len(desk.polled) == 3
        await desk.at(START - DAY + HOUR)
    assert await desk.days_of("hourly") == [START, START + HOUR, START - DAY + HOUR]
    assert await desk.days_of("nightly") == [START]


async def test_what_waits_for_a_time_is_moved_with_the_clock(
    services: Services, time: time_machine.Traveller
) -> None:
    await services.database.write(
        lambda connection: outbox.enqueue(
            connection,
            story_id=None,
            channel="desk",
            kind="ops-x",
            payload={},
            now=START + DAY + MINUTE,
        )
    )
    async with at_work(Desk(services, time, HOURLY)) as desk:
        time.move_to(START + DAY, tick=False)
        await desk.schedule.beat(START)
        await desk.settle()
    time.move_to(START, tick=False)
    async with at_work(Desk(services, time, HOURLY)):  # it went back while nobody was there
        (row,) = await services.database.read(outbox_report.listed)
    assert row.not_before == START + MINUTE


async def test_a_plan_made_after_the_clock_went_back_is_not_moved(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY)) as desk:
        desk.gate.clear()
        time.move_to(START + HOUR, tick=False)
        await desk.schedule.beat(START)
        await desk.settle()
        time.move_to(START, tick=False)
        desk.gate.set()  # the poll ends before the beat has noticed
        await desk.settle()
        await desk.at(START + 5 * SECOND)
        (following,) = (await desk.database.read(runs.planned)).values()
    assert len(desk.polled) == 2
    assert following > START


async def test_a_clock_whose_setting_a_poll_has_noticed_delays_no_other_source(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY)) as desk:
        await desk.at(START + HOUR)
        time.move_to(START, tick=False)
        await desk.schedule._look_at_clock()
        await desk.at(START + 5 * SECOND)
        await desk.at(START + HOUR)
    assert len(desk.polled) == 3


async def test_what_was_moved_with_the_clock_is_not_moved_again_by_the_next_daemon(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY)) as desk:
        await desk.at(START + HOUR)
        await desk.at(START + 10 * MINUTE)
    async with at_work(Desk(services, time, HOURLY)) as restarted:
        (following,) = (await restarted.database.read(runs.planned)).values()
    assert abs(following - (START + 70 * MINUTE)) < SECOND
    assert restarted.polled == []


async def test_daemons_that_share_a_store_move_once_what_waits(
    services: Services, time: time_machine.Traveller
) -> None:
    time.move_to(START + DAY, tick=False)
    async with (
        at_work(Desk(services, time, HOURLY)) as first,
        at_work(Desk(services, time, HOURLY)) as second,
    ):
        await first.at(START + DAY + 30 * MINUTE)
        await second.at(START + DAY + 30 * MINUTE)
        await first.at(START + DAY + 10 * MINUTE)
        await second.at(START + DAY + 10 * MINUTE)
        (following,) = (await second.database.read(runs.planned)).values()
    assert abs(following - (START + DAY + 40 * MINUTE)) < SECOND


async def test_a_run_that_comes_due_while_the_one_before_is_at_work_is_skipped_with_a_reason(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY)) as desk:
        desk.gate.clear()
        await desk.at(START + HOUR)
        await desk.at(START + 2 * HOUR)
        await desk.at(START + 3 * HOUR)
        desk.gate.set()
        await desk.settle()
        await desk.at(START + 3 * HOUR + 10 * MINUTE)
        rows = await desk.rows()
    outcomes = [(run.planned_at - START, run.outcome, run.reason) for run in rows]
    assert outcomes == [
        (0 * HOUR, "done", ""),
        (1 * HOUR, "done", ""),
        (2 * HOUR, "skipped", "the poll before it was still at work"),
        (4 * HOUR, "planned", ""),
    ]


async def test_a_source_that_is_not_enabled_any_more_has_no_plan(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY, NIGHTLY)):
        pass
    async with at_work(Desk(services, time, NIGHTLY)) as desk:
        hourly = [run for run in await desk.rows() if run.source == "hourly"]
    assert [run.outcome for run in hourly] == ["done", "skipped"]
    assert hourly[1].reason == "the source is not enabled any more"


async def test_a_source_that_is_added_is_polled_at_once_and_one_that_is_gone_never_again(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY)) as desk:
        await desk.schedule.change([NIGHTLY])
        await desk.at(START + SECOND)
        await desk.at(START + HOUR)
        rows = await desk.rows()
    assert desk.polled == [("hourly", START), ("nightly", START + SECOND)]
    gone = [(run.outcome, run.reason) for run in rows if run.source == "hourly"]
    assert gone == [("done", ""), ("skipped", "the source is not enabled any more")]


async def test_a_source_that_is_polled_more_often_now_is_so_from_its_last_poll_on(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY, NIGHTLY)) as desk:
        await desk.at(START + MINUTE)
        await desk.schedule.change([declared("hourly", interval="10m"), NIGHTLY])
        await desk.at(START + 10 * MINUTE)
        await desk.at(START + 20 * MINUTE)
        hourly, nightly = await desk.days_of("hourly"), await desk.days_of("nightly")
    assert [at - START for at in hourly] == [0 * MINUTE, 10 * MINUTE, 20 * MINUTE]
    assert len(nightly) == 1


async def test_a_poll_under_way_of_a_source_that_is_taken_out_ends_and_has_no_next(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY, NIGHTLY)) as desk:
        desk.gate.clear()
        await desk.at(START + HOUR)
        await desk.schedule.change([NIGHTLY])
        desk.gate.set()
        await desk.settle()
        hourly = [run.outcome for run in await desk.rows() if run.source == "hourly"]
    assert hourly == ["done", "done"]


async def test_a_poll_under_way_is_followed_by_the_rhythm_that_was_set_meanwhile(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY)) as desk:
        desk.gate.clear()
        await desk.at(START + HOUR)
        await desk.schedule.change([declared("hourly", interval="10m")])
        desk.gate.set()
        await desk.settle()
        (following,) = (await desk.database.read(runs.planned)).values()
    assert following == START + HOUR + 10 * MINUTE


async def test_daemons_that_share_a_store_share_the_polls(
    store_url: str, time: time_machine.Traveller
) -> None:
    config = Config(store=StoreConfig(url=store_url, shared=True))
    one, other = Services(config), Services(config)
    try:
        async with (
            at_work(Desk(one, time, HOURLY)) as first,
            at_work(Desk(other, time, HOURLY)) as second,
        ):
            for hours in range(1, 6):
                for desk in (first, second):
                    await desk.at(START + hours * HOUR)
        polled = sorted(at for _, at in first.polled + second.polled)
    finally:
        one.close()
        other.close()
    assert polled == [START + n * HOUR for n in range(6)]


async def test_a_plan_that_was_lost_is_made_again(
    services: Services, time: time_machine.Traveller
) -> None:
    async with at_work(Desk(services, time, HOURLY)) as desk:
        await desk.database.write(
            lambda connection: runs.call_off(connection, [], "gone", now=START)
        )
        desk.schedule._tended = float("-inf")
        await desk.schedule._tend()
        assert await desk.database.read(runs.planned) == {"hourly": START + HOUR}


async def test_the_runs_of_a_process_that_is_gone_are_closed_and_those_at_work_are_not(
    database: Database, now: datetime
) -> None:
    await database.write(
        lambda connection: leases.take(
            connection, "source:alive", "another", now=now, until=now + HOUR
        )
    )
    for source in ("alive", "dead"):
        await database.write(partial(runs.begin, source=source, now=now))
    assert (
        await database.write(
            lambda connection: runs.abandon(connection, "the process ended", now=now)
        )
        == 1
    )
    assert {run.source: run.outcome for run in await database.read(runs.listed)} == {
        "alive": "running",
        "dead": "failed",
    }


def test_a_clock_that_is_set_is_told_from_one_that_runs() -> None:
    instants = iter([START, START + MINUTE, START + 3 * MINUTE, START + HOUR, START + 30 * MINUTE])
    seconds = iter([0.0, 60.0, 178.0, 180.0, 240.0])
    watch = ClockWatch(lambda: next(instants), lambda: next(seconds))
    assert [watch.look().total_seconds() for _ in range(4)] == [0, 0, 3418, -1860]
