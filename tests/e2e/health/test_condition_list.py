"""What ails is shown by the commands that an operator asks."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.model.conditions import INSTALLATION, ConditionKind
from crawler.model.observation import Hour
from crawler.storage.database import Database
from crawler.storage.health import condition_log
from tests.e2e.conftest import desk, wire
from tests.e2e.health.watched import history
from tests.e2e.wire import source

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

__all__ = ["desk", "wire"]


async def test_conditions_and_norms_are_shown(desk: Desk, wire: Wire) -> None:
    now = datetime.now(UTC)
    desk.configure(source("paper", wire))
    assert "no store yet" in (await desk.ask("sources", "conditions")).err
    history(desk, 200, now, Hour(hour=now, polls=12, found=2, stored=2, characters=6000, dated=1))
    database = Database(desk.store_url)

    def fill(connection: Connection) -> None:
        then = now - timedelta(hours=3)
        over = condition_log.open_condition(
            connection, "paper", ConditionKind.SILENT, "nothing new", now=then
        )
        assert over is not None
        condition_log.clear_condition(connection, over, now - timedelta(hours=2))
        condition_log.open_condition(
            connection, "paper", ConditionKind.BLOCKED, "feed.xml: 403", now=then
        )
        condition_log.open_condition(
            connection, INSTALLATION, ConditionKind.OFFLINE, "nothing answers", now=then
        )

    database.write_now(fill)
    database.close()
    listed = (await desk.ask("sources", "conditions")).out
    assert "paper: blocked: feed.xml: 403" in listed
    assert "installation: offline: nothing answers" in listed
    assert "silent" not in listed
    everything = json.loads((await desk.ask("sources", "conditions", "--all", "--json")).out)
    told = [(one["source"], one["condition"]) for one in everything["conditions"]]
    assert told == [("paper", "blocked"), ("", "offline"), ("paper", "silent")]
    shown = (await desk.ask("sources", "show", "paper")).out
    assert "blocked, since" in shown
    assert "48 new pages a day, learned from 400 in 200 hours" in shown
    assert "3000 characters a page, 50% with a date" in shown
    status = await desk.status()
    assert [one["condition"] for one in status["conditions"]] == ["blocked", "offline"]
    drawn = (await desk.ask("status")).out
    assert "feed.xml: 403" in drawn
