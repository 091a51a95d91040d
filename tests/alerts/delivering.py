"""A channel that does as it is told, a Slack channel without its pace, and deliveries."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.channels.slack import Slack
from alerts.delivery.delivery import Delivery
from crawler.model.clock import utc_now
from tests.doubles.slack.mock_slack import TOKEN, MockSlack

if TYPE_CHECKING:
    from collections.abc import Callable

    from alerts.channel import Channel
    from crawler.model.alert import Alert
    from crawler.storage.database import Database

WITHIN = 20.0


async def until(holds: Callable[[], bool], within: float = WITHIN) -> None:
    """Wait for what must come; how long it takes is the machine's affair."""
    ends = time.monotonic() + within
    while not holds():
        assert time.monotonic() < ends, "it did not come in time"
        await asyncio.sleep(0.01)


class Recorder:
    """A channel that does as it is told: `then` is raised, or awaited, by the next sends.

    `begun` is how many sends there were, `got` what arrived.
    """

    pace = 0.0
    visible_within = 0.0

    def __init__(self, name: str = "desk") -> None:
        self.name = name
        self.then: list[Exception | float | asyncio.Event] = []
        self.begun = 0
        self.got: list[int] = []
        self.closed = False

    async def send(self, alert: Alert) -> str:
        order = self.then.pop(0) if self.then else 0.0
        self.begun += 1
        if isinstance(order, Exception):
            raise order
        await (order.wait() if isinstance(order, asyncio.Event) else asyncio.sleep(order))
        self.got.append(alert.story_id)
        return f"number {len(self.got)}"

    async def find(self, alert: Alert) -> str | None:
        return "found" if alert.story_id in self.got else None

    async def check(self) -> list[str]:
        return []

    async def close(self) -> None:
        self.closed = True


def slack_channel(
    server: MockSlack,
    name: str = "desk",
    target: str = "C0ALERTS",
    *,
    token: str = TOKEN,
    store: Database | None = None,
    visible_within: float = 2.0,
) -> Slack:
    return Slack(
        name=name,
        target=target,
        token=token,
        base_url=server.base_url,
        timezone="UTC",
        store=store,
        pace=0,
        timeout=1,
        visible_within=visible_within,
    )


def delivery(database: Database, *channels: Channel, lease: float = 10) -> Delivery:
    return Delivery(database, channels, lease=timedelta(seconds=lease), clock=utc_now)


async def deliver(database: Database, *channels: Channel, within: float = WITHIN) -> dict[str, int]:
    one = delivery(database, *channels)
    try:
        return await one.drain(within)
    finally:
        await one.stop()


def expected(stories: list[int]) -> list[str]:
    return [f"{story}:story" for story in stories]
