"""An installation that nobody looks after, and the world around it, one life after the other."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.schema import conditions, outbox, pages
from tests.e2e.program import until
from tests.e2e.wire import source
from tests.mock_slack import TOKEN, MockSlack

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.e2e.desk import Desk
    from tests.e2e.machine import Machine
    from tests.e2e.press import Press
    from tests.e2e.program import Running

_DESK = {"name": "desk", "kind": "slack", "target": "C0ALERTS"}
_STEP = timedelta(minutes=4)  # by which the clock is put on while the last life settles


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many lives, and in which of them what happens; from and to for what lasts."""

    lives: int
    stories: int  # in each life
    ill: tuple[int, int]
    slack_away: tuple[int, int]
    disk_full: tuple[int, int]
    set_back: frozenset[int]  # the clock, before this life
    jumps_in: int  # the clock, in this life
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
        self._chance = chance

    def configure(self) -> None:
        sources = [
            source(
                outlet.name,
                outlet.wire,
                feeds=[f"{outlet.wire.base}/feed.xml"],
                interval=f"{4 + number % 7}s",
            )
            for number, outlet in enumerate(self.press.outlets)
        ]
        self.desk.configure(
            *sources,
            crawl={"timeout": "3s", "poll_timeout": "10s", "max_tries": 50},
            alerts={"lease": "3s", "alert_baseline": True},
            backfill={"repair_after": 0},  # nothing here has an archive
            slack={"base_url": self.slack.base_url},
            channels=[_DESK],
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
        in_delivery = number % 4 == 2
        if in_delivery:
            self.slack.when_stored(running.shoot)
            self.press.publish_alert()
        for _ in range(self.plan.stories):
            self.press.publish()
            await asyncio.sleep(self._chance.uniform(0, 1.5 / self.plan.stories))
        if number == self.plan.jumps_in:
            self.machine.put_on(timedelta(minutes=-2))
        await asyncio.sleep(self._chance.uniform(0, 3))
        if in_delivery:
            await self._unless(running, lambda: not running.alive, 20)
            self.slack.when_stored(_nothing)
            self.in_delivery += not running.alive
        assert in_delivery or running.alive or self.machine.disk_is_full, running.err
        assert await running.kill() == [], "its children outlived it"
        no_defect(running.err)

    async def _unless(self, running: Running, reached: Callable[[], bool], within: float) -> None:
        """Wait for something that need not happen."""
        with contextlib.suppress(AssertionError):
            await until(reached, "something that need not happen", within=within, of=running)

    async def _weather(self, number: int) -> None:
        back = number in self.plan.set_back
        minutes = -self._chance.uniform(3, 5) if back else self._chance.uniform(1, 1.4)
        self.machine.put_on(timedelta(minutes=minutes))
        if number == self.plan.ill[0]:
            self.press.fall_ill()
        if number == self.plan.ill[1]:
            self.press.mend()
        if number == self.plan.slack_away[0]:
            self._port = self.slack.port
            await self.slack.stop()
        if number == self.plan.slack_away[1]:
            await self.slack.start(self._port)
        if number == self.plan.disk_full[0] and not self.desk.store_url.startswith("postgres"):
            self.machine.fill_disk()
        if number == self.plan.disk_full[1] and self.machine.disk_is_full:
            self.machine.free_disk()

    async def settle(self) -> None:
        """The last life: nothing happens any more, and the clock goes on."""
        self.press.mend()
        self.press.publish_everywhere()
        running = await self.desk.start("run", program=self.machine.command)
        ends = time.monotonic() + self.plan.settled_within
        while open_ends := [*self.unsettled(), *self.undelivered(), *self.ailing()]:
            assert running.alive, running.err
            assert time.monotonic() < ends, (open_ends, running.err)
            await asyncio.sleep(2)
            self.machine.put_on(_STEP)
        ended = await running.terminate(within=12)
        assert ended.status == 0, ended.err
        no_defect(ended.err)

    # -- what must be so at the end ------------------------------------------------------------

    def pages(self) -> dict[str, sa.RowMapping]:
        """Every page by its whole address: reprints differ in their hosts."""
        return {row["url"]: row for row in self.desk.rows(sa.select(pages))}

    def unsettled(self) -> set[str]:
        states = {url: page["state"] for url, page in self.pages().items()}
        wanted = {shown.url for shown in self.press.published}
        return {url for url in wanted if states.get(url) in {None, "pending", "failed"}}

    def undelivered(self) -> list[sa.RowMapping]:
        columns = (outbox.c.id, outbox.c.channel, outbox.c.kind, outbox.c.state, outbox.c.error)
        return self.desk.rows(sa.select(*columns).where(outbox.c.state != "sent"))

    def ailing(self) -> list[tuple[str, str]]:
        """The conditions that are open, by source and kind."""
        query = sa.select(conditions).where(conditions.c.cleared_at.is_(None))
        return [(row["source"], row["kind"]) for row in self.desk.rows(query)]


def _nothing() -> None:
    """Nobody wants to know."""


def no_defect(said: str) -> None:
    # Twisted may call a timer twice on a loop that was starved of its processor: not ours.
    twice = said.count("twisted.internet.defer.AlreadyCalledError")
    assert said.count("Traceback") <= twice, said
