"""A real wire goes wrong in every way, and is well again: each is told, once, and so is its end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.model.observation import Hour
from crawler.storage.schema import documents
from tests.doubles.certificates import self_signed
from tests.e2e import paper
from tests.e2e.conftest import desk, wire
from tests.e2e.health.watched import began, feed, history, pages, watched
from tests.e2e.wire import HTML, Reply, Wire, source

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.desk import Desk

__all__ = ["desk", "wire"]

OPS = {"channels": ["journal"]}
NOTHING = Hour(hour=began(), polls=12)
USUAL = replace(NOTHING, found=10, stored=10, characters=20_000, dated=10, timed=10, delay=1200)


@pytest.mark.parametrize(
    ("reply", "kind", "minutes"),
    [
        (Reply(status=503), "unreachable", (0, 5, 6)),
        (Reply(status=403), "blocked", (0, 13, 26)),
        (Reply(body=b"<html><body>Welcome</body></html>"), "not a feed", (0, 13, 26)),
    ],
)
async def test_a_feed_that_keeps_failing_is_told_and_so_is_its_first_answer(
    desk: Desk, wire: Wire, reply: Reply, kind: str, minutes: tuple[int, ...]
) -> None:
    desk.configure(source("paper", wire, title="The Paper"), ops=OPS)
    now = began()
    feed(wire, *pages(wire, 1, 1, at=now), at=now)
    async with watched(desk, now) as program:
        assert (await program.poll())["outcome"] == "done"
        wire.put("/feed.xml", reply)
        for number, later in enumerate(minutes):
            assert program.ails() == {}, number
            assert (await program.poll(minutes=later))["outcome"] == "failed"
        assert list(program.ails()) == [kind]
        ((title, text),) = program.told()
        assert title == f"The Paper: {kind}"
        assert f"{wire.base}/feed.xml: " in text
        assert "3 times in a row" in text
        assert "`wirewatch sources probe paper` tries it" in text
        feed(wire, *pages(wire, 1, 1, at=now), at=now)
        await program.poll(minutes=90)
        assert program.ails() == {}
        assert program.told()[-1][0].startswith(f"The Paper: {kind}, over after ")


async def test_a_certificate_that_nobody_vouches_for_is_told_until_somebody_does(
    desk: Desk, tmp_path: Path
) -> None:
    now = began()
    async with Wire(tls=self_signed(tmp_path)) as wire:
        feed(wire, *pages(wire, 1, 1, at=now), at=now)
        desk.configure(source("paper", wire), ops=OPS)
        async with watched(desk, now) as program:
            for later in (0, 13, 26):
                await program.poll(minutes=later)
            assert list(program.ails()) == ["certificate trouble"]
            now = program.now
        trusting = {"SSL_CERT_FILE": str(tmp_path / "server.pem")}
        async with watched(desk, now, trusting) as program:
            await program.poll(minutes=50)
            assert program.ails() == {}


async def test_a_feed_that_says_not_modified_for_ever_is_frozen(desk: Desk, wire: Wire) -> None:
    now = began() - timedelta(days=3)
    desk.configure(source("paper", wire), crawl={"frozen_after": "2d"}, ops=OPS)
    feed(wire, *pages(wire, 1, 1, at=now), at=now, etag='"1"')
    async with watched(desk, now) as program:
        await program.poll()
        await program.poll(hours=20)
        assert program.ails() == {}
        await program.poll(days=2)
        # Once a day it is asked for all of it, whatever was said before.
        assert wire.statuses("/feed.xml") == [200, 304, 200]
        assert list(program.ails()) == ["frozen feed"]
        feed(wire, *pages(wire, 2, 1, at=program.now), at=program.now, etag='"2"')
        await program.poll(minutes=5)
        assert program.ails() == {}


async def test_a_source_is_silent_against_its_own_norm_until_it_speaks(
    desk: Desk, wire: Wire
) -> None:
    now = began()
    desk.configure(source("paper", wire), ops=OPS)
    quiet = now - timedelta(hours=12)
    history(desk, 400, quiet, USUAL)
    history(desk, 12, now, NOTHING)
    feed(wire, *pages(wire, 1, 1, at=now), at=now)
    async with watched(desk, now) as program:
        await program.poll()
        last = quiet.replace(minute=0) - timedelta(hours=1)
        assert f"nothing new since {last:%Y-%m-%d %H:%M} UTC" in program.ails()["silent"]
        assert "122 new pages are usual" in program.ails()["silent"]
        feed(wire, *pages(wire, 1, 2, at=now), at=now)
        await program.poll(minutes=5)
        assert program.ails() == {}


def _bare(number: int) -> bytes:
    """A page that says when it was published nowhere."""
    return paper.page(number).replace("article:published_time", "other").encode()


@pytest.mark.parametrize("broken", ["short", "undated", "same"])
async def test_pages_that_are_understood_no_longer_are_told_with_figures(
    desk: Desk, wire: Wire, broken: str
) -> None:
    now = began()
    long = replace(USUAL, characters=200_000)
    history(desk, 48, now, long if broken == "short" else USUAL)
    desk.configure(source("paper", wire), ops=OPS)
    feed(wire, *pages(wire, 1, 1, at=now), at=now)
    async with watched(desk, now) as program:
        await program.poll()
        body = paper.page(7, published=now.isoformat()).encode()
        if broken == "same":
            lines = pages(wire, 10, 20, at=now, reply=Reply(body=body))
        elif broken == "undated":
            lines = [wire.page(n, reply=Reply(body=_bare(n))) for n in range(10, 30)]
        else:
            lines = pages(wire, 10, 20, at=now)
        feed(wire, *lines, at=now)
        if broken == "undated":
            undated = paper.rss(lines).replace("pubDate", "ignored")
            wire.put("/feed.xml", Reply(body=undated.encode(), content_type=HTML))
        await program.poll(minutes=5)
        said = program.ails()["extraction broken"]
        expected = {
            "short": "20000 are usual",
            "undated": "0 of the newest 20 pages have a date; 100% is usual",
            "same": "have one and the same text",
        }
        assert expected[broken] in said
        if broken == "short":
            return  # it would need pages of twenty thousand characters
        later = program.now
        feed(wire, *pages(wire, 50, 21, at=later), at=later)
        await program.poll(minutes=5)
        assert program.ails() == {}


async def test_a_flood_is_known_before_its_first_page_is_fetched(desk: Desk, wire: Wire) -> None:
    now = began()
    history(desk, 48, now, replace(USUAL, found=2))
    desk.configure(source("paper", wire, title="The Paper"), ops=OPS)
    feed(wire, *pages(wire, 1, 1, at=now), at=now)
    async with watched(desk, now) as program:
        await program.poll()
        gate = asyncio.Event()
        lines = pages(wire, 100, 30, at=now)
        for number in range(100, 130):
            reply = Reply(body=paper.page(number).encode(), gate=gate)
            wire.put(f"/a/{number}", reply)
        feed(wire, *lines, at=now)
        program.later(minutes=5)
        program.begin_poll()
        async with asyncio.timeout(60):
            while all(not wire.asked(line.url[-6:]) for line in lines):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert "30 new pages in the hour" in program.ails()["flood"]
        assert len(desk.articles()) == 1
        gate.set()
        await program.ended()
        assert "`wirewatch alerts release paper` sends them" in program.told()[0][1]
        await program.poll(minutes=5)
        assert list(program.ails()) == ["flood"]  # the hour is not over
        await program.poll(minutes=60)
        assert program.ails() == {}


async def test_a_zone_that_changed_is_drift(desk: Desk, wire: Wire) -> None:
    now = began()
    history(desk, 48, now, USUAL)
    desk.configure(source("paper", wire), ops=OPS)
    feed(wire, *pages(wire, 1, 1, at=now), at=now)
    async with watched(desk, now) as program:
        await program.poll()
        wrong = now - timedelta(hours=3)
        feed(wire, *pages(wire, 10, 20, at=wrong), at=wrong)
        await program.poll(minutes=5)
        assert "185 min before we saw them (median); 2 min is usual" in program.ails()["date drift"]
        feed(wire, *pages(wire, 50, 20, at=program.now), at=program.now)
        await program.poll(minutes=5)
        assert program.ails() == {}


async def test_entries_out_of_the_future_are_drift(desk: Desk, wire: Wire) -> None:
    now = began()
    desk.configure(source("paper", wire), ops=OPS)
    feed(wire, *pages(wire, 1, 6, at=now), at=now + timedelta(hours=3))
    async with watched(desk, now) as program:
        await program.poll()
        assert program.ails() == {"date drift": "6 of 6 entries have dates that cannot be"}
        feed(wire, *pages(wire, 1, 6, at=now), at=now)
        await program.poll(minutes=5)
        assert program.ails() == {}


async def test_where_nothing_can_be_reached_one_condition_stands_for_all(
    desk: Desk, wire: Wire
) -> None:
    now, names = began(), ("one", "two", "three")
    for name in names:
        wire.put(f"/{name}.xml", Reply(body=b"x" * 100, cut=True))
    desk.configure(
        *(source(name, wire, feeds=[f"{wire.base}/{name}.xml"]) for name in names), ops=OPS
    )
    async with watched(desk, now) as program:
        for minutes in (0, 5, 7):
            program.later(minutes=minutes)
            for name in names:
                await program.poll(name)
            await program.look()
        assert list(program.ails("")) == ["offline"]
        assert {name: program.ails(name) for name in names} == {name: {} for name in names}
        ((title, text),) = program.told()
        assert title == "Nothing can be reached"
        assert "3 of 3 sources" in text
        wire.feed(*pages(wire, 1, 1, at=now), path="/one.xml")
        await program.poll("one", minutes=10)
        await program.look()
        assert program.ails("") == {}
        assert program.told()[-1][0] == "Nothing can be reached, over after 22 min"
        failures = [row["failures"] for row in desk.rows(sa.select(documents))]
        assert failures == [0, 0, 0]  # the others are asked at once, and judged afresh
