"""What is shown is what the store holds; each look is a few look-ups in indexes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from crawler.cli.top.snapshot import Reader
from crawler.config.config import Config
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.health.source_summary import State
from crawler.model.clock import utc_now
from crawler.model.conditions import ConditionKind
from crawler.runtime.services import Services
from crawler.storage import schema
from crawler.storage.alerts import outbox
from crawler.storage.crawl import runs
from crawler.storage.crawl.run_lock import RunLock
from crawler.storage.health import condition_log
from crawler.storage.stories import articles
from tests.factories import NOON, article, had_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.engine import Connection

NAMES = ["kazinform", "belta", "tass"]


@pytest.fixture
def services(store_url: str) -> Iterator[Services]:
    opened = Services(Config(store={"url": store_url}, enabled=NAMES))
    yield opened
    opened.close()


def _reader(services: Services) -> Reader:
    return Reader(services, SourceLoader.of(services.config).enabled(services.config))


def _store(services: Services, source: str, name: str, now: datetime) -> None:
    one = article(f"https://wire.example/{name}", text=name, flagged=True)
    one = replace(one, page=replace(one.page, source=source))

    def work(connection: Connection) -> None:
        stored = articles.save_article(connection, one, now=now)
        outbox.enqueue(
            connection, story_id=stored.story_id, channel="desk", kind="story", payload={}, now=now
        )

    services.database.write_now(work)


async def test_a_look_tells_how_everything_is(services: Services) -> None:
    now, store = NOON + timedelta(minutes=30), services.database
    for source, outcome in (("tass", "done"), ("belta", "failed"), ("belta", "failed")):
        await had_run(store, source, now - timedelta(minutes=9), outcome=outcome)
    await store.write(lambda connection: runs.begin(connection, "kazinform", now=now))
    _store(services, "tass", "one", now - timedelta(hours=30))
    _store(services, "tass", "two", now - timedelta(hours=2))
    reader = _reader(services)
    snapshot = await reader.look(now)
    assert (snapshot.trouble, snapshot.report.is_running) == ("", False)
    assert [line.name for line in snapshot.report.sources] == ["belta", "kazinform", "tass"]
    belta, kazinform, tass = snapshot.report.sources
    assert (belta.ails, belta.health.state) == (True, State.FAILING)
    assert belta.health.said.endswith("×2")
    assert kazinform.health.said.startswith("polling")
    assert (tass.ails, tass.stored, tass.by_hour[-3]) == (False, 1, 1)
    assert [run.source for run in snapshot.report.in_flight] == ["kazinform"]
    assert [one.alerted for one in snapshot.articles] == [False, False]
    assert snapshot.report.outbox["desk"].counts == {"pending": 2}
    assert snapshot.report.outbox["terminal"].counts == {}

    def work(connection: Connection) -> None:
        condition_log.open_condition(
            connection, "tass", ConditionKind.SILENT, "since noon", now=now
        )
        sent = {"state": "sent", "sent_at": now}
        connection.execute(sa.update(schema.outbox).where(schema.outbox.c.id == 1).values(**sent))
        planned = {"source": "tass", "planned_at": now + timedelta(minutes=3)}
        connection.execute(sa.insert(schema.runs).values(outcome="planned", **planned))

    store.write_now(work)
    _store(services, "tass", "three", now)
    lock = RunLock(store)
    assert lock.take()
    later = await reader.look(now + timedelta(minutes=1))
    lock.close()
    assert later.report.is_running
    tass = next(line for line in later.report.sources if line.name == "tass")
    assert (tass.ails, tass.health.said, tass.stored) == (True, "silent 1 min", 2)
    assert tass.next_run == now + timedelta(minutes=3)
    assert [one.kind for one in later.report.conditions] == [ConditionKind.SILENT]
    assert [one.alerted for one in later.articles] == [False, False, True]
    assert not (await reader.look(now)).report.is_running


async def test_a_look_reads_nothing_from_end_to_end(services: Services) -> None:
    """What SQLite means to do for each question: no scan, but of tables that stay tiny."""
    store = services.database
    if not store.is_sqlite:
        pytest.skip("its plans are SQLite's")
    reader, said = _reader(services), []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            said.append((statement, values))

    await reader.look(utc_now())
    sa.event.listen(store.engine, "before_cursor_execute", note)
    await reader.look(utc_now())
    sa.event.remove(store.engine, "before_cursor_execute", note)

    def plans(connection: Connection) -> list[str]:
        explained = (
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values) for one, values in said
        )
        return [row[3] for rows in explained for row in rows]

    scans = {plan for plan in store.read_now(plans) if plan.startswith("SCAN")}
    assert scans <= {
        "SCAN alembic_version",
        "SCAN CONSTANT ROW",  # what the clock says
        "SCAN processes",  # a month of daemons
        "SCAN processes USING INDEX ix_processes_started_at",
        "SCAN conditions USING INDEX uq_conditions_source_kind_open",  # those that are open
        "SCAN runs USING INDEX uq_runs_source_planned",  # one a source
        "SCAN articles",  # the newest forty, by their id
    }


async def test_where_there_is_no_store_none_is_made_and_one_that_comes_is_seen(
    tmp_path: Any,
) -> None:
    file = tmp_path / "wire.db"
    services = Services(Config(store={"url": f"sqlite:///{file}"}, enabled=NAMES))
    reader = _reader(services)
    assert "no store yet" in (await reader.look(utc_now())).trouble
    assert not file.exists()
    other = Services(Config(store={"url": f"sqlite:///{file}"}))
    assert other.database.is_there
    assert not (await reader.look(utc_now())).trouble
    other.close()
    services.close()


async def test_tables_of_another_version_are_left_alone(services: Services) -> None:
    wrong = sa.text("UPDATE alembic_version SET version_num = '0001'")
    services.database.write_now(lambda c: c.execute(wrong))
    assert "tables of another version (0001)" in (await _reader(services).look(utc_now())).trouble


async def test_a_store_that_fails_is_told_and_what_was_known_stays(services: Services) -> None:
    now = utc_now()
    _store(services, "tass", "one", now)
    reader = _reader(services)
    await reader.look(now)

    def fail(*_: Any) -> None:
        raise sa.exc.OperationalError(None, None, Exception("database is locked"))

    sa.event.listen(services.database.engine, "begin", fail)
    locked = await reader.look(now)
    assert locked.trouble.startswith("database is locked")
    assert len(locked.articles) == 1
    sa.event.remove(services.database.engine, "begin", fail)
    assert not (await reader.look(now)).trouble
