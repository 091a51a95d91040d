"""What may have arrived is looked for until Slack must show it; of two copies one stays."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.delivery.reconciliation import _pauses
from crawler.model.clock import utc_now
from crawler.storage.alerts import outbox_report
from crawler.storage.schema import outbox as table
from tests.alerts.delivering import WITHIN, deliver, delivery, expected, slack_channel
from tests.doubles.slack.mock_slack import Fault, Kind, MockSlack

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.storage.database import Database

    Put = Callable[..., list[int]]


def test_the_pauses_grow_and_come_to_the_time_in_which_slack_shows_a_message() -> None:
    assert list(_pauses(30.0)) == [0.5, 1.0, 2.0, 4.0, 8.0, 14.5]
    assert list(_pauses(0.0)) == []


async def test_what_slack_shows_late_is_waited_for_and_not_sent_again(
    database: Database, put: Put, slack: MockSlack
) -> None:
    stories = put(2)
    slack.fail(Fault(kind=Kind.SHOWN_LATE, seconds=2.5))
    await deliver(database, slack_channel(slack, visible_within=4.0))
    assert slack.alerts() == expected(stories)
    assert [method for _, method in slack.asked].count("chat.postMessage") == 2


@pytest.mark.parametrize("kind", [Kind.SHOWN_LATE, Kind.STORED_LATE], ids=str)
async def test_of_two_copies_the_younger_is_deleted_and_the_store_knows_which_stays(
    database: Database, put: Put, slack: MockSlack, kind: Kind
) -> None:
    (story,) = put(1)
    slack.fail(Fault(kind=kind, seconds=3.0))
    deleted = asyncio.Event()

    def look() -> None:
        if "chat.delete" in {method for _, method in slack.asked}:
            deleted.set()

    slack.when_stored(look)
    one = delivery(database, slack_channel(slack, visible_within=0.5))
    await one.drain(WITHIN)
    await asyncio.wait_for(deleted.wait(), WITHIN)
    await one.stop()
    assert slack.alerts() == expected([story])
    (row,) = await database.read(lambda connection: outbox_report.of_story(connection, story))
    assert row.reference == slack.messages[0]["ts"]


@pytest.mark.parametrize("minutes", [67, -67, 60 * 24 * 40])
async def test_a_clock_that_is_not_slacks_makes_nothing_come_twice(
    database: Database, put: Put, minutes: int
) -> None:
    async with MockSlack(clock=lambda: utc_now() - timedelta(minutes=minutes)) as slack:
        stories = put(2)
        slack.fail(Fault(kind=Kind.CUT_AFTER))
        await deliver(database, slack_channel(slack))
        assert slack.alerts() == expected(stories)


@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.history"])
async def test_a_wild_retry_after_silences_a_channel_for_five_minutes_at_most(
    database: Database, put: Put, slack: MockSlack, method: str
) -> None:
    (story,) = put()
    if method != "chat.postMessage":
        slack.fail(Fault(kind=Kind.BROKEN))
    busy = [Fault(kind=Kind.BUSY, retry_after="999999999")] * 2  # one is for the look at the start
    slack.fail(*busy, method=method)
    await deliver(database, slack_channel(slack), within=2.0)
    (row,) = await database.read(lambda connection: outbox_report.of_story(connection, story))
    assert timedelta(seconds=200) < row.not_before - utc_now() <= timedelta(minutes=5)


async def test_a_retry_after_of_zero_is_paced(
    database: Database, put: Put, slack: MockSlack
) -> None:
    put()
    slack.fail(Fault(kind=Kind.BROKEN))
    busy = [Fault(kind=Kind.BUSY, retry_after="0")] * 100
    slack.fail(*busy, method="conversations.history")
    await deliver(database, slack_channel(slack), within=4.0)
    assert [method for _, method in slack.asked].count("conversations.history") <= 5


async def test_what_an_earlier_version_put_off_for_days_is_due_after_a_start(
    database: Database, put: Put, slack: MockSlack
) -> None:
    stories = put()
    late = table.update().values(not_before=utc_now() + timedelta(days=11))
    await database.write(lambda connection: connection.execute(late))
    await deliver(database, slack_channel(slack))
    assert slack.alerts() == expected(stories)
