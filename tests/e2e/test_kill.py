"""`kill -9` at any instant: every page ends exactly one way, every alert arrives exactly once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.model.clock import utc_now
from crawler.model.urls import canonical_url
from crawler.storage.crawl.runs import READ
from crawler.storage.schema import outbox
from replica.configuration import write_configuration
from replica.service import WireService
from replica.story import OLD_MINUTES, Quirk, StoryKind, load_stories
from replica.verdict import key
from tests.doubles.slack.mock_slack import TOKEN, MockSlack
from tests.e2e.desk import Desk
from tests.e2e.program import Running, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from replica.chrome import Publication
    from replica.story import Story

SEED = int(os.environ.get("WIREWATCH_TEST_SEED", "20261123"))
KILLS = {"sqlite": 20, "postgresql": 5}
REASONS = {Quirk.EMPTY: "empty-page", Quirk.MISSING: "http-404", Quirk.LOOP: "redirect-loop"}
_SETTLED_WITHIN = 60.0
_CHANNELS = """
[[channel]]
name = "desk"
kind = "slack"
target = "C0ALERTS"

[slack]
base_url = "{base_url}"

[alerts]
lease = "2s"
alert_baseline = true
"""


def _nothing() -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """When to kill: so many seconds after `since`."""

    since: str  # "start", "first request", "message accepted"
    seconds: float


def _instants(count: int, chance: random.Random) -> list[Instant]:
    """A quarter while it starts, half while it polls and delivers, a quarter in mid-delivery."""
    turns = ["start", "first request", "first request", "message accepted"] * count
    longest = {"start": 2.0, "first request": 2.2, "message accepted": 0.0}
    return [Instant(since=turn, seconds=chance.uniform(0, longest[turn])) for turn in turns[:count]]


class Replica:
    """The replica wire service, the mock Slack, and an installation between them."""

    def __init__(self, desk: Desk, service: WireService, slack: MockSlack) -> None:
        self.desk = desk
        self.service = service
        self.slack = slack
        self.shown: dict[str, Publication] = {}  # by story id
        self.in_delivery = 0  # how often it died between Slack's yes and hearing of it

    def configure(self) -> None:
        channels = _CHANNELS.format(base_url=self.slack.base_url)
        write_configuration(self.desk.folder, self.service.urls, channels=channels)
        self.desk.environment = {
            "WIREWATCH_SLACK__TOKEN": TOKEN,
            "WIREWATCH_STORE__URL": self.desk.store_url,
        }
        self.shown = {
            publication.story.id: publication
            for site in self.service.sites.values()
            for publication in site.publications
        }

    def publish(self, story: Story) -> None:
        shown = self.service.publish(story)
        if story.kind is not StoryKind.REVISION:
            self.shown[story.id] = shown

    @property
    def requests(self) -> int:
        return sum(len(site.log) for site in self.service.sites.values())

    async def killed(self, instant: Instant) -> None:
        """One life of the program, ended at that instant."""
        before = self.requests
        expected = len(self.expected()) > len(self.slack.messages)
        delivering = instant.since == "message accepted" and expected
        running = await self.desk.start("run")
        if delivering:
            self.slack.when_stored(running.shoot)
            await self._unless(running, lambda: not running.alive, 10.0)
            self.slack.when_stored(_nothing)
            self.in_delivery += not running.alive
        elif instant.since != "start":
            await self._unless(running, lambda: self.requests > before, 20.0)
        await asyncio.sleep(instant.seconds)
        left = await running.kill()
        assert left == [], "its children outlived it"
        # Twisted may call a timer twice on a loop that was starved of its processor: not ours.
        twice = running.err.count("twisted.internet.defer.AlreadyCalledError")
        assert running.err.count("Traceback") <= twice, running.err

    async def _unless(self, running: Running, reached: Callable[[], bool], within: float) -> None:
        """Wait for something that need not happen: there may be nothing left to deliver."""
        with contextlib.suppress(AssertionError):
            await until(reached, "something that need not happen", within=within, of=running)

    # -- what must be so at the end ------------------------------------------------------------

    def unsettled(self) -> set[str]:
        states = {row["url"]: row["state"] for row in self.desk.pages().values()}
        wanted = {canonical_url(shown.url) for shown in self.shown.values()}
        return {url for url in wanted if states.get(url) in {None, "pending", "failed"}}

    def undelivered(self) -> int:
        query = sa.select(outbox.c.id).where(outbox.c.state != "sent")
        return len(self.desk.rows(query))

    def expected(self) -> set[str]:
        """The ids of the stories that must alert, once each."""
        return {
            story.id
            for story in self.service.stories
            if story.kind is StoryKind.COOPERATION and story.minutes_ago < OLD_MINUTES
        }

    def told(self) -> Counter[str]:
        """How often each story was told in the alerts file, whichever outlet's page it named."""
        by_address = {key(shown.url): shown.story for shown in self.shown.values()}
        first = [alert for alert in self.desk.alerts() if "follows" not in alert]
        stories = [by_address[key(alert["url"])] for alert in first]
        return Counter(story.reprint_of or story.id for story in stories)


@pytest.fixture
async def replica(tmp_path: Path, store_url: str) -> AsyncIterator[Replica]:
    stories = load_stories()
    async with (
        Desk(tmp_path, store_url=store_url) as desk,
        WireService(stories, clock=utc_now) as service,
        MockSlack() as slack,
    ):
        built = Replica(desk, service, slack)
        built.configure()
        yield built


@pytest.mark.timeout(240)
async def test_a_program_killed_at_random_instants_loses_nothing_and_repeats_nothing(
    replica: Replica, store_url: str
) -> None:
    kills = KILLS[store_url.partition(":")[0]]
    chance = random.Random(SEED)  # noqa: S311 - a repeatable sequence of kills
    print(f"WIREWATCH_TEST_SEED={SEED}")  # noqa: T201 - shown where it fails
    live = list(replica.service.live)
    share = -(-len(live) // kills)
    for instant in _instants(kills, chance):
        publishing = asyncio.create_task(_publish(replica, live[:share], chance.uniform(0, 2)))
        del live[:share]
        await replica.killed(instant)
        await publishing
    assert replica.in_delivery, "not once did it die in mid-delivery"
    last = await replica.desk.start("run")
    await until(
        lambda: not replica.unsettled() and not replica.undelivered(),
        "every page settled, every alert delivered",
        within=_SETTLED_WITHIN,
        of=last,
    )
    await _two_more_polls(replica, last)
    ended = await last.terminate(within=12)
    assert ended.status == 0, ended.err
    _nothing_lost_or_repeated(replica)


async def _publish(replica: Replica, stories: list[Story], after: float) -> None:
    for story in stories:
        await asyncio.sleep(after / len(stories))
        replica.publish(story)


async def _two_more_polls(replica: Replica, running: Running) -> None:
    """What must not come is given time to come."""

    def ended() -> Counter[str]:
        return Counter(run["source"] for run in replica.desk.runs() if run["outcome"] in READ)

    before = ended()
    await until(
        lambda: all(count >= before[name] + 2 for name, count in ended().items()),
        "two more polls of every source",
        of=running,
    )


def _nothing_lost_or_repeated(replica: Replica) -> None:
    pages = {row["url"]: row for row in replica.desk.pages().values()}
    articles = Counter(article["url"] for article in replica.desk.articles())
    for shown in replica.shown.values():
        url = canonical_url(shown.url)
        if reason := REASONS.get(shown.story.quirk):
            assert (pages[url]["state"], pages[url]["reason"]) == ("rejected", reason)
            assert articles[url] == 0
        else:
            assert (pages[url]["state"], articles[url]) == ("stored", 1), (url, pages[url])
    assert len(pages) == len(replica.shown)
    revised = next(s for s in replica.service.stories if s.kind is StoryKind.REVISION)
    assert revised.title in {article["title"] for article in replica.desk.articles()}
    sent = Counter(replica.slack.alerts())
    rows = replica.desk.rows(sa.select(outbox))
    new = [row for row in rows if not row["kind"].startswith("update-")]  # an edit is no message
    ids = {f"{row['story_id']}:{row['kind']}" for row in new}
    assert sent == Counter(ids)
    lines = [line for line in replica.desk.alerts() if not line["kind"].startswith("update-")]
    assert Counter(line["alert"] for line in lines) == Counter(ids)
    assert replica.told() == Counter(replica.expected())
