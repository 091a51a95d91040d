"""A second daemon on one store: refused, or as configured a helping hand that doubles nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.e2e import paper
from tests.e2e.desk import Desk
from tests.e2e.program import until
from tests.e2e.wire import Reply, Wire, source

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    import sqlalchemy as sa

UNUSABLE = 2


@pytest.fixture
async def desk(tmp_path: Path, store_url: str) -> AsyncIterator[Desk]:
    async with Desk(tmp_path, store_url=store_url) as built:
        yield built


async def test_a_second_daemon_refuses_where_sharing_is_not_configured(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1))
    desk.configure(source("paper", wire))
    running = await desk.start("run")
    await until(lambda: bool(desk.runs()), "the first poll", of=running)
    second = await desk.ask("run")
    assert second.status == UNUSABLE
    assert "set store.shared for both" in second.err
    desk.configure(source("paper", wire), store={"shared": True})
    sharing = await desk.ask("run")  # the first one does not share
    assert sharing.status == UNUSABLE
    await running.terminate(within=12)


async def test_daemons_that_share_poll_each_source_in_one_place_and_tell_each_story_once(
    desk: Desk, wire: Wire
) -> None:
    lines = [wire.page(number, cooperation=True) for number in range(4)]
    sources = [
        source("a", wire, feeds=[wire.feed(*lines[:2], path="/a.xml")]),
        source("b", wire, feeds=[wire.feed(*lines[2:], path="/b.xml")]),
    ]
    desk.configure(*sources, store={"shared": True}, alerts={"alert_baseline": True})
    one = await desk.start("run")
    other = await desk.start("run")
    await until(lambda: len(desk.runs()) >= 12, "a dozen polls", of=one, within=40)
    before = len(desk.runs())
    await one.kill()
    await until(lambda: len(desk.runs()) >= before + 8, "the other goes on", of=other, within=100)
    ended = await other.terminate(within=12)
    assert ended.status == 0, ended.err
    assert "Traceback" not in ended.err, ended.err
    runs = [run for run in desk.runs() if run["outcome"] != "skipped"]
    _assert_one_at_a_time(runs)
    assert Counter(run["outcome"] for run in runs)["running"] == 0
    told = [line["story"] for line in desk.alerts() if "follows" not in line]
    assert sorted(told) == sorted(set(told))
    assert told


def _assert_one_at_a_time(runs: Sequence[sa.RowMapping]) -> None:
    by_source: dict[str, list[sa.RowMapping]] = {}
    for run in sorted(runs, key=lambda run: run["started_at"]):
        by_source.setdefault(run["source"], []).append(run)
    for of_one in by_source.values():
        assert all(first["finished_at"] <= then["started_at"] for first, then in pairwise(of_one))


async def test_a_sharing_daemon_takes_up_what_one_that_was_killed_had_begun(
    desk: Desk, wire: Wire
) -> None:
    gate = asyncio.Event()
    slow = Reply(body=paper.page(1).encode(), gate=gate)
    wire.feed(wire.page(1, reply=slow))
    desk.configure(source("paper", wire), store={"shared": True})
    one = await desk.start("run")
    await until(lambda: bool(wire.asked("/a/1")), "the slow page is asked for", of=one)
    await one.kill()
    gate.set()
    other = await desk.start("run")
    await until(lambda: bool(desk.articles()), "the page is stored", of=other)
    await other.terminate(within=12)
    first = desk.runs()[0]
    assert (first["outcome"], first["reason"]) == ("failed", "the process ended")
