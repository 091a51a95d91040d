"""One kit for every channel: each promise of `alerts.channel.Channel`, kept or declined."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from alerts.channel import CannotTell, Channel
from alerts.channels.jsonl import JsonLines
from alerts.channels.slack import Slack
from alerts.channels.terminal import Terminal
from crawler.clock import utc_now
from tests.alerts.delivering import slack_channel
from tests.alerts.stories import HOSTILE, alert
from tests.mock_slack import TOKEN, MockSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path


@dataclass
class Subject:
    channel: Channel
    shown: Callable[[], str]


@pytest.fixture(params=["slack", "jsonl", "terminal"])
async def subject(
    request: pytest.FixtureRequest, tmp_path: Path, slack: MockSlack
) -> AsyncIterator[Subject]:
    file, stream = tmp_path / "alerts.jsonl", io.StringIO()
    made: dict[str, Subject] = {
        "slack": Subject(slack_channel(slack), lambda: json.dumps(slack.messages)),
        "jsonl": Subject(
            JsonLines(name="desk", path=file, clock=utc_now), lambda: file.read_text("utf-8")
        ),
        "terminal": Subject(Terminal(name="desk", timezone="UTC", stream=stream), stream.getvalue),
    }
    yield made[request.param]
    await made[request.param].channel.close()


async def test_a_send_returns_what_the_channel_calls_the_message(subject: Subject) -> None:
    assert await subject.channel.send(alert())
    assert "widen" in subject.shown()


async def test_what_was_sent_is_found_and_what_was_not_is_not(subject: Subject) -> None:
    if isinstance(subject.channel, Terminal):  # it promises "at least once", and says why
        with pytest.raises(CannotTell, match="does not remember"):
            await subject.channel.find(alert())
        return
    assert await subject.channel.find(alert()) is None
    reference = await subject.channel.send(alert())
    assert await subject.channel.find(alert()) == reference
    assert await subject.channel.find(alert(story_id=8)) is None


async def test_a_hostile_headline_is_delivered_harmless(subject: Subject) -> None:
    await subject.channel.send(alert(HOSTILE))
    shown = subject.shown()
    assert "\x1b" not in shown
    if not isinstance(subject.channel, JsonLines):  # a file keeps the headline as it was
        assert "\u202e" not in shown
        assert "zerowidth" in shown
    if isinstance(subject.channel, Slack):
        assert not re.search(r"<[!@#]|@here", shown)


async def test_no_secret_is_in_what_is_shown_or_said(subject: Subject) -> None:
    said = " ".join(await subject.channel.check())
    await subject.channel.send(alert())
    assert TOKEN not in subject.shown() + said + repr(subject.channel)


async def test_a_pace_is_declared(subject: Subject) -> None:
    assert subject.channel.pace >= 0
