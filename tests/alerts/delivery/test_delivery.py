"""Every alert arrives in order, and as soon as its channel allows."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.channel import Place, Retry, open_channel
from alerts.channels.jsonl import JsonLines
from alerts.delivery.delivery import Delivery
from alerts.retry import retry_delay
from crawler.config.config import Config
from crawler.config.models import ChannelConfig
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.runtime.services import Services
from crawler.storage.alerts import outbox, outbox_report
from tests.alerts.delivering import (
    WITHIN,
    Recorder,
    deliver,
    delivery,
    expected,
    slack_channel,
    until,
)
from tests.doubles.slack.mock_slack import TOKEN, Fault, Kind, MockSlack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.storage.database import Database

    Put = Callable[..., list[int]]


async def test_alerts_arrive_in_order_and_are_counted(
    database: Database, put: Put, slack: MockSlack
) -> None:
    stories = put(5)
    counts = await deliver(database, slack_channel(slack))
    assert counts == {"sent": 5, "waiting": 0, "dead": 0}
    assert slack.alerts() == expected(stories)
    references = [row.reference for row in await database.read(outbox_report.listed)]
    assert references[::-1] == [message["ts"] for message in slack.messages]


async def test_an_alert_waits_as_long_as_slack_asks_and_the_others_go_on(
    database: Database, put: Put, slack: MockSlack, tmp_path: Path
) -> None:
    put(2, channels=("desk", "second", "file"))
    slack.fail(Fault(kind=Kind.BUSY, seconds=2))
    file = JsonLines(name="file", path=tmp_path / "alerts.jsonl", clock=utc_now)
    one = delivery(database, slack_channel(slack), slack_channel(slack, "second", "C0SECOND"), file)
    await one.drain(WITHIN)
    await one.stop()
    assert len((tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()) == 2
    assert slack.alerts("C0ALERTS") == slack.alerts("C0SECOND")
    at_once, _, after_it, _ = [message["channel"] for message in slack.messages]
    assert at_once != after_it  # whichever was first to ask is the one that waits
    posted = [at for at, method in slack.asked if method == "chat.postMessage"]
    assert posted[3] - posted[0] >= 2.0


async def test_a_slow_channel_holds_up_nobody(database: Database, put: Put) -> None:
    put(3, channels=("desk", "slow"))
    desk, slow, answered = Recorder(), Recorder("slow"), asyncio.Event()
    slow.then = [answered]
    one = delivery(database, desk, slow)
    one.start()
    await until(lambda: len(desk.got) == 3 and slow.begun == 1)
    assert not slow.got
    answered.set()
    assert (await one.drain(WITHIN))["sent"] == 6
    await one.stop()


async def test_a_channel_is_not_sent_to_faster_than_its_pace(database: Database, put: Put) -> None:
    put(3)
    desk = Recorder()
    desk.pace = 0.4
    began = time.monotonic()
    await deliver(database, desk)
    assert time.monotonic() - began >= 0.8


async def test_an_alert_leaves_at_once_when_the_store_rings(
    database: Database, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.delivery.channel_worker.POLL", 3600.0)
    desk = Recorder()
    one = delivery(database, desk)
    put()
    assert (await one.drain(WITHIN))["sent"] == 1
    put()
    one.wake()
    await until(lambda: len(desk.got) == 2)
    await one.stop()


async def test_an_alert_leaves_within_a_second_or_so_when_nobody_rings(
    database: Database, put: Put
) -> None:
    desk = Recorder()
    one = delivery(database, desk)
    put()
    assert (await one.drain(WITHIN))["sent"] == 1
    put()
    await until(lambda: len(desk.got) == 2)
    await one.stop()


async def test_stopping_finishes_what_is_under_way_and_begins_nothing_more(
    database: Database, put: Put
) -> None:
    first, _ = put(2)
    desk, answered = Recorder(), asyncio.Event()
    desk.then = [answered]
    one = delivery(database, desk)
    one.start()
    await until(lambda: desk.begun == 1)
    stopping = asyncio.create_task(one.stop(WITHIN))
    await asyncio.sleep(0)  # it has begun
    answered.set()
    await stopping
    assert desk.got == [first]
    assert desk.closed
    standing = (await database.read(outbox_report.by_state))["desk"]
    assert (standing["sent"], standing["pending"], standing["sending"]) == (1, 1, 0)


async def test_stopping_does_not_wait_for_a_send_that_hangs(database: Database, put: Put) -> None:
    put()
    desk = Recorder()
    desk.then = [asyncio.Event()]
    one = delivery(database, desk, lease=600)
    one.start()
    await until(lambda: desk.begun == 1)
    await asyncio.wait_for(one.stop(0.5), WITHIN)
    # The next process need not wait for the lease, and must ask before it sends.
    (row,) = await database.write(
        lambda connection: outbox.claim(
            connection,
            owner="next",
            now=utc_now(),
            lease=timedelta(seconds=9),
            limit=1,
            channels=["desk"],
        )
    )
    assert row.outcome_unknown


async def test_stopping_does_not_wait_for_a_channel_that_asked_for_quiet(
    database: Database, put: Put
) -> None:
    put()
    desk = Recorder()
    desk.then = [Retry("busy", after=60)]
    one = delivery(database, desk)
    one.start()
    await until(lambda: desk.begun == 1)
    await asyncio.wait_for(one.stop(60), WITHIN)


async def test_a_send_ends_before_its_lease_does(database: Database, put: Put) -> None:
    put()
    desk = Recorder()
    desk.then = [asyncio.Event()]
    one = delivery(database, desk, lease=1)
    assert (await one.drain(WITHIN))["sent"] == 1
    await one.stop()
    assert len(desk.got) == 1


async def test_draining_gives_up_when_its_time_is_over(database: Database, put: Put) -> None:
    put(2)
    desk = Recorder()
    desk.then = [Retry("busy", after=60)]
    assert await deliver(database, desk, within=0.5) == {"sent": 0, "waiting": 2, "dead": 0}


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "not_allowed_token_type"])
async def test_alerts_wait_for_a_token_that_is_right_and_then_arrive(
    database: Database, put: Put, slack: MockSlack, code: str
) -> None:
    stories = put(2)
    slack.fail(Fault(kind=Kind.ERROR, code=code))
    one = delivery(database, slack_channel(slack))
    while not (why := await database.read(outbox_report.hindrances)):
        await one.drain(0.05)
    assert code in why["desk"]
    assert (await one.drain(WITHIN))["dead"] == 0
    await one.stop()
    assert slack.alerts() == expected(stories)
    assert await database.read(outbox_report.hindrances) == {}


async def test_a_token_that_is_wrong_is_told_at_the_start(
    database: Database, slack: MockSlack, caplog: pytest.LogCaptureFixture
) -> None:
    await deliver(database, slack_channel(slack, token="xoxb-not-this-one"))
    assert "channel desk does not work: invalid_auth: Slack does not accept" in caplog.text
    assert "xoxb" not in caplog.text


async def test_slack_that_is_away_at_the_start_gets_the_alerts_later(
    database: Database, put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    put(1)
    server = MockSlack()
    await server.start()
    channel = slack_channel(server)
    await server.stop()
    one = delivery(database, channel)
    assert (await one.drain(0.3))["waiting"] == 1
    assert "channel desk does not work: Slack cannot be reached" in caplog.text
    again = MockSlack()
    await again.start(int(server.base_url.split(":")[2].split("/")[0]))
    assert (await one.drain(WITHIN))["sent"] == 1
    await one.stop()
    await again.stop()


async def test_alerts_for_a_channel_that_was_removed_are_named(
    database: Database, put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    put(channels=("removed",))
    with caplog.at_level(logging.WARNING):
        await deliver(database, Recorder(), within=1)
    assert "channel=removed" in caplog.text


async def test_the_log_holds_no_token(
    database: Database, put: Put, slack: MockSlack, caplog: pytest.LogCaptureFixture
) -> None:
    put(2)
    slack.fail(Fault(kind=Kind.BROKEN), Fault(kind=Kind.ERROR, code=f"no {TOKEN}"))
    with caplog.at_level(logging.DEBUG):
        await deliver(database, slack_channel(slack))
    assert "alert sent channel=desk" in caplog.text
    assert TOKEN not in caplog.text + str(await database.read(outbox_report.listed))


def test_waits_double_to_a_minute_and_are_spread_by_chance() -> None:
    assert [retry_delay(tries, 0) for tries in (1, 2, 3, 7, 40)] == [1, 2, 4, 60, 60]
    assert retry_delay(7, 1) == 30


async def test_the_terminal_is_the_channel_where_none_is_configured(database: Database) -> None:
    services = Services(Config(store={"url": database.url.render_as_string(hide_password=False)}))
    one = Delivery.from_services(services)
    assert await one.drain(1) == {"sent": 0, "waiting": 0, "dead": 0}
    await one.stop()
    services.close()


def test_a_missing_token_is_one_clear_message_at_the_start(tmp_path: Path) -> None:
    declared = ChannelConfig(name="desk", kind="slack", target="#alerts")
    url = f"sqlite:///{tmp_path / 'store.db'}"
    services = Services(Config(store={"url": url}, channel=[declared]))
    with pytest.raises(Unusable, match="channel desk: no Slack token"):
        Delivery.from_services(services)
    services.close()


@pytest.mark.parametrize(("kind", "wanted"), [("slack", "channel id or #name"), ("jsonl", "path")])
def test_a_missing_target_is_one_clear_message_at_the_start(kind: str, wanted: str) -> None:
    declared = ChannelConfig(name="desk", kind=kind)
    config = Config(channel=[declared], slack={"token": "xoxb-1"})
    with pytest.raises(Unusable, match=f"desk: kind {kind} needs target = .*{wanted}"):
        open_channel(Place(declared=declared, config=config, clock=utc_now))
