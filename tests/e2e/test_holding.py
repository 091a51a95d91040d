"""Routes, a budget and quiet hours in a daemon that is killed: nothing is lost or said twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.e2e.program import until
from tests.e2e.wire import source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

CHANNELS = """
[[channel]]
name = "storm"
kind = "jsonl"
target = "storm.jsonl"
budget = "2 in 4s"
[[channel]]
name = "night"
kind = "jsonl"
target = "night.jsonl"
{quiet}
[[route]]
topic = "counter-terrorism"
channels = ["storm", "night"]
continue = true
[[route]]
channels = "journal"
"""
ALWAYS_QUIET = 'quiet = "00:00-24:00"'


def _configure(desk: Desk, wire: Wire, *, quiet: str) -> None:
    desk.configure(source("paper", wire), alerts={"alert_baseline": True})
    written = desk.config.read_text("utf-8") + CHANNELS.format(quiet=quiet)
    desk.config.write_text(written, encoding="utf-8")


def _said(desk: Desk, name: str) -> list[dict[str, Any]]:
    """What the channel was told, without what became of a story that it was told before."""
    file = desk.folder / f"{name}.jsonl"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [told for line in lines if "follows" not in (told := json.loads(line))]


async def test_a_storm_and_a_night_are_said_in_digests(desk: Desk, wire: Wire) -> None:
    wire.feed(*(wire.page(number, cooperation=True) for number in range(1, 7)))
    _configure(desk, wire, quiet=ALWAYS_QUIET)
    running = await desk.start("run")
    await until(lambda: len(_said(desk, "alerts")) == 6, "the journal has every story", of=running)
    await until(lambda: len(_said(desk, "storm")) == 3, "a digest of the storm", of=running)
    await running.kill()
    titles = [one["title"] for one in _said(desk, "storm")]
    assert titles[-1] == "Too much to say one by one: 4 stories"
    assert len(_said(desk, "storm")[-1]["stories"]) == 4
    assert _said(desk, "night") == []
    outbox = (await desk.status())["outbox"]
    assert outbox["night"]["held"] == 6
    assert outbox["storm"]["digested"] == 4
    _configure(desk, wire, quiet="")
    for _ in range(2):
        assert (await desk.ask("run", "--once")).status == 0
    (digest,) = _said(desk, "night")
    assert digest["title"] == "While it was quiet: 6 stories"
    assert len(digest["stories"]) == 6
