"""Benchmark of alert latency: from a story's publication to its message in Slack.

    python -m benchmarks.alerts [--minutes 3] [--stories 100] [--alerting 0.5] [--poll SECONDS]

`wirewatch run`, as its own process and with its own defaults, reads wires on loopback: each a host
of its own with a feed and a hub that brings it when it changes (`--poll` instead has none, and a
poll every so many seconds). Stories appear at random instants, so many a minute in all; the share
that `--alerting` says is what the rules look for. A mock Slack takes one message a second in the
channel, as Slack does: more than 60 alerts a minute must queue there.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.schema import outbox
from tests.crawler.daemon.websub.hub import Hub
from tests.doubles.slack.mock_slack import TOKEN, MockSlack
from tests.e2e import paper
from tests.e2e.desk import Desk
from tests.e2e.program import until
from tests.e2e.wire import RSS, Reply, Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

WIRES = 10
PACE = 1.0  # seconds between two messages that Slack takes in a channel
LISTED = 20  # entries of a feed
SETTLED = 120.0  # seconds for what is under way at the end to arrive
_CONFIGURATION = """enabled = []
[store]
url = "{store}"
[websub]
{websub}
[slack]
base_url = "{slack}"
[[channel]]
name = "desk"
kind = "slack"
target = "C0ALERTS"
"""
_SOURCE = """
[[source]]
name = "wire_{number}"
feeds = ["{topic}"]
interval = "{interval:g}s"
"""


@dataclass(slots=True)
class AnnouncedWire:
    """One wire, and how it is announced."""

    wire: Wire
    hub: Hub | None
    lines: list[paper.Line] = field(default_factory=list)

    @property
    def topic(self) -> str:
        return f"{self.wire.base}/feed.xml"

    def put(self, number: int, *, alerting: bool) -> str:
        """Put a page and its entry up; returns the page's address."""
        line = self.wire.page(number, cooperation=alerting)
        self.lines = [line, *self.lines][:LISTED]
        links = {}
        if self.hub:
            links["Link"] = f'<{self.hub.url}>; rel="hub", <{self.topic}>; rel="self"'
        body = paper.rss(self.lines).encode()
        reply = Reply(body=body, content_type=RSS, etag=f'"{number}"', headers=links)
        self.wire.put("/feed.xml", reply)
        return line.url

    async def bring(self) -> None:
        """The hub brings the feed to whoever asked for it."""
        if self.hub:
            body = paper.rss(self.lines).encode()
            held = [
                callback
                for callback, form in self.hub.held.items()
                if form["hub.topic"] == self.topic
            ]
            for callback in held:
                await self.hub.deliver(callback, body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """When one story was published, written to the outbox, and accepted by Slack: seconds."""

    published: float
    written: float
    posted: float


class Newsroom:
    """The wires, Slack, and the program between them."""

    def __init__(self, desk: Desk, slack: MockSlack, outlets: Sequence[AnnouncedWire]) -> None:
        self._desk = desk
        self._slack = slack
        self._outlets = outlets
        self._published: dict[str, float] = {}  # by the page's address: those that must alert

    def configure(self, *, poll: float) -> None:
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{opened.getsockname()[1]}"
        hubs = f'callback = "http://{address}/hubs"\nlisten = "{address}"'
        text = _CONFIGURATION.format(
            store=self._desk.store_url, slack=self._slack.base_url, websub="" if poll else hubs
        )
        for number, outlet in enumerate(self._outlets):
            interval = poll or 300  # the default
            text += _SOURCE.format(number=number, topic=outlet.topic, interval=interval)
        self._desk.config.write_text(text, encoding="utf-8")
        self._desk.environment = {"WIREWATCH_SLACK__TOKEN": TOKEN}

    async def work(self, *, minutes: float, a_minute: float, alerting: float) -> list[Told]:
        """Publish for so long, and wait until all that must be told is."""
        for number, outlet in enumerate(self._outlets):
            outlet.put(number, alerting=False)  # the baseline
        running = await self._desk.start("run")
        await until(self._ready, "the first poll of every wire", of=running)
        await self._publish(minutes, a_minute, alerting)
        told = self._told
        await until(
            lambda: len(told()) == len(self._published),
            "the last alert",
            within=SETTLED,
            of=running,
        )
        await running.terminate()
        return told()

    def _ready(self) -> bool:
        polled = len(self._desk.articles()) == len(self._outlets)
        return polled and all(
            hub is None or len(hub.held) == len(self._outlets)
            for hub in (outlet.hub for outlet in self._outlets)
        )

    async def _publish(self, minutes: float, a_minute: float, alerting: float) -> None:
        chance = random.Random(1)  # the same instants every time
        ends = time.monotonic() + 60 * minutes
        due, number = time.monotonic(), len(self._outlets)
        async with asyncio.TaskGroup() as group:
            while (due := due + chance.expovariate(a_minute / 60)) < ends:
                await asyncio.sleep(due - time.monotonic())
                outlet, alerts = chance.choice(self._outlets), chance.random() < alerting
                url = outlet.put(number, alerting=alerts)
                if alerts:
                    self._published[url] = time.time()
                group.create_task(outlet.bring())
                number += 1

    def _told(self) -> list[Told]:
        posted = {
            message["metadata"]["event_payload"]["story"]: float(message["ts"])
            for message in self._slack.messages
        }
        return [
            Told(
                published=self._published[row["payload"]["url"]],
                written=row["created_at"].timestamp(),
                posted=posted[row["story_id"]],
            )
            for row in self._desk.rows(sa.select(outbox).where(outbox.c.state == "sent"))
        ]


def show(told: Sequence[Told]) -> None:
    order = sorted(told, key=lambda times: times.posted)
    free = [times for before, times in pairwise(order) if times.written >= before.posted + PACE]
    spans = {
        "publication to outbox": [times.written - times.published for times in told],
        "outbox to Slack": [times.posted - times.written for times in told],
        "  where it had no queue": [times.posted - times.written for times in free],
        "publication to Slack": [times.posted - times.published for times in told],
    }
    print(f"{f'{len(told)} alerts':<24}  p50    p99    max  (seconds)")
    for title, seconds in spans.items():
        if len(seconds) < 2:
            continue
        cut = statistics.quantiles(seconds, n=100, method="inclusive")
        print(f"{title:<24}{cut[49]:5.2f}  {cut[98]:5.2f}  {max(seconds):5.2f}")


async def measure(asked: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            hub = None if asked.poll else await stack.enter_async_context(Hub())
            outlets = [
                AnnouncedWire(await stack.enter_async_context(Wire(host=f"127.0.0.{n + 1}")), hub)
                for n in range(WIRES)
            ]
            slack = await stack.enter_async_context(MockSlack(pace=PACE))
            desk = await stack.enter_async_context(Desk(Path(folder)))
            newsroom = Newsroom(desk, slack, outlets)
            newsroom.configure(poll=asked.poll)
            told = await newsroom.work(
                minutes=asked.minutes, a_minute=asked.stories, alerting=asked.alerting
            )
    show(told)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--stories", type=float, default=100.0, help="a minute, of all wires")
    parser.add_argument("--alerting", type=float, default=0.5, help="the share that must alert")
    parser.add_argument(
        "--poll", type=float, default=0.0, help="no hubs, and seconds from poll to poll"
    )
    asked = parser.parse_args(arguments)
    announced = f"a poll every {asked.poll:g} s" if asked.poll else "brought by hubs"
    print(
        f"{asked.stories:g} stories a minute for {asked.minutes:g} minutes, "
        f"{asked.alerting:.0%} of them alerts; {WIRES} wires, {announced}"
    )
    asyncio.run(measure(asked))
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    print(f"{os.cpu_count()} cores, load at the end {load}")


if __name__ == "__main__":
    main()
