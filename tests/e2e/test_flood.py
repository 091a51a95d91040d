"""A source floods a running daemon: its alerts wait for somebody who looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.model.clock import utc_now
from crawler.model.conditions import ConditionKind
from crawler.storage.database import Database
from crawler.storage.health import condition_log
from tests.e2e.program import until
from tests.e2e.wire import source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire


async def test_a_flood_is_held_until_it_is_released(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1))
    desk.configure(source("paper", wire))
    assert (await desk.ask("run", "--once")).status == 0
    database = Database(desk.store_url)
    database.write_now(
        lambda c: condition_log.open_condition(
            c, "paper", ConditionKind.FLOOD, "much", now=utc_now()
        )
    )
    database.close()
    wire.feed(*(wire.page(number, cooperation=True) for number in range(2, 9)))
    running = await desk.start("run")
    await until(lambda: desk.stored()["paper"] == 8, "all are stored", of=running)
    assert "paper" in (await desk.ask("alerts", "held")).out
    assert desk.alerts() == []
    assert (await desk.ask("alerts", "release", "paper")).status == 0
    await until(lambda: len(desk.alerts()) == 1, "they are said", of=running)
    assert desk.alerts()[0]["title"] == "Released after review: 7 stories"
