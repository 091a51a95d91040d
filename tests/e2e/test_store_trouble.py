"""What befalls the store of a running daemon is told, and costs nothing that was published."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import aiohttp

from tests.e2e.program import PATIENCE, until
from tests.e2e.wire import source

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.desk import Desk
    from tests.e2e.program import Running
    from tests.e2e.wire import Wire


async def _begin(desk: Desk, wire: Wire) -> tuple[Running, str]:
    """A daemon that has read its baseline, and where it is asked whether it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    wire.feed(wire.page(1), etag='"1"')
    desk.configure(source("paper", wire, interval="1s"), metrics={"listen": address})
    running = await desk.start("run")
    await until(lambda: bool(desk.articles()), "the baseline", of=running)
    return running, f"http://{address}/readyz"


async def _until_ready(url: str, status: int) -> str:
    """Wait until it answers with that; returns what it says of the store."""
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
        while True:
            async with session.get(url) as answer:
                said = str(json.loads(await answer.text())["store"])
                if answer.status == status:
                    return said
            await asyncio.sleep(0.2)


async def test_a_store_that_is_locked_for_long_delays_an_alert_and_loses_none(
    desk: Desk, wire: Wire
) -> None:
    running, url = await _begin(desk, wire)
    await _until_ready(url, 200)
    with closing(sqlite3.connect(desk.folder / "wirewatch.db", isolation_level=None)) as other:
        other.execute("PRAGMA busy_timeout = 10000")
        other.execute("BEGIN IMMEDIATE")
        wire.feed(wire.page(1), wire.page(2, cooperation=True), etag='"2"')
        assert (await _until_ready(url, 503)).startswith("database is locked; another program")
        assert running.alive
        other.execute("ROLLBACK")
    await until(lambda: len(desk.alerts()) == 1, "the alert", of=running)
    assert await _until_ready(url, 200) == "ok"
    ended = await running.terminate()
    assert ended.status == 0
    assert ended.err.count("the store: database is locked") == 1
    assert len(desk.articles()) == 2


async def test_a_log_that_is_removed_loses_nothing(desk: Desk, wire: Wire) -> None:
    running, url = await _begin(desk, wire)
    _remove_the_log(desk.folder)
    wire.feed(wire.page(1), wire.page(2, cooperation=True), etag='"2"')
    await until(lambda: len(desk.alerts()) == 1, "the alert", of=running)
    assert await _until_ready(url, 200) == "ok"
    ended = await running.terminate()
    assert "write-ahead log was removed" in ended.err
    assert (await desk.ask("db", "check")).status == 0
    # Whoever reads all the while finds the new log.
    await until(lambda: len(desk.articles()) == 2, "both are there")


def _remove_the_log(folder: Path) -> None:
    (folder / "wirewatch.db-wal").unlink()


async def test_a_damaged_store_is_told_by_a_daemon_that_goes_on(desk: Desk, wire: Wire) -> None:
    running, url = await _begin(desk, wire)
    _damage(desk.folder / "wirewatch.db")
    said = await _until_ready(url, 503)
    assert "the file is damaged: `wirewatch db check` says where; restore a backup" in said
    await asyncio.sleep(2)
    assert running.alive
    ended = await running.terminate()
    assert ended.err.count("`wirewatch db check` says where") == 1, "once a minute"
    assert "Traceback" not in ended.err


def _damage(file: Path) -> None:
    """Noise in the place of the ledger of runs, which every poll writes to."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as other:
        (page,) = other.execute("SELECT rootpage FROM sqlite_master WHERE name = 'runs'").fetchone()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with file.open("r+b") as opened:
            opened.seek((page - 1) * 4096)
            opened.write(os.urandom(4096))
        # Nobody trusts what they had read of the file before.
        other.execute("INSERT INTO chores (name, done_at) VALUES ('x', '2026-01-01 00:00:00')")
