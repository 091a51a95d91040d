"""What Slack says is understood, and nothing is said that Slack should not hear."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.channel import (
    BadChannel,
    CannotTell,
    MessageRejected,
    Place,
    Retry,
    Unknown,
    open_channel,
)
from crawler.config.config import Config
from crawler.config.models import ChannelConfig
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from tests.alerts.delivering import slack_channel
from tests.doubles.slack.mock_slack import TOKEN, Fault, Kind, MockSlack
from tests.sample_alerts import alert


async def test_slack_gets_blocks_a_fallback_text_and_the_alerts_id(slack: MockSlack) -> None:
    await slack_channel(slack).send(alert())
    (message,) = slack.messages
    assert message["metadata"] == {
        "event_type": "wirewatch_alert",
        "event_payload": {
            "alert": "7:story",
            "story": 7,
            "kind": "story",
            "seen": alert().first_seen.isoformat(),
        },
    }
    assert message["unfurl_links"] is False
    assert message["unfurl_media"] is False
    assert message["text"].startswith("🔴 CIS and UN widen")
    assert all(block["text"]["verbatim"] for block in message["blocks"] if "text" in block)


async def test_slack_is_found_on_a_later_page_of_history(slack: MockSlack) -> None:
    channel = slack_channel(slack)
    reference = await channel.send(alert())
    slack.messages += [
        {"channel": "C0ALERTS", "text": "chatter", "ts": f"{float(reference) + n:.6f}"}
        for n in range(1, 450)
    ]
    assert await channel.find(alert()) == reference
    assert [method for _, method in slack.asked].count("conversations.history") == 3


async def test_an_alert_of_another_store_under_the_same_number_is_not_this_one(
    slack: MockSlack,
) -> None:
    channel, other = slack_channel(slack), alert("Another story")
    await channel.send(replace(other, first_seen=other.first_seen + timedelta(seconds=1)))
    assert await channel.find(alert()) is None
    reference = await channel.send(alert())
    assert await channel.find(alert()) == reference


async def test_slack_is_found_where_the_target_is_a_name(slack: MockSlack) -> None:
    reference = await slack_channel(slack, target="#alerts").send(alert())
    assert await slack_channel(slack, target="#alerts").find(alert()) == reference


async def test_a_429_asks_to_wait_as_long_as_slack_says(slack: MockSlack) -> None:
    slack.fail(Fault(kind=Kind.BUSY, seconds=7))
    with pytest.raises(Retry) as caught:
        await slack_channel(slack).send(alert())
    assert caught.value.after == 7


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=Kind.BROKEN),
        Fault(kind=Kind.BROKEN_AFTER),
        Fault(kind=Kind.CUT),
        Fault(kind=Kind.CUT_AFTER),
        Fault(kind=Kind.HANG, seconds=3),
        Fault(kind=Kind.ERROR, code="fatal_error"),
    ],
    ids=lambda fault: fault.kind.value,
)
async def test_after_this_nobody_knows_whether_it_arrived(slack: MockSlack, fault: Fault) -> None:
    slack.fail(fault)
    with pytest.raises(Unknown):
        await slack_channel(slack).send(alert())
    assert len([m for _, m in slack.asked if m == "chat.postMessage"]) == 1


async def test_slack_that_cannot_be_reached_has_surely_not_delivered() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        server = MockSlack()
        server.base_url = f"http://127.0.0.1:{unused.getsockname()[1]}/api/"
        with pytest.raises(Retry):
            await slack_channel(server).send(alert())


@pytest.mark.parametrize(
    "code", ["channel_not_found", "not_in_channel", "is_archived", "brand_new"]
)
async def test_a_channel_that_needs_mending_is_named_with_its_reason(
    slack: MockSlack, code: str
) -> None:
    slack.fail(*[Fault(kind=Kind.ERROR, code=code)] * 3)
    with pytest.raises(BadChannel, match=code):
        await slack_channel(slack).send(alert())


async def test_what_slack_refuses_without_a_reason_that_is_known_is_tried_as_plain_text(
    slack: MockSlack,
) -> None:
    slack.fail(Fault(kind=Kind.ERROR, code="brand_new"))
    await slack_channel(slack).send(alert())
    (message,) = slack.messages
    assert "blocks" not in message


async def test_a_wrong_token_is_to_be_mended_and_is_not_said(slack: MockSlack) -> None:
    channel = slack_channel(slack, token="xoxb-not-this-one")
    for attempt in (channel.send(alert()), channel.find(alert()), channel.check()):
        with pytest.raises(Retry, match="invalid_auth") as caught:
            await attempt
        assert "xoxb" not in str(caught.value)


async def test_a_server_that_repeats_the_token_does_not_get_it_into_our_words(
    slack: MockSlack,
) -> None:
    slack.fail(*[Fault(kind=Kind.ERROR, code=f"bad token {TOKEN}")] * 3)
    with pytest.raises(BadChannel) as caught:
        await slack_channel(slack).send(alert())
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long"])
async def test_refused_blocks_are_sent_as_text_once(slack: MockSlack, code: str) -> None:
    slack.fail(Fault(kind=Kind.ERROR, code=code))
    assert await slack_channel(slack).send(alert())
    (message,) = slack.messages
    assert "blocks" not in message
    assert "*counter-terrorism*" in message["text"]
    assert await slack_channel(slack).find(alert()) == message["ts"]


async def test_text_that_is_refused_too_is_rejected(slack: MockSlack) -> None:
    fault = Fault(kind=Kind.ERROR, code="msg_too_long")
    slack.fail(fault, fault, fault)
    with pytest.raises(MessageRejected, match="too long"):
        await slack_channel(slack).send(alert())


async def test_without_the_scope_to_read_history_nothing_can_be_told() -> None:
    async with MockSlack(scopes=frozenset({"chat:write"})) as server:
        with pytest.raises(CannotTell, match="channels:history"):
            await slack_channel(server).find(alert())


async def test_history_that_is_busy_can_be_asked_later(slack: MockSlack) -> None:
    slack.fail(Fault(kind=Kind.BUSY, seconds=4), method="conversations.history")
    with pytest.raises(Retry):
        await slack_channel(slack).find(alert())


async def test_the_check_names_a_scope_that_is_missing() -> None:
    async with MockSlack(scopes=frozenset({"channels:history"})) as server:
        with pytest.raises(Retry, match="chat:write"):
            await slack_channel(server).check()


@pytest.mark.parametrize("token", [None, "", "  "])
def test_a_slack_channel_without_a_token_is_unusable_and_says_what_to_set(
    token: str | None,
) -> None:
    declared = ChannelConfig(name="desk", kind="slack", target="C0ALERTS")
    config = Config(channel=[declared], slack={"token": token})
    with pytest.raises(Unusable, match="WIREWATCH_SLACK__TOKEN"):
        open_channel(Place(declared=declared, config=config, clock=utc_now))


async def test_a_proxy_of_the_environment_is_not_asked_for_loopback(
    slack: MockSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert await slack_channel(slack).send(alert())
