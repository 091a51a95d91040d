"""The mock Slack keeps to Slack's documentation: what it refuses, lists, repeats and forgets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack.mock_slack import APP_TOKEN, TOKEN, Fault, Kind, MockSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

BUTTON: dict[str, Any] = {
    "type": "button",
    "action_id": "good",
    "value": "7",
    "text": {"type": "plain_text", "text": "Relevant"},
}
ASKED = [{"type": "actions", "block_id": "verdict", "elements": [BUTTON]}]
METADATA = {"event_type": "wirewatch_alert", "event_payload": {"alert": "7:story"}}


@pytest.fixture
async def slack() -> AsyncIterator[MockSlack]:
    channels = {"C0ALERTS": "alerts", "C0OLD": "old", "C0OTHER": "other", "G0CLOSED": "closed"}
    async with MockSlack(
        channels=channels,
        archived=frozenset({"C0OLD"}),
        outsiders=frozenset({"C0OTHER", "G0CLOSED"}),
        private=frozenset({"G0CLOSED"}),
    ) as server:
        yield server


@pytest.fixture
def client(slack: MockSlack) -> AsyncWebClient:
    return bot(slack)


def bot(slack: MockSlack, token: str = TOKEN) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.base_url, retry_handlers=[])


async def refused(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await call
    said: dict[str, Any] = caught.value.response.data
    return said


async def test_a_thread_is_in_the_replies_and_not_in_the_history(
    slack: MockSlack, client: AsyncWebClient
) -> None:
    parent = (await client.chat_postMessage(channel="#alerts", text="story"))["ts"]
    for text in ("one", "two", "three"):
        await client.chat_postMessage(channel="C0ALERTS", text=text, thread_ts=parent)
    (shown,) = (await client.conversations_history(channel="C0ALERTS"))["messages"]
    assert (shown["text"], shown["reply_count"]) == ("story", 3)
    first = await client.conversations_replies(channel="C0ALERTS", ts=parent, limit=2)
    assert [m["text"] for m in first["messages"]] == ["story", "one"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_replies(channel="C0ALERTS", ts=parent, cursor=cursor)
    assert [m["text"] for m in rest["messages"]] == ["two", "three"]
    assert [m["text"] for m in slack.replies(parent)] == ["one", "two", "three"]
    reply = slack.replies(parent)[0]["ts"]
    for thread in (reply, "1.000001"):
        call = client.chat_postMessage(channel="C0ALERTS", text="no", thread_ts=thread)
        assert (await refused(call))["error"] == "cannot_reply_to_message"


async def test_the_history_has_metadata_for_those_who_ask(client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="C0ALERTS", text="story", metadata=METADATA)
    (short,) = (await client.conversations_history(channel="C0ALERTS"))["messages"]
    assert short["metadata"] == {"event_type": "wirewatch_alert"}
    asked = client.conversations_history(channel="C0ALERTS", include_all_metadata=True)
    (whole,) = (await asked)["messages"]
    assert whole["metadata"] == METADATA
    after = client.conversations_history(channel="C0ALERTS", oldest=whole["ts"])
    assert (await after)["messages"] == []


async def test_an_edit_keeps_the_metadata_and_loses_blocks_that_it_does_not_name(
    slack: MockSlack, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(
        channel="C0ALERTS", text="story", blocks=ASKED, metadata=METADATA
    )
    await client.chat_update(channel="C0ALERTS", ts=posted["ts"], text="story, twice")
    (message,) = slack.messages
    assert "blocks" not in message
    assert (message["text"], message["metadata"]) == ("story, twice", METADATA)
    assert "edited" in message
    slack.messages.append({"channel": "C0ALERTS", "ts": "1.000001", "text": "chatter"})
    for channel, ts, error in (
        ("C0ALERTS", "9.9", "message_not_found"),
        ("C0ALERTS", "1.000001", "cant_update_message"),
        ("#alerts", posted["ts"], "channel_not_found"),
    ):
        assert (await refused(client.chat_update(channel=channel, ts=ts, text="x")))[
            "error"
        ] == error


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NONE", "channel_not_found"),
        ("C0OTHER", "not_in_channel"),
        ("G0CLOSED", "channel_not_found"),
        ("C0OLD", "is_archived"),
    ],
)
async def test_a_channel_that_the_bot_may_not_use_is_refused(
    client: AsyncWebClient, channel: str, error: str
) -> None:
    assert (await refused(client.chat_postMessage(channel=channel, text="x")))["error"] == error


async def test_channels_are_described_and_listed(client: AsyncWebClient) -> None:
    other = (await client.conversations_info(channel="C0OTHER"))["channel"]
    assert (other["name"], other["is_member"], other["is_archived"]) == ("other", False, False)
    found = client.conversations_info(channel="G0CLOSED")
    assert (await refused(found))["error"] == "channel_not_found"
    listed = await client.conversations_list(exclude_archived=True, limit=1)
    assert [one["name"] for one in listed["channels"]] == ["alerts"]
    cursor = listed["response_metadata"]["next_cursor"]
    rest = await client.conversations_list(exclude_archived=True, cursor=cursor)
    assert [one["name"] for one in rest["channels"]] == ["other"]


async def test_each_method_wants_its_scope_and_its_kind_of_token(slack: MockSlack) -> None:
    async with MockSlack(scopes=frozenset()) as server:
        client = bot(server)
        for call, needed in (
            (client.chat_postMessage(channel="C0ALERTS", text="x"), "chat:write"),
            (client.chat_update(channel="C0ALERTS", ts="1.1", text="x"), "chat:write"),
            (client.conversations_history(channel="C0ALERTS"), "channels:history"),
            (client.conversations_replies(channel="C0ALERTS", ts="1.1"), "channels:history"),
            (client.conversations_info(channel="C0ALERTS"), "channels:read"),
        ):
            said = await refused(call)
            assert (said["error"], said["needed"]) == ("missing_scope", needed)
    assert (await refused(bot(slack, "xoxb-other").auth_test()))["error"] == "invalid_auth"
    opened = bot(slack).apps_connections_open(app_token=TOKEN)
    assert (await refused(opened))["error"] == "not_allowed_token_type"


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def context(*texts: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": t} for t in texts]}


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text"),
        ([section("")], "must be more than 0 characters"),
        ([section("x")] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([context(*"x" * 11)], "no more than 10 items allowed"),
        ([context("x" * 2001)], "must be less than 2001 characters"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "must be a plain_text"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "less than 151"),
        ([{"type": "actions", "elements": [BUTTON] * 2}], "`action_id` must be unique"),
        ([{"type": "actions", "elements": [BUTTON | {"value": "x" * 2001}]}], "less than 2001"),
        ([{"type": "marquee"}], "unsupported type: marquee"),
    ],
)
async def test_blocks_beyond_the_limits_are_refused_in_slacks_words(
    client: AsyncWebClient, blocks: list[dict[str, Any]], words: str
) -> None:
    said = await refused(client.chat_postMessage(channel="C0ALERTS", text="x", blocks=blocks))
    assert said["error"] == "invalid_blocks"
    assert words in said["response_metadata"]["messages"][0]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [section("x" * 3000)] * 5}, "msg_blocks_too_long"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        (
            {"text": "x", "metadata": {"event_type": "x", "event_payload": {"x": "y" * 9000}}},
            "metadata_too_large",
        ),
    ],
)
async def test_a_message_beyond_the_limits_is_refused(
    client: AsyncWebClient, content: dict[str, Any], error: str
) -> None:
    assert (await refused(client.chat_postMessage(channel="C0ALERTS", **content)))["error"] == error


async def test_a_channel_takes_one_message_in_its_pace_and_others_are_free() -> None:
    async with MockSlack(pace=0.4) as slack:
        client = bot(slack)
        await client.chat_postMessage(channel="C0ALERTS", text="one")
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel="C0ALERTS", text="too soon")
        await client.chat_postMessage(channel="C0SECOND", text="another channel")
        assert caught.value.response.status_code == 429
        await asyncio.sleep(float(caught.value.response.headers["Retry-After"]))
        await client.chat_postMessage(channel="C0ALERTS", text="two")
        assert [m["text"] for m in slack.messages] == ["one", "another channel", "two"]


async def test_a_request_that_is_answered_late_or_twice_is_stored_once(
    slack: MockSlack, client: AsyncWebClient
) -> None:
    slack.fail(Fault(kind=Kind.TWICE), Fault(kind=Kind.LATE, seconds=0.3))
    for text in ("twice", "late", "right"):
        assert (await client.chat_postMessage(channel="C0ALERTS", text=text))["ok"]
    assert [m["text"] for m in slack.messages] == ["twice", "late", "right"]


async def test_the_journal_holds_each_message_as_it_looked_last(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    async with MockSlack(journal=journal) as slack:
        posted = await bot(slack).chat_postMessage(channel="C0ALERTS", text="one")
        await bot(slack).chat_update(channel="C0ALERTS", ts=posted["ts"], text="two")
    assert [m["text"] for m in MockSlack(journal=journal).messages] == ["two"]


class App:
    """What listens over Socket Mode; `heard` are the envelopes."""

    def __init__(self, slack: MockSlack, *, payload: dict[str, Any] | None = None) -> None:
        self.heard: list[SocketModeRequest] = []
        self.silent = False
        # Any: slack_sdk declares no types for connecting and closing.
        self.client: Any = SocketModeClient(app_token=APP_TOKEN, web_client=bot(slack))
        self._payload = payload

        async def listen(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            self.heard.append(request)
            if not self.silent:
                answer = SocketModeResponse(envelope_id=request.envelope_id, payload=self._payload)
                await client.send_socket_mode_response(answer)

        self.client.socket_mode_request_listeners.append(listen)


async def test_a_pressed_button_reaches_the_app_and_again_when_repeated(
    slack: MockSlack, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel="C0ALERTS", text="x", blocks=ASKED)
    app = App(slack)
    await app.client.connect()
    await slack.readers.press("good", channel="C0ALERTS", ts=posted["ts"], user="U0ANNA")
    await slack.socket.repeat()
    first, again = app.heard
    assert first.envelope_id == again.envelope_id
    assert first.type == "interactive"
    assert first.payload["actions"][0]["value"] == "7"
    assert first.payload["container"]["message_ts"] == posted["ts"]
    assert first.payload["user"]["id"] == "U0ANNA"
    await answer_at(first.payload["response_url"], {"replace_original": True, "text": "thanks"})
    assert slack.messages[0]["text"] == "thanks"
    await answer_at(first.payload["response_url"], {"text": "only for you"})
    assert (slack.ephemeral[0]["user"], slack.ephemeral[0]["text"]) == ("U0ANNA", "only for you")
    for _ in range(3):
        assert await answer_at(first.payload["response_url"], {"text": "x"}) == (200, "ok")
    assert await answer_at(first.payload["response_url"], {"text": "x"}) == (404, "used_url")
    await app.client.close()


async def test_a_command_is_answered_in_its_acknowledgement(slack: MockSlack) -> None:
    app = App(slack, payload={"text": "all is well"})
    await app.client.connect()
    said = await slack.readers.command("/wirewatch", "status", channel="C0ALERTS")
    assert said == {"text": "all is well"}
    assert slack.ephemeral[0]["text"] == "all is well"
    assert app.heard[0].payload["text"] == "status"
    await app.client.close()


async def test_an_envelope_that_is_not_acknowledged_is_missed(
    slack: MockSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.doubles.slack.socket.ACKNOWLEDGE", 0.2)
    app = App(slack)
    await app.client.connect()
    app.silent = True
    with pytest.raises(TimeoutError):
        await slack.readers.command("/wirewatch", "status", channel="C0ALERTS")
    await app.client.close()


async def test_an_app_that_is_told_to_connect_anew_does(slack: MockSlack) -> None:
    app = App(slack)
    await app.client.connect()
    await slack.socket.connected()
    await slack.socket.disconnect()
    await slack.readers.command("/wirewatch", "status", channel="C0ALERTS")
    assert [method for _, method in slack.asked].count("apps.connections.open") == 2
    await app.client.close()


async def answer_at(url: str, said: dict[str, Any]) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=said) as answer:
        return answer.status, await answer.text()
