"""What systemd hears of a daemon: that it is ready, that it lives, that it stops."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from crawler.model.clock import utc_now
from crawler.runtime.sd_notify import ALIVE, READY, STOPPING, notify, signs_of_life
from tests.e2e.desk import Desk
from tests.e2e.program import until
from tests.e2e.wire import Wire, source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """Listens as systemd does; `getsockname` is where."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        yield listening


def _heard(manager: socket.socket) -> list[str]:
    heard = []
    try:
        while True:
            heard.append(manager.recv(200).decode())
    except BlockingIOError:
        return heard


async def test_a_daemon_says_that_it_is_ready_that_it_lives_and_that_it_stops(
    tmp_path: Path, manager: socket.socket
) -> None:
    async with Desk(tmp_path) as desk, Wire() as wire:
        wire.feed(wire.page(1))
        desk.configure(source("paper", wire))
        desk.environment = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "600000"}
        running = await desk.start("run")
        heard: list[str] = []

        def lives() -> bool:
            heard.extend(_heard(manager))
            return heard.count(ALIVE) >= 3

        await until(lives, "three signs of life", of=running)
        await running.terminate(within=12)
        heard.extend(_heard(manager))
    assert (heard.count(READY), heard.count(STOPPING)) == (1, 1)
    assert heard.index(STOPPING) > heard.index(READY)


async def test_nobody_who_does_not_ask_is_told(manager: socket.socket) -> None:
    notify(READY, {})
    assert signs_of_life({}) == []
    assert signs_of_life({"WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"}) == []
    (chore,) = signs_of_life({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": str(os.getpid())})
    assert chore.every == 40
    await chore.do(utc_now())
    notify(READY, {"NOTIFY_SOCKET": "/nowhere/at/all"})
    assert _heard(manager) == []
