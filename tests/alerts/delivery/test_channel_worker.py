"""Whatever goes wrong, every alert arrives once, or is listed with the reason."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from alerts.delivery.channel_worker import DEFECT_TRIES
from alerts.delivery.delivery import Delivery
from crawler.config.config import Config
from crawler.model.alert import Alert
from crawler.model.clock import utc_now
from crawler.runtime.services import Services
from crawler.storage.alerts import outbox, outbox_report
from crawler.storage.schema import outbox as table
from tests.alerts.delivering import Recorder, deliver, expected, slack_channel
from tests.doubles.slack.mock_slack import TOKEN, Fault, Kind, MockSlack
from tests.sample_alerts import alert

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.storage.database import Database

    Put = Callable[..., list[int]]


@pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.ERROR], ids=str)
async def test_an_alert_arrives_once_whatever_goes_wrong(
    database: Database, put: Put, slack: MockSlack, kind: Kind
) -> None:
    stories = put(2)
    slack.fail(Fault(kind=kind, seconds=1.5 if kind in {Kind.HANG, Kind.HANG_AFTER} else 1))
    await deliver(database, slack_channel(slack))
    assert slack.alerts() == expected(stories)


@pytest.mark.parametrize("seconds", [0.3, 1.0, 1.8])
async def test_an_alert_that_slack_shows_only_after_a_while_is_not_sent_again(
    database: Database, put: Put, slack: MockSlack, seconds: float
) -> None:
    stories = put(2)
    slack.fail(Fault(kind=Kind.STORED_LATE, seconds=seconds))
    await deliver(database, slack_channel(slack))
    await asyncio.sleep(2)
    assert slack.alerts() == expected(stories)


async def test_random_faults_lose_nothing_repeat_nothing_and_keep_the_order(
    database: Database, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.retry.FIRST", 0.05)
    async with MockSlack(fault_rate=0.4, seed=5) as slack:
        slack.fail(*(Fault(kind=k, seconds=0.1) for k in (Kind.BUSY, Kind.BROKEN_AFTER)))
        slack.fail(Fault(kind=Kind.BROKEN), Fault(kind=Kind.CUT), method="conversations.history")
        stories = put(12)
        await deliver(database, slack_channel(slack), within=60)
        assert slack.alerts() == expected(stories)


async def test_a_crash_between_sending_and_recording_does_not_repeat_the_alert(
    database: Database, put: Put, slack: MockSlack
) -> None:
    stories = put(3)
    claimed = await database.write(
        lambda connection: outbox.claim(
            connection,
            owner="killed",
            now=utc_now(),
            lease=timedelta(minutes=1),
            limit=1,
            channels=["desk"],
        )
    )
    await deliver_by_hand(slack, claimed[0].payload)
    counts = await deliver(database, slack_channel(slack))
    assert counts["sent"] == 3
    assert slack.alerts() == expected(stories)


async def test_a_crash_before_sending_does_not_lose_the_alert(
    database: Database, put: Put, slack: MockSlack
) -> None:
    stories = put(2)
    await database.write(
        lambda connection: outbox.claim(
            connection,
            owner="killed",
            now=utc_now(),
            lease=timedelta(minutes=1),
            limit=2,
            channels=["desk"],
        )
    )
    await deliver(database, slack_channel(slack))
    assert slack.alerts() == expected(stories)


async def test_what_a_channel_refuses_for_good_is_listed_with_its_reason(
    database: Database, put: Put, slack: MockSlack
) -> None:
    first, second = put(2)
    slack.fail(Fault(kind=Kind.ERROR, code="no_text"))
    assert await deliver(database, slack_channel(slack)) == {"sent": 1, "waiting": 0, "dead": 1}
    (dead,) = await database.read(
        lambda connection: outbox_report.listed(connection, states=("dead",))
    )
    assert dead.story_id == first
    assert "no_text" in dead.error
    assert slack.alerts() == expected([second])


async def test_a_revived_alert_is_sent(database: Database, put: Put, slack: MockSlack) -> None:
    stories = put()
    slack.fail(Fault(kind=Kind.ERROR, code="no_text"))
    await deliver(database, slack_channel(slack))
    await database.write(lambda connection: outbox.revive(connection, utc_now()))
    await deliver(database, slack_channel(slack))
    assert slack.alerts() == expected(stories)


async def test_a_payload_that_cannot_be_read_costs_that_alert_only(
    database: Database, put: Put
) -> None:
    first, second = put(2)
    spoil = sa.update(table).where(table.c.story_id == first).values(payload={"no": "alert"})
    database.write_now(lambda connection: connection.execute(spoil))
    desk = Recorder()
    await deliver(database, desk)
    assert desk.got == [second]
    assert (
        len(
            await database.read(
                lambda connection: outbox_report.listed(connection, states=("dead",))
            )
        )
        == 1
    )


async def test_a_defect_in_a_channel_is_a_doubt_and_costs_that_alert_only(
    database: Database,
    put: Put,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("alerts.retry.FIRST", 0.01)
    first, second = put(2)
    desk = Recorder()
    desk.then = [RuntimeError("a defect"), MemoryError()]
    await deliver(database, desk)
    assert desk.got == [first, second]
    third, fourth = put(2)
    desk.then = [RuntimeError("a defect")] * DEFECT_TRIES
    await deliver(database, desk)
    assert desk.got == [first, second, fourth]
    assert third not in desk.got
    (dead,) = await database.read(
        lambda connection: outbox_report.listed(connection, states=("dead",))
    )
    assert "RuntimeError" in dead.error
    assert "channel failed" in caplog.text


async def test_without_a_history_the_operator_is_told_that_an_alert_may_come_twice(
    database: Database, put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    stories = put()
    async with MockSlack(scopes=frozenset({"chat:write"})) as slack:
        slack.fail(Fault(kind=Kind.BROKEN))
        await deliver(database, slack_channel(slack))
        assert slack.alerts() == expected(stories)
    assert "may come twice" in caplog.text
    assert "channels:history" in caplog.text


async def deliver_by_hand(slack: MockSlack, payload: object) -> None:
    """What the process that was killed had done: the message is out, the row says nothing."""
    assert isinstance(payload, dict)
    await slack_channel(slack).send(Alert.from_json(payload))


async def test_a_bad_channel_is_told_to_the_operators_once(store_url: str, put: Put) -> None:
    stories = put(3)
    async with MockSlack(archived=frozenset({"C0ALERTS"})) as slack:
        config = Config(
            store={"url": store_url},
            slack={"base_url": slack.base_url, "token": TOKEN},
            channel=[
                {"name": "desk", "kind": "slack", "target": "C0ALERTS"},
                {"name": "ops", "kind": "slack", "target": "C0SECOND"},
            ],
            ops={"channels": ["ops"]},
        )
        services = Services(config)
        one = Delivery.from_services(services)
        await one.drain(4.0)
        await one.stop()
        waiting = await services.database.read(
            lambda connection: outbox_report.listed(connection, states=("pending",))
        )
        services.close()
        assert sorted(row.story_id or 0 for row in waiting) == stories
        (notice,) = slack.messages
        assert notice["channel"] == "C0SECOND"
        assert "Alerts do not reach the channel desk" in notice["text"]
        assert ": the channel is archived. They wait" in str(notice["blocks"])


async def test_the_promise_is_told_at_the_start(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with MockSlack(scopes=frozenset({"chat:write"})) as slack:
        await deliver(database, slack_channel(slack))
    assert (
        "channel desk: after a failure an alert may come twice: the token lacks the scope"
        in caplog.text
    )


async def test_a_message_that_is_too_long_is_sent_shorter(slack: MockSlack) -> None:
    slack.fail(*[Fault(kind=Kind.ERROR, code="msg_too_long")] * 2)
    assert await slack_channel(slack).send(alert())
    (message,) = slack.messages
    assert message["text"].startswith("🔴 CIS and UN widen")
    assert "Why:" not in message["text"]
