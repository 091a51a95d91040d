"""A daemon gives proof of life: it asks for an address while all is well, and tells how it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.model.clock import utc_now
from crawler.storage.database import Database
from crawler.storage.schema import runs
from tests.e2e.program import until
from tests.e2e.wire import HTML, Reply, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

TOKEN = "token-7f3a"


def _pings(wire: Wire) -> int:
    return sum(asked.path == f"/{TOKEN}" for asked in wire.log)


async def test_a_daemon_pings_and_tells_the_day_once(desk: Desk, wire: Wire) -> None:
    wire.put(f"/{TOKEN}", Reply(body=b"OK", content_type=HTML))
    wire.feed(wire.page(1))
    ops = {"channels": ["journal"], "daily": "00:00", "ping_every": "1s"}
    desk.configure(source("paper", wire), ops=ops, backfill={"repair_after": 0})
    desk.environment["WIREWATCH_OPS__PING"] = f"{wire.base}/{TOKEN}"
    assert (await desk.ask("run", "--once")).status == 0
    assert (_pings(wire), desk.alerts()) == (0, [])
    database = Database(desk.store_url)
    midnight = utc_now().replace(hour=0, minute=0, second=0)
    earlier = {"planned_at": midnight - timedelta(seconds=10)}
    database.write_now(lambda c: c.execute(sa.update(runs).values(earlier)))
    database.close()
    running = await desk.start("run", "-vv")
    await until(lambda: _pings(wire) > 1, "it pings", of=running)
    await until(lambda: len(desk.alerts()) == 1, "it tells of the day", of=running)
    await running.kill()
    assert TOKEN not in running.err
    running = await desk.start("run")
    pinged = _pings(wire)
    await until(lambda: _pings(wire) > pinged + 1, "it pings again", of=running)
    await running.kill()
    (told,) = desk.alerts()
    assert told["title"] == "All is well: 1 source"
    assert "Polled in 24 h: 1 source" in told["text"]
