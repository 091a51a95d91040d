"""What befalls a store while it is open is told, costs nothing, and passes where it can."""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from aiohttp import ClientSession

from crawler.config.config import Config
from crawler.daemon.endpoint import Endpoint
from crawler.model.clock import utc_now
from crawler.runtime.services import Services
from crawler.storage import database
from crawler.storage.database import Database, SQLAlchemyError
from crawler.storage.schema import stories

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def services(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setattr(database, "BUSY_MS", 200)
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    config = Config(store={"url": f"sqlite:///{file}"}, metrics={"listen": address})
    with closing(Services(config)) as opened:
        yield opened


@pytest.fixture
def store(services: Services) -> Database:
    return services.database


def _tell(store: Database, title: str, times: int = 1) -> None:
    rows = [{"created_at": utc_now(), "title": title}] * times
    store.write_now(lambda c: c.execute(sa.insert(stories), rows))


def _titles(store: Database) -> list[str]:
    return store.read_now(lambda c: list(c.scalars(sa.select(stories.c.title))))


def _held_by(file: Path) -> list[str]:
    """What another program reads in the file."""
    with closing(sqlite3.connect(file)) as raw:
        return [title for (title,) in raw.execute("SELECT title FROM stories ORDER BY id")]


def _damage(file: Path) -> None:
    pages = file.stat().st_size // 4096
    with file.open("r+b") as opened:
        for page in range(pages - 300, pages):
            opened.seek(page * 4096)
            opened.write(os.urandom(4096))


async def _ready(services: Services) -> tuple[int, str]:
    endpoint = Endpoint(services, dict, utc_now)
    await endpoint.start()
    url = f"http://{services.config.metrics.listen}/readyz"
    try:
        async with ClientSession() as session, session.get(url) as answer:
            return answer.status, (await answer.json())["store"]
    finally:
        await endpoint.close()


async def test_a_store_that_another_program_holds_is_told_until_it_lets_go(
    services: Services, store: Database, file: Path
) -> None:
    _tell(store, "first")
    assert await _ready(services) == (200, "ok")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SQLAlchemyError):
            _tell(store, "refused")
        status, said = await _ready(services)
        assert status == 503
        assert said.startswith("database is locked; another program held it")
        other.execute("ROLLBACK")
    _tell(store, "second")
    assert await _ready(services) == (200, "ok")
    assert _titles(store) == ["first", "second"]


async def test_a_full_disk_is_told_until_there_is_room(services: Services, store: Database) -> None:
    limit = {"pages": 1}

    @sa.event.listens_for(store.engine, "begin")
    def _room(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limit['pages']}")

    with pytest.raises(SQLAlchemyError):
        _tell(store, "x" * 4000, times=20)
    assert await _ready(services) == (503, "database or disk is full; make room on the disk")
    limit["pages"] = 10_000
    _tell(store, "x" * 4000, times=20)
    assert await _ready(services) == (200, "ok")
    assert len(_titles(store)) == 20


async def test_damage_is_told_for_good_though_other_pages_are_sound(
    services: Services, store: Database, file: Path
) -> None:
    """Noise in the leaves of one table, while it is open; the others go on."""
    _tell(store, "x" * 3000, times=400)
    store.apart_now(lambda c: c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)"))
    _damage(file)
    store.engine.dispose()  # what it had read before
    with pytest.raises(SQLAlchemyError):
        _titles(store)
    status, said = await _ready(services)
    assert status == 503
    assert "malformed; the file is damaged: `wirewatch db check` says where" in said
    store.write_now(lambda c: c.execute(sa.text("UPDATE alembic_version SET version_num = 'x'")))
    assert (await _ready(services))[0] == 503


async def test_a_log_that_somebody_removed_costs_nothing(
    services: Services, store: Database, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _tell(store, "first")
    _tell(store, "second")
    file.with_name("store.db-wal").unlink()
    _tell(store, "third")
    assert "write-ahead log was removed" in caplog.text
    assert _titles(store) == ["first", "second", "third"]
    assert _held_by(file) == ["first", "second", "third"]
    assert await _ready(services) == (200, "ok")
    store.close()
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert _held_by(file) == ["first", "second", "third"]


async def test_nothing_is_written_into_a_file_that_has_no_name_any_more(
    services: Services, store: Database, file: Path
) -> None:
    _tell(store, "first")
    aside = file.with_name("aside.db")
    file.rename(aside)  # noqa: ASYNC240 - nothing else is on this loop
    with pytest.raises(SQLAlchemyError, match="moved or deleted"):
        _tell(store, "refused")
    status, said = await _ready(services)
    assert status == 503
    assert "moved or deleted; put it back, or restart Wirewatch" in said
    aside.rename(file)
    _tell(store, "second")
    assert _titles(store) == ["first", "second"]
    assert await _ready(services) == (200, "ok")
