"""One kit for every channel: each promise of `alerts.channel.Channel`, kept or declined.

The kinds are the files in alerts/channels/; tests/alerts/subjects/<kind>.py gives one to try.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from alerts.channel import CannotTell
from crawler.config.channel_kinds import kinds
from tests.sample_alerts import HOSTILE, alert

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.alerts.subject import Subject


@pytest.fixture(params=kinds())
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Subject]:
    async with import_module(f"tests.alerts.subjects.{request.param}").subject(tmp_path) as one:
        yield one
        await one.channel.close()


async def test_a_send_returns_what_the_channel_calls_the_message(subject: Subject) -> None:
    assert await subject.channel.send(alert())
    assert "widen" in subject.shown()


async def test_what_was_sent_is_found_and_what_was_not_is_not(subject: Subject) -> None:
    if subject.forgets:  # it promises "at least once", and says why
        with pytest.raises(CannotTell, match=subject.forgets):
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
    if not subject.keeps_headlines:
        assert "\u202e" not in shown
        assert "zerowidth" in shown
    if subject.live:
        assert not re.search(subject.live, shown)


async def test_no_secret_is_in_what_is_shown_or_said(subject: Subject, logged: io.StringIO) -> None:
    said = " ".join(await subject.channel.check())
    await subject.channel.send(alert())
    everything = subject.shown() + said + repr(subject.channel) + logged.getvalue()
    for secret in subject.secrets:
        assert secret not in everything


async def test_a_pace_is_declared(subject: Subject) -> None:
    assert subject.channel.pace >= 0
