"""An installation that nobody looks after, and the world around it, one life after the other."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.model.conditions import INSTALLATION
from crawler.model.urls import canonical_url
from crawler.storage.crawl.runs import NEXT
from crawler.storage.schema import conditions, documents, outbox, pages, runs
from tests.doubles.slack.mock_slack import TOKEN, MockSlack
from tests.e2e.clocked import LOOK
from tests.e2e.program import until
from tests.e2e.true_time import SetBack
from tests.e2e.wire import source

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.e2e.desk import Desk
    from tests.e2e.machine import Machine
    from tests.e2e.press import Press
    from tests.e2e.program import Running

#: The Slack channels, by the names that the configuration gives them.
ROOMS = {"desk": "C0ALERTS", "ops": "C0SECOND"}
_SET_BACK = timedelta(minutes=4)
#: Seconds until sources and alerts go on after that: less by far, on a busy machine, too.
SOON = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many lives, and in which of them what happens; from and to for what lasts."""

    lives: int
    stories: int  # in each life
    ill: tuple[int, int]
    slack_away: tuple[int, int]
    disk_full: tuple[int, int]
    set_back: frozenset[int]  # the clock, before these lives
    set_back_in: frozenset[int]  # the clock, while they go on
    settled_within: float  # seconds


class Unattended:
    """An installation that nobody looks after, and the world around it."""

    def __init__(
        self,
        desk: Desk,
        machine: Machine,
        press: Press,
        slack: MockSlack,
        chance: random.Random,
        plan: Plan,
    ) -> None:
        self.desk = desk
        self.machine = machine
        self.press = press
        self.slack = slack
        self.plan = plan
        self.in_delivery = 0  # how often it died between Slack's yes and hearing of it
        self.set_backs: list[SetBack] = []
        self.intervals: dict[str, timedelta] = {}  # of each source
        self.planned: set[int] = set()  # the runs that were seen to be planned
        self.ended_at = machine.now()  # when the last life was asked to end
        self._chance = chance

    def configure(self) -> None:
        self.intervals = {
            outlet.name: timedelta(seconds=4 + number % 7)
            for number, outlet in enumerate(self.press.outlets)
        }
        sources = [
            source(
                outlet.name,
                outlet.wire,
                feeds=[f"{outlet.wire.base}/feed.xml"],
                interval=f"{self.intervals[outlet.name].seconds}s",
            )
            for outlet in self.press.outlets
        ]
        self.desk.configure(
            *sources,
            crawl={"timeout": "3s", "poll_timeout": "10s", "max_tries": 50},
            alerts={"lease": "3s", "alert_baseline": True},
            backfill={"repair_after": 0},  # nothing here has an archive
            slack={"base_url": self.slack.base_url},
            ops={"channels": ["ops"], "daily": ""},
            channels=[
                {"name": name, "kind": "slack", "target": room} for name, room in ROOMS.items()
            ],
        )
        self.desk.environment = {
            "WIREWATCH_SLACK__TOKEN": TOKEN,
            "SSL_CERT_FILE": str(self.press.vouched_for),
        }

    async def install(self) -> None:
        """What whoever installs it does: let it poll once."""
        self.press.publish_everywhere()
        ended = await self.desk.ask("run", "--once", program=self.machine.command)
        assert ended.status in {0, 1}, ended.err  # a poll may fail on a machine that is busy

    # -- one life ------------------------------------------------------------------------------

    async def live(self, number: int) -> None:
        """One life of the program and what happens in it; it dies at a random instant."""
        await self._weather(number)
        before = self.press.requests
        running = await self.desk.start("run", program=self.machine.command)
        if number % 4:  # else it dies while it starts, or soon after
            await self._unless(running, lambda: self.press.requests > before, 20)
        if number in self.plan.set_back_in:
            await self._set_back_meanwhile(running)
        in_delivery = number % 4 == 2
        if in_delivery:
            self.slack.when_stored(running.shoot)
            self.press.publish_alert()
        for _ in range(self.plan.stories):
            self.press.publish()
            await asyncio.sleep(self._chance.uniform(0, 1.5 / self.plan.stories))
        await asyncio.sleep(self._chance.uniform(0, 3))
        if in_delivery:
            was_set = number in self.plan.set_back | self.plan.set_back_in
            await self._dies_in_delivery(running, in_any_case=was_set)
        assert in_delivery or running.alive or self.machine.disk_is_full, running.err
        assert await running.kill() == [], "its children outlived it"
        self.planned |= {run["id"] for run in self.ledger() if run["outcome"] == NEXT}
        no_defect(running.err)

    async def _dies_in_delivery(self, running: Running, *, in_any_case: bool) -> None:
        if in_any_case:
            await until(lambda: not running.alive, "the alert leaves", within=SOON)
        else:
            await self._unless(running, lambda: not running.alive, 20)
        self.slack.when_stored(_nothing)
        self.in_delivery += not running.alive

    async def _unless(self, running: Running, reached: Callable[[], bool], within: float) -> None:
        """Wait for something that need not happen."""
        with contextlib.suppress(AssertionError):
            await until(reached, "something that need not happen", within=within, of=running)

    async def _set_back_meanwhile(self, running: Running) -> None:
        """The clock goes back while the program runs: everything goes on, as if it had not."""
        before = SetBack.of(_SET_BACK, self.ledger())
        self.machine.put_on(-_SET_BACK)
        await asyncio.sleep(3 * LOOK)
        self.set_backs.append(before.with_those_ahead(self.ledger(), self.machine.now()))
        await self.goes_on(running)

    async def goes_on(self, running: Running) -> None:
        """What is well is polled, what is published is written down, and Slack hears, soon."""
        shown = self.press.publish_alert()
        asked = {outlet.name: len(outlet.wire.log) for outlet in self.press.well}
        sent = len(self._said(outbox.c.state == "sent"))

        def on() -> bool:
            polled = all(len(one.wire.log) > asked[one.name] for one in self.press.well)
            # There may be others before it: Slack takes one a second.
            told = len(self._said(outbox.c.state == "sent")) > sent
            return polled and told and shown.url in self._said()

        await until(on, "sources and alerts go on", within=SOON, of=running)

    async def _weather(self, number: int) -> None:
        if number in self.plan.set_back:
            by = timedelta(minutes=self._chance.uniform(3, 5))
            self.set_backs.append(SetBack.of(by, self.ledger()))
            self.machine.put_on(-by)
        else:
            self.machine.put_on(timedelta(minutes=self._chance.uniform(1, 1.4)))
        if number == self.plan.ill[0]:
            self.press.fall_ill()
        if number == self.plan.slack_away[0]:
            self._port = self.slack.port
            await self.slack.stop()
        if number == self.plan.slack_away[1]:
            await self.slack.start(self._port)
        if number == self.plan.disk_full[0] and not self.desk.store_url.startswith("postgres"):
            self.machine.fill_disk()
        if number == self.plan.disk_full[1] and self.machine.disk_is_full:
            self.machine.free_disk()
        if number == self.plan.ill[1]:
            await self._ail_until_it_is_said()
            self.press.mend()

    async def _ail_until_it_is_said(self) -> None:
        """A life more, in which each document that fails is asked at its time, and fails again."""
        running = await self.desk.start("run", program=self.machine.command)
        ends = time.monotonic() + self.plan.settled_within
        while unsaid := self.press.ailments - set(self.ailing()):
            assert running.alive, running.err
            assert time.monotonic() < ends, (unsaid, running.err)
            self._pass_the_time()
            await asyncio.sleep(1)
        await running.kill()
        no_defect(running.err)

    async def settle(self) -> None:
        """The last life: nothing happens any more, and the clock goes on as clocks do.

        Only what waits for a time of its own, as a page does that failed, need not be waited for.
        """
        self.press.mend()
        self.press.publish_everywhere()
        running = await self.desk.start("run", program=self.machine.command)
        await self.goes_on(running)
        ends = time.monotonic() + self.plan.settled_within
        while open_ends := [*self.unsettled(), *self.undelivered(), *self.ailing()]:
            assert running.alive, running.err
            assert time.monotonic() < ends, (open_ends, running.err)
            self._pass_the_time()
            await asyncio.sleep(1)
        self.ended_at = self.machine.now()
        ended = await running.terminate(within=12)
        assert ended.status == 0, ended.err
        no_defect(ended.err)

    def _pass_the_time(self) -> None:
        """To when the last of what failed is tried again, once all that is due was tried."""
        now = self.machine.now()
        failing = sa.select(documents.c.not_before).where(documents.c.failures > 0)
        waiting = [
            *(page["retry_at"] for page in self.pages().values() if page["state"] == "failed"),
            *(row["not_before"] for row in self.desk.rows(failing) if row["not_before"]),
        ]
        if waiting and min(waiting) > now:
            self.machine.put_on(max(waiting) - now)

    # -- what must be so at the end ------------------------------------------------------------

    def pages(self) -> dict[str, sa.RowMapping]:
        """Every page by its whole address: reprints differ in their hosts."""
        return {row["url"]: row for row in self.desk.rows(sa.select(pages))}

    def unsettled(self) -> set[str]:
        states = {url: page["state"] for url, page in self.pages().items()}
        wanted = {shown.url for shown in self.press.published}
        return {url for url in wanted if states.get(url) in {None, "pending", "failed"}}

    def ledger(self) -> list[sa.RowMapping]:
        """Every run, those to come included."""
        return self.desk.rows(sa.select(runs).order_by(runs.c.id))

    def _said(self, *which: sa.ColumnElement[bool]) -> list[str]:
        """The addresses of what is, or was, to be said in the desk's channel."""
        query = sa.select(outbox.c.payload).where(outbox.c.channel == "desk", *which)
        urls = [row["payload"].get("url") for row in self.desk.rows(query)]
        return [canonical_url(url) if url else "" for url in urls]

    def undelivered(self) -> list[sa.RowMapping]:
        columns = (outbox.c.id, outbox.c.channel, outbox.c.kind, outbox.c.state, outbox.c.error)
        return self.desk.rows(sa.select(*columns).where(outbox.c.state != "sent"))

    def conditions(self) -> list[sa.RowMapping]:
        """All that ailed the outlets; the machine that the test runs on may have a full disk."""
        return self.desk.rows(sa.select(conditions).where(conditions.c.source != INSTALLATION))

    def ailing(self) -> list[tuple[str, str]]:
        """The conditions that are open, by source and kind."""
        is_open = (row for row in self.conditions() if row["cleared_at"] is None)
        return [(row["source"], row["kind"]) for row in is_open]


def _nothing() -> None:
    """Nobody wants to know."""


def no_defect(said: str) -> None:
    # Twisted may call a timer twice on a loop that was starved of its processor: not ours.
    twice = said.count("twisted.internet.defer.AlreadyCalledError")
    assert said.count("Traceback") <= twice, said
