"""What is held is decided in the claim's own transaction: nothing slips between the two."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.config.routes import Matcher
from crawler.storage.alerts import outbox, outbox_report
from crawler.storage.schema import outbox as table
from crawler.storage.schema import stories
from tests.alerts.delivery.test_hold_queue import EVENING, Desk, mute
from tests.sample_alerts import alert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.storage.alerts.outbox import Claimed
    from crawler.storage.database import Database

# Of a writer and a claimant that begin at once.
PAIRS = 600 if os.environ.get("WIREWATCH_TEST_CHAOS") == "whole" else 40


def enqueue(
    connection: Connection, now: datetime, *, kind: str = "story", parent: int | None = None
) -> None:
    """A row about a story of its own."""
    insert = sa.insert(stories).values(created_at=now).returning(stories.c.id)
    story_id = connection.execute(insert).scalar_one()
    said = replace(alert(story_id=story_id), kind=kind)
    outbox.enqueue(
        connection,
        story_id=story_id,
        channel="desk",
        kind=kind,
        payload=said.to_json(),
        now=now,
        parent_id=parent,
    )


@pytest.mark.parametrize(
    "declared", [{"quiet": "22:00-07:00"}, {"digest": "0 8 * * *"}, {}], ids=str
)
def test_nothing_leaks_that_another_writer_commits_in_the_middle_of_a_claim(
    database: Database, declared: dict[str, str]
) -> None:
    desk = Desk(database, **declared)
    if not declared:
        asyncio.run(mute(desk, Matcher(rule=["ct"])))
    together = threading.Barrier(2)

    def write() -> None:
        together.wait(timeout=10)
        desk.put()

    with ThreadPoolExecutor() as pool:
        for _ in range(PAIRS):
            writing = pool.submit(write)
            together.wait(timeout=10)
            assert database.write_now(desk.take) == []
            writing.result(timeout=10)
    assert database.write_now(desk.take) == []
    standing = database.read_now(outbox_report.by_state)["desk"]
    assert standing["held"] + standing["muted"] == PAIRS


def test_a_row_that_comes_between_decision_and_claim_waits_for_a_decision_of_its_own(
    database: Database,
) -> None:
    desk = Desk(database, quiet="22:00-07:00")
    desk.put()
    decide = partial(desk._holding.decide, now=EVENING)

    def take(connection: Connection) -> list[Claimed]:
        passed = decide(connection)
        enqueue(connection, EVENING)  # as one that another committed meanwhile would be seen
        return outbox.claim(
            connection,
            owner="me",
            now=EVENING,
            lease=timedelta(minutes=1),
            limit=1,
            channels=("desk",),
            passed=passed,
        )

    assert database.write_now(take) == []
    assert database.write_now(desk.take) == []
    assert database.read_now(outbox_report.by_state)["desk"]["held"] == 2


async def test_what_follows_a_message_that_died_holds_up_no_other(database: Database) -> None:
    desk = Desk(database)
    (story,) = desk.put()
    dead = sa.update(table).values(state="dead")
    first = database.write_now(
        lambda connection: connection.execute(dead.returning(table.c.id)).scalar_one()
    )
    for number in range(30):
        database.write_now(partial(enqueue, now=EVENING, kind=f"reply-{number}", parent=first))
    desk.now += timedelta(seconds=1)
    (later,) = desk.put()
    assert [one.story_id for one in await desk.look()] == [later]
    assert later != story
