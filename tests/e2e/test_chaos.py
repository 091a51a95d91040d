"""Stories go to Slack through faults of every kind and kills: each once, in order, none lost.

CI runs a small share on SQLite. `WIREWATCH_TEST_CHAOS=whole pytest tests/e2e/test_chaos.py` is the
whole: 1,000 stories, 200 faults, 20 kills, on both databases, in three minutes each.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.model.clock import utc_now
from crawler.storage import schema
from crawler.storage.alerts import outbox
from crawler.storage.database import Database
from crawler.storage.maintenance.migrate import migrate
from crawler.storage.schema import stories
from tests.doubles.slack.mock_slack import TOKEN, Fault, Kind, MockSlack
from tests.e2e.desk import Desk
from tests.e2e.program import until
from tests.sample_alerts import alert

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from tests.e2e.program import Running
    from tests.e2e.wire import Wire

SEED = int(os.environ.get("WIREWATCH_TEST_SEED", "20261124"))
WHOLE = os.environ.get("WIREWATCH_TEST_CHAOS") == "whole"
SHOWN_AFTER = 1.0  # seconds until Slack shows what it has stored
PACE = 1.0  # seconds between two messages in a channel, as strict as Slack is
OVERLOADED = ("fatal_error", "internal_error", "ratelimited", "service_unavailable")
_CONFIGURATION = """
enabled = []
[store]
url = "{store}"
[alerts]
lease = "3s"
[slack]
base_url = "{slack}"
visible_within = "3s"
[[source]]
name = "silent"
feeds = ["{feed}"]
interval = "1h"
"""
_CHANNEL = """
[[channel]]
name = "{name}"
kind = "slack"
target = "{id}"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of it. Channels are many because each takes one message a second."""

    stories: int
    channels: int
    faults: int
    kills: int


PLAN = (
    Plan(stories=1000, channels=25, faults=200, kills=20)
    if WHOLE
    else Plan(stories=60, channels=6, faults=24, kills=4)
)


CHANNELS = {f"C0DESK{number:02}": f"desk{number:02}" for number in range(PLAN.channels)}


def faults(count: int, chance: random.Random) -> list[Fault]:
    """Every kind as often as every other, in random order."""
    kinds = list(Kind) * -(-count // len(Kind))
    chosen = chance.sample(kinds[:count], count)
    # A request is given 2.4 s; what is stored and shown late must be seen before the last look.
    seconds = {
        Kind.BUSY: (0.1, 2.0),
        Kind.LATE: (0.1, 4.0),
        Kind.STORED_LATE: (0.1, 1.5),
        Kind.SHOWN_LATE: (0.1, 2.2),
    }
    return [
        Fault(
            kind=kind,
            seconds=round(chance.uniform(*seconds.get(kind, (4.0, 4.0))), 2),
            code=chance.choice(OVERLOADED),
        )
        for kind in chosen
    ]


class Newsroom:
    """A store that stories are put into, the program that delivers them, and Slack."""

    def __init__(self, desk: Desk, slack: MockSlack) -> None:
        self.desk = desk
        self.slack = slack
        self.expected: dict[str, list[int]] = defaultdict(list)
        self.in_delivery = 0  # how often it died between Slack's yes and hearing of it
        self._database = Database(desk.store_url)
        migrate(self._database)
        self._database = self._database

    def configure(self, feed: str) -> None:
        text = _CONFIGURATION.format(
            store=self.desk.store_url, slack=self.slack.base_url, feed=feed
        )
        text += "".join(_CHANNEL.format(name=name, id=one) for one, name in CHANNELS.items())
        self.desk.config.write_text(text, encoding="utf-8")
        self.desk.environment = {"WIREWATCH_SLACK__TOKEN": TOKEN}

    def close(self) -> None:
        self._database.close()

    def put(self, channel: str) -> None:
        """A story that is to be told in a channel, as the store pipeline writes it."""

        def work(connection: Connection) -> int:
            now = utc_now()
            insert = sa.insert(stories).values(created_at=now).returning(stories.c.id)
            story: int = connection.execute(insert).scalar_one()
            payload = replace(alert(story_id=story), first_seen=now).to_json()
            outbox.enqueue(
                connection,
                story_id=story,
                channel=CHANNELS[channel],
                kind="story",
                payload=payload,
                now=now,
            )
            return story

        self.expected[channel].append(self._database.write_now(work))

    async def publish(self, channels: list[str], over: float) -> None:
        for channel in channels:
            await asyncio.sleep(over / len(channels))
            await asyncio.to_thread(self.put, channel)

    async def killed(self, chance: random.Random, *, in_delivery: bool) -> None:
        """One life of the program: it dies at a random instant, or as Slack stores a message."""
        running = await self.desk.start("run")
        if in_delivery:
            await asyncio.sleep(chance.uniform(1, 4))
            self.slack.when_stored(running.shoot)
            with contextlib.suppress(AssertionError):  # every channel may be waiting
                await until(lambda: not running.alive, "its death", within=30)
            self.slack.when_stored(lambda: None)
            self.in_delivery += not running.alive
        else:
            await asyncio.sleep(chance.uniform(0.5, 5))
            assert running.alive, running.err
        assert await running.kill() == [], "its children outlived it"
        assert "Traceback" not in running.err, running.err

    def undelivered(self) -> int:
        return len(
            self.desk.rows(sa.select(schema.outbox.c.id).where(schema.outbox.c.state != "sent"))
        )

    def told(self) -> dict[str, list[int]]:
        """The stories that each channel was told of, in the order in which they came."""
        parents: dict[str, list[int]] = defaultdict(list)
        for message in self.slack.messages:
            if "thread_ts" not in message:
                story = message["metadata"]["event_payload"]["story"]
                parents[message["channel"]].append(story)
        return parents


@pytest.fixture
async def newsroom(tmp_path: Path, store_url: str, wire: Wire) -> AsyncIterator[Newsroom]:
    if not (WHOLE or store_url.startswith("sqlite")):
        pytest.skip("WIREWATCH_TEST_CHAOS=whole runs it on PostgreSQL, too")
    async with (
        Desk(tmp_path, store_url=store_url) as desk,
        MockSlack(channels=CHANNELS, pace=PACE, seed=SEED) as slack,
    ):
        slack.workspace.shown_after = SHOWN_AFTER
        built = Newsroom(desk, slack)
        built.configure(wire.feed())
        yield built
        built.close()


@pytest.mark.timeout(900 if WHOLE else 180)
async def test_every_story_arrives_once_and_in_order_through_faults_and_kills(
    newsroom: Newsroom,
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable faults and kills
    print(f"WIREWATCH_TEST_SEED={SEED}")  # noqa: T201 - shown where it fails
    newsroom.slack.faults.scatter(faults(PLAN.faults, chance), rate=PLAN.faults / PLAN.stories)
    for share, number in _shares(chance):
        publishing = asyncio.create_task(newsroom.publish(share, chance.uniform(0, 3)))
        await newsroom.killed(chance, in_delivery=number % 2 == 1)
        await publishing
    last = await newsroom.desk.start("run")
    await _delivered(newsroom, last)
    ended = await last.terminate(within=12)
    assert ended.status == 0, ended.err
    assert "Traceback" not in ended.err, ended.err
    assert newsroom.told() == newsroom.expected
    assert newsroom.in_delivery, "not once did it die in mid-delivery"
    assert len(newsroom.slack.faults.happened) == PLAN.faults


def _shares(chance: random.Random) -> Iterator[tuple[list[str], int]]:
    """Which channels get a story in each life of the program: as many a life, in random order."""
    channels = ([*CHANNELS] * -(-PLAN.stories // PLAN.channels))[: PLAN.stories]
    chance.shuffle(channels)
    size = -(-len(channels) // PLAN.kills)
    for number in range(PLAN.kills):
        yield channels[number * size : (number + 1) * size], number


async def _delivered(newsroom: Newsroom, running: Running) -> None:
    await until(
        lambda: newsroom.undelivered() == 0,
        "every alert delivered",
        within=600 if WHOLE else 90,
        of=running,
    )
