"""A source that ends the process at each poll is left alone, and the one beside it is told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.config.environment import PREFIX
from crawler.storage.crawl.runs import READ
from crawler.storage.schema import conditions
from tests.e2e import paper
from tests.e2e.program import until
from tests.e2e.wire import Reply, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire


async def _ends_in_the_midst_of_it(desk: Desk, wire: Wire, times: int) -> None:
    running = await desk.start("run")
    await until(lambda: len(wire.asked("/bad.xml")) >= times, "the bad one is asked", of=running)
    await until(lambda: desk.last()["good"]["outcome"] in READ, "the good one is read", of=running)
    assert await running.kill() == []


async def test_what_ends_the_process_twice_is_on_hold_and_the_good_source_beside_it_is_told(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1), path="/good.xml")
    wire.put("/bad.xml", Reply(gate=asyncio.Event()))
    desk.environment = {f"{PREFIX}CRAWL__CRASH_PAUSE": "1h"}
    desk.configure(
        source("good", wire, feeds=[f"{wire.base}/good.xml"]),
        source("bad", wire, feeds=[f"{wire.base}/bad.xml"]),
    )
    await _ends_in_the_midst_of_it(desk, wire, 1)
    await _ends_in_the_midst_of_it(desk, wire, 2)
    wire.put("/good.xml", Reply(body=paper.rss([wire.page(1), wire.page(2)]).encode()))
    running = await desk.start("run")
    await until(lambda: bool(wire.asked("/a/2")), "the good one's news", of=running)
    assert len(wire.asked("/bad.xml")) == 2
    (condition,) = desk.rows(sa.select(conditions))
    assert (condition["source"], condition["kind"]) == ("bad", "ends the process")
    assert (await running.terminate()).status == 0
