"""A delivery that is killed at any instant, again and again, sends every alert exactly once."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.doubles.slack.mock_slack import MockSlack

    Put = Callable[..., list[int]]

SCRIPT = Path(__file__).with_name("deliver_until_killed.py")
KILLS = 6


async def begin(store_url: str, slack: MockSlack) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", f"tests.alerts.delivery.{SCRIPT.stem}", store_url, slack.base_url),
        stdout=asyncio.subprocess.PIPE,
        cwd=SCRIPT.parents[3],
    )
    assert process.stdout
    assert await process.stdout.readline() == b"begun\n"
    return process


def _nothing() -> None:
    """Nobody is killed any more."""


@pytest.mark.parametrize("shown_after", [0.0, 1.2])
async def test_kill_nine_at_any_instant_yields_every_alert_once(
    store_url: str, put: Put, slack: MockSlack, shown_after: float
) -> None:
    slack.workspace.shown_after = shown_after
    stories = put(40)
    chance = random.Random(7)  # noqa: S311 - repeatable instants
    for number in range(KILLS):
        process = await begin(store_url, slack)
        if number % 2:  # between Slack's yes and hearing of it
            slack.when_stored(process.kill)
            await process.wait()
            slack.when_stored(_nothing)
        else:
            await asyncio.sleep(chance.uniform(0, 0.15))
            process.kill()
        await process.communicate()
    process = await begin(store_url, slack)
    said, _ = await process.communicate()
    assert b"waiting 0" in said
    assert "conversations.history" in {method for _, method in slack.asked}
    assert slack.alerts() == [f"{story}:story" for story in stories]
