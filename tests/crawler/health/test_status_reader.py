"""The report says of the daemon that it runs, that it hangs, that it is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.cli.common import FAILED, NO_DAEMON
from crawler.cli.status_tables import exit_status
from crawler.config.config import Config
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.health.status_reader import StatusReader
from crawler.model.clock import utc_now
from crawler.runtime.services import Services
from crawler.storage import schema
from crawler.storage.crawl import processes
from crawler.storage.crawl.run_lock import RunLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.health.status_report import StatusReport
    from crawler.storage.database import Connection


@pytest.fixture
def services(store_url: str) -> Iterator[Services]:
    opened = Services(Config(store={"url": store_url}, enabled=["tass"]))
    yield opened
    opened.close()


def _register(connection: Connection) -> None:
    processes.register(
        connection,
        "a1",
        role=processes.RUN,
        host="desk-1",
        pid=42,
        version="1",
        config_path="/etc/wirewatch.toml",
    )


async def _read(services: Services) -> StatusReport:
    sources = SourceLoader.of(services.config).enabled(services.config)
    return await StatusReader(services, sources).read(utc_now())


async def test_a_daemon_that_stirs_is_well_and_one_that_hangs_is_never(services: Services) -> None:
    store = services.database
    lock = RunLock(store)
    assert lock.take()
    await store.write(_register)
    well = await _read(services)
    where = "on desk-1, process 42, /etc/wirewatch.toml"
    assert str(well.daemon) == f"A daemon has run for 0 s {where}"
    assert (well.wrong, exit_status(well, well.wrong)) == ([], 0)
    (beat_at,) = await store.read(lambda c: c.execute(sa.select(schema.processes.c.beat_at)).one())
    silent = sa.update(schema.processes).values(beat_at=beat_at - timedelta(minutes=12))
    await store.write(lambda c: c.execute(silent))
    hangs = await _read(services)
    assert hangs.wrong == [f"The daemon has not stirred for 12 min: it hangs; {where}"]
    assert exit_status(hangs, ()) == FAILED
    told = hangs.to_json()["daemon"]
    assert (told["state"], told["config"]) == ("frozen", "/etc/wirewatch.toml")
    assert told["heartbeat_age_seconds"] >= 720
    lock.close()


async def test_without_a_daemon_the_exit_status_says_so(services: Services) -> None:
    await services.database.write(lambda connection: None)
    none = await _read(services)
    assert (str(none.daemon), exit_status(none, ())) == ("No daemon has run", NO_DAEMON)
    await services.database.write(_register)
    died = await _read(services)
    assert str(died.daemon).startswith("No daemon runs; the last one died; its last sign of life")
    assert exit_status(died, died.wrong) == NO_DAEMON
