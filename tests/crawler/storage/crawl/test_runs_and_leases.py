"""Every planned run ends with an outcome; one source runs in one place at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from crawler.storage.crawl import leases, processes, runs
from crawler.storage.crawl.run_lock import RunLock
from crawler.storage.database import Database
from tests.factories import fall_silent, had_run, register

MINUTE = timedelta(minutes=1)


async def test_a_source_is_at_its_baseline_until_a_run_of_it_was_done(
    database: Database, now: datetime
) -> None:
    first = await had_run(database, "wire", now, outcome="failed", reason="dns")
    second = await had_run(database, "wire", now, counts={"fetched": 3})
    third = await had_run(database, "wire", now, outcome="skipped")
    assert [run.baseline for run in (first, second, third)] == [True, True, False]
    assert (await database.read(runs.totals)) == {"polled": 2, "fetched": 3}


async def test_a_run_that_was_killed_ends_as_failed(database: Database, now: datetime) -> None:
    run = await database.write(lambda connection: runs.begin(connection, "wire", now=now))
    assert run is not None
    assert (
        await database.write(
            lambda connection: runs.abandon(connection, "the process ended", now=now + MINUTE)
        )
        == 1
    )
    last = (await database.read(runs.last))["wire"]
    assert (last.id, last.outcome, last.reason) == (run.id, "failed", "the process ended")


async def test_a_skipped_run_is_written_down_and_is_not_the_last_that_took_place(
    database: Database, now: datetime
) -> None:
    run = await had_run(database, "wire", now)
    await database.write(
        lambda connection: runs.skip(connection, "wire", "still at work", planned_at=now, now=now)
    )
    assert (await database.read(runs.last))["wire"].id == run.id


async def test_a_lease_is_anothers_until_it_ends_or_is_handed_back(
    database: Database, now: datetime
) -> None:
    until = now + MINUTE
    assert await database.write(
        lambda connection: leases.take(
            connection, "source:wire", "one:host:1", now=now, until=until
        )
    )
    assert await database.write(
        lambda connection: leases.take(
            connection, "source:wire", "one:host:1", now=now, until=until
        )
    )
    assert not await database.write(
        lambda connection: leases.take(
            connection, "source:wire", "two:host:2", now=now, until=until
        )
    )
    assert await database.write(
        lambda connection: leases.take(
            connection, "source:wire", "two:host:2", now=until, until=until + MINUTE
        )
    )
    await database.write(lambda connection: leases.hand_back(connection, "two:host:2"))
    assert await database.write(
        lambda connection: leases.take(
            connection, "source:wire", "one:host:1", now=now, until=until
        )
    )


async def test_the_lease_of_a_process_whose_heartbeat_stopped_is_free(
    database: Database, now: datetime
) -> None:
    for owner in ("stopped", "late", "alive"):
        await database.write(partial(register, owner=owner))
        await database.write(
            partial(leases.take, name=owner, owner=owner, now=now, until=now + MINUTE)
        )
    await database.write(partial(processes.end, process_id="stopped"))
    await database.write(partial(fall_silent, process_id="late"))
    await database.write(leases.clear_dead)
    taken = [
        await database.write(
            partial(leases.take, name=name, owner="new", now=now, until=now + MINUTE)
        )
        for name in ("stopped", "late", "alive")
    ]
    assert taken == [True, True, False]


def test_one_run_a_store(database: Database) -> None:
    one, other = RunLock(database), RunLock(database)
    assert one.take()
    assert not other.take()
    one.close()
    assert other.take()
    other.close()


def test_stores_in_two_schemas_of_one_database_have_locks_of_their_own(
    database: Database, store_url: str
) -> None:
    if database.is_sqlite:
        pytest.skip("a file is one store")
    elsewhere = Database(store_url.partition("?")[0])
    mine, other, again = RunLock(database), RunLock(elsewhere), RunLock(database)
    try:
        assert mine.take()
        assert (mine.is_taken(), other.is_taken()) == (True, False)
        assert not again.take()
    finally:
        for lock in (mine, again):
            lock.close()
        elsewhere.close()
