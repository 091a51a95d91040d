"""The store stays small by itself, and nobody waits for that."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from crawler.config.config import Config
from crawler.daemon.retention import RetentionTask
from crawler.runtime.services import Services
from crawler.storage.maintenance.disk_space import page_usage, store_size
from crawler.storage.schema import (
    canaries,
    chores,
    conditions,
    gaps,
    leases,
    observations,
    runs,
    vitals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.storage.database import Database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def services(store_url: str) -> Iterator[Services]:
    opened = Services(Config(store={"url": store_url}))
    yield opened
    opened.close()


def _run(outcome: str, age: timedelta, **values: Any) -> dict[str, Any]:
    return {
        "source": "tass",
        "planned_at": NOW - age,
        "outcome": outcome,
        "reason": "",
        "counts": {},
        "cause": "planned",
        **values,
    }


def _put(database: Database, table: sa.Table, *rows: dict[str, Any]) -> None:
    database.write_now(lambda c: c.execute(sa.insert(table), list(rows)))


def _count(database: Database, table: sa.Table) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    return database.read_now(lambda c: c.execute(query).scalar_one())


async def test_runs_that_found_nothing_go_sooner_than_those_that_did(services: Services) -> None:
    found = {"fetched": 2, "extracted": 2}
    store = services.database
    _put(
        store,
        runs,
        _run("nothing new", 4 * DAY, reason="1"),
        _run("nothing new", 4 * DAY),
        _run("done", 4 * DAY, counts={"documents": 1, "entries": 30}),
        _run("done", 4 * DAY, counts=found, reason="2"),
        _run("done", 4 * DAY, counts={"rejected: no-text": 1}, reason=""),
        _run("failed", 4 * DAY, reason="3"),
        _run("done", 31 * DAY, counts=found),
        _run("planned", 31 * DAY),
        _run("running", 31 * DAY),
        _run("nothing new", 1 * DAY),
        _run("done", 1 * DAY),
        _run("failed", 1 * DAY),
    )
    removed = await RetentionTask(services).prune(NOW)
    assert removed == {"runs": 1, "runs without news": 2}
    assert _count(store, runs) == 9


async def test_the_newest_run_of_each_outcome_stays_whatever_its_age(services: Services) -> None:
    old = [_run(outcome, 400 * DAY) for outcome in ("done", "nothing new", "failed")]
    _put(services.database, runs, *old, *old)
    await RetentionTask(services).prune(NOW)
    assert _count(services.database, runs) == 3


async def test_what_is_known_of_the_past_goes_in_its_time(services: Services) -> None:
    store = services.database
    for age in (64 * DAY, 62 * DAY):
        _put(store, observations, {"source": "tass", "hour": NOW - age})
    for cleared in (NOW - 366 * DAY, NOW - DAY, None):
        source = f"tass{cleared}"
        raised = {"raised_at": NOW - 400 * DAY, "updated_at": NOW, "cleared_at": cleared}
        _put(store, conditions, {"source": source, "kind": "silent", **raised})
    for told in (NOW - 366 * DAY, None):
        since = {"since": NOW - 400 * DAY, "until": NOW - 399 * DAY, "told_at": told}
        _put(store, gaps, {"source": f"tass{told}", **since})
    for source in ("tass", "left"):
        page = {
            "url": "u",
            "entry": {},
            "html": b"",
            "expected": {},
            "made_by": "",
            "taken_at": NOW,
        }
        _put(store, canaries, {"source": source, **page})
        _put(store, vitals, {"source": source})
    removed = await RetentionTask(services).prune(NOW)
    assert removed == {"canaries": 1, "vitals": 1, "observations": 1, "conditions": 1, "gaps": 1}


async def test_it_is_done_once_a_day_and_after_a_day_off_at_once(services: Services) -> None:
    store, keeping = services.database, RetentionTask(services)

    async def is_done(at: datetime) -> bool:
        _put(store, observations, {"source": "tass", "hour": at - 100 * DAY})
        await keeping.do(at)
        return _count(store, observations) == 0

    assert await is_done(NOW), "never before"
    assert not await is_done(NOW + timedelta(hours=2))
    assert await is_done(datetime(2026, 11, 24, 3, 31, tzinfo=UTC)), "keep.at"
    assert not await is_done(datetime(2026, 11, 25, 3, 29, tzinfo=UTC))
    assert await is_done(datetime(2026, 11, 27, 17, 0, tzinfo=UTC)), "it was not up at keep.at"
    assert _count(store, chores) == 1


async def test_nobody_waits_noticeably_and_the_disk_has_its_room_again(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    store, many = services.database, 20_000
    rows = [
        _run("nothing new", 4 * DAY, counts={"entries": n, "x": "y" * 300}) for n in range(many)
    ]
    _put(store, runs, *rows)
    before = store.read_now(store_size)
    keeping = asyncio.ensure_future(RetentionTask(services).do(NOW))
    left: set[int] = set()  # as others found it between their writes
    writes = 0
    while not keeping.done():
        lease = {"name": f"{writes}", "owner": "o", "until": NOW}
        await store.write(lambda c, row=lease: c.execute(sa.insert(leases).values(row)))  # type: ignore[misc]
        writes += 1
        left.add(await asyncio.to_thread(_count, store, runs))
        await asyncio.sleep(0.005)
    await keeping
    assert _count(store, runs) == 1
    assert writes > 20
    assert len(left) > 20, "others came in between, again and again"
    assert f"old rows removed: {many - 1} runs without news" in caplog.text
    if store.is_sqlite:
        assert store.read_now(store_size) < before / 2
        assert not store.read_now(page_usage).is_much


@pytest.mark.parametrize(
    ("key", "age"), [("alerts", "6d"), ("uneventful", "12h"), ("observations", "7d")]
)
def test_what_is_in_use_still_cannot_be_called_old(key: str, age: str) -> None:
    with pytest.raises(ValidationError, match=f"keep.{key}: expected at least"):
        Config(keep={key: age})


@pytest.mark.parametrize("at", ["3:30", "24:00", "noon"])
def test_a_quiet_hour_is_a_time_of_day(at: str) -> None:
    with pytest.raises(ValidationError, match="a time of day in UTC"):
        Config(keep={"at": at})
