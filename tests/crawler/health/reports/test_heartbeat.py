"""Somebody else is asked for while all is well, and not while it is not."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from crawler.health.reports.heartbeat import Heartbeat
from crawler.model.conditions import INSTALLATION, ConditionKind
from crawler.runtime.http_server import listen
from crawler.storage.health import condition_log
from tests.crawler.health.reports.watching import HOUR, MINUTE, SOURCES, Watch
from tests.sample_alerts import NOON

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    Make = Callable[..., Watch]

TOKEN = "a8f1-token-of-ours"
WELL = {"delivery": True, "schedule": True}


class Healthchecks:
    """A real server that counts who asks; `says` is the status, 0 a server that hangs."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.says = 200
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.says < 0 and request.transport is not None:
            request.transport.abort()
        elif not self.says:
            await asyncio.sleep(5)
        return web.Response(status=max(self.says, 0) or 200, text="OK")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def server(unused_tcp_port: int) -> AsyncIterator[Healthchecks]:
    made = Healthchecks()
    app = web.Application()
    app.router.add_get("/{path:.*}", made.answer)
    runner = await listen(app, f"127.0.0.1:{unused_tcp_port}", setting="test")
    made.url = f"http://127.0.0.1:{unused_tcp_port}/{TOKEN}"
    yield made
    await runner.cleanup()


def pinged(one: Watch, parts: dict[str, bool] | None = None) -> Heartbeat:
    return Heartbeat(
        one.services,
        SOURCES,
        lambda: WELL if parts is None else parts,
        clock=lambda: NOON,
        timeout=0.5,
    )


async def test_it_is_asked_for_while_all_is_well(watch: Make, server: Healthchecks) -> None:
    one = watch(ops={"ping": server.url})
    ping = pinged(one)
    await ping.ping(NOON)
    one.ran(NOON + 2 * HOUR)
    await ping.ping(NOON + 4 * HOUR)
    assert server.asked == [f"/{TOKEN}"] * 2


async def test_a_part_that_does_not_run_stops_it_and_is_said_once(
    watch: Make, server: Healthchecks, caplog: pytest.LogCaptureFixture
) -> None:
    one = watch(ops={"ping": server.url})
    parts = {"delivery": False, "schedule": True}
    ping = pinged(one, parts)
    for _ in range(3):
        await ping.ping(NOON)
    assert server.asked == []
    parts["delivery"] = True
    await ping.ping(NOON)
    said = [record.getMessage() for record in caplog.records]
    assert said == ["no ping: delivery does not run", "ping works again"]


@pytest.mark.parametrize(
    "kind", [ConditionKind.OFFLINE, ConditionKind.DISK, ConditionKind.UNDELIVERED]
)
async def test_a_grave_condition_stops_it(
    watch: Make, server: Healthchecks, kind: ConditionKind
) -> None:
    one = watch(ops={"ping": server.url})
    one.database.write_now(
        lambda c: condition_log.open_condition(c, "belta", ConditionKind.SILENT, "", now=NOON)
    )
    await pinged(one).ping(NOON)
    assert len(server.asked) == 1
    one.database.write_now(
        lambda c: condition_log.open_condition(c, INSTALLATION, kind, "", now=NOON)
    )
    await pinged(one).ping(NOON)
    assert len(server.asked) == 1


async def test_polls_that_do_not_end_stop_it(
    watch: Make, server: Healthchecks, caplog: pytest.LogCaptureFixture
) -> None:
    one = watch(ops={"ping": server.url}, crawl={"slowest": timedelta(minutes=30)})
    ping = pinged(one)
    one.ran(NOON)
    await ping.ping(NOON + 89 * MINUTE)
    await ping.ping(NOON + 91 * MINUTE)
    assert len(server.asked) == 1
    assert "no ping: no poll has ended for 90 min" in caplog.text


async def test_a_store_that_does_not_answer_stops_it(
    watch: Make,
    server: Healthchecks,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = watch(ops={"ping": server.url})

    def hang(_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(condition_log, "open_conditions", hang)
    await pinged(one).ping(NOON)
    assert server.asked == []
    assert "no ping: the store does not answer" in caplog.text


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (404, "HTTP 404"),
        (500, "HTTP 500"),
        (0, "no answer in time"),
        (-1, "the server closed the connection without an answer"),
    ],
)
async def test_a_ping_that_fails_is_said_once_and_never_with_its_address(
    watch: Make, server: Healthchecks, caplog: pytest.LogCaptureFixture, says: int, why: str
) -> None:
    caplog.set_level(logging.DEBUG)
    one = watch(ops={"ping": server.url})
    ping = pinged(one)
    server.says = says
    for _ in range(2):
        await ping.ping(NOON)
    server.says = 200
    await ping.ping(NOON)
    ours = [
        one.getMessage() for one in caplog.records if one.name == "crawler.health.reports.heartbeat"
    ]
    assert ours == [f"ping failed: {why}", "ping works again"]
    told = [one.getMessage() for one in caplog.records if one.name != "aiohttp.access"]
    assert TOKEN not in "".join(told)
    assert TOKEN not in repr(one.services.config)


async def test_a_server_that_is_away_is_no_traceback(
    watch: Make, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    one = watch(ops={"ping": f"http://127.0.0.1:{unused_tcp_port}/{TOKEN}"})
    await pinged(one).ping(NOON)
    (record,) = caplog.records
    assert record.getMessage() == "ping failed: the server cannot be reached"
    assert record.exc_info is None
