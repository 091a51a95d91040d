"""A running program is brought what is new by a hub, and reads it as if it had polled."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from tests.crawler.daemon.websub.hub import Hub
from tests.e2e import paper
from tests.e2e.program import until
from tests.e2e.wire import RSS, Reply, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

UNUSABLE = 2


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


async def test_an_article_that_a_hub_brings_is_stored_and_alerted_once(
    desk: Desk, wire: Wire
) -> None:
    async with Hub() as hub:
        old, new = wire.page(1), wire.page(2, cooperation=True)
        links = {"Link": f'<{hub.url}>; rel="hub", <{wire.base}/feed.xml>; rel="self"'}
        body = paper.rss([old]).encode()
        wire.put("/feed.xml", Reply(body=body, content_type=RSS, etag='"1"', headers=links))
        address = f"127.0.0.1:{_free_port()}"
        desk.configure(
            source("paper", wire, interval="1h"),
            websub={"callback": f"http://{address}/hubs", "listen": address},
        )
        running = await desk.start("run")
        asked = await hub.until_asked(1)
        assert asked["hub.topic"] == f"{wire.base}/feed.xml"
        (callback,) = hub.held
        both = paper.rss([new, old]).encode()
        deliveries = [hub.deliver(callback, both) for _ in range(3)]
        assert await asyncio.gather(*deliveries) == [202] * 3
        await until(lambda: len(desk.alerts()) == 1, "the alert", of=running)
        await until(
            lambda: [run["outcome"] for run in desk.runs()].count("done") >= 2,
            "the end of the run",
            of=running,
        )
        ended = await running.terminate()
    assert ended.status == 0, ended.err
    assert desk.stored() == {"paper": 2}
    assert wire.statuses("/feed.xml") == [200]  # polled once, brought three times
    assert wire.statuses("/a/1") == wire.statuses("/a/2") == [200]
    told = await desk.status()
    (subscription,) = told["subscriptions"]
    assert (subscription["state"], subscription["delivered"]) == ("active", 3)
    assert [run["cause"] for run in desk.runs()][:2] == ["schedule", "pushed"]


async def test_an_address_in_use_is_said_before_anything_is_polled(desk: Desk, wire: Wire) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        desk.configure(
            source("paper", wire), websub={"callback": f"http://{address}/", "listen": address}
        )
        ended = await desk.ask("run")
    assert ended.status == UNUSABLE
    assert f"websub.listen: cannot listen at {address}: another program does" in ended.err
    assert "Traceback" not in ended.err
    assert wire.log == []
