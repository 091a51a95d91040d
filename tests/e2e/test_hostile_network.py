"""Servers that send what no server should: a good source beside them is told, and soon."""

from __future__ import annotations

import asyncio
import json
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import psutil
import pytest

from tests.doubles.raw_server import RawServer, ok
from tests.e2e import paper
from tests.e2e.program import until
from tests.e2e.wire import Reply, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

_CASES = Path(__file__).parents[2] / "../shared/cases"
_OK = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_PORT = 9471


async def _lines(writer: asyncio.StreamWriter) -> None:
    writer.write(_OK)
    while True:
        writer.write(b"X-A: " + b"a" * 1_000 + b"\r\n")
        await writer.drain()


async def _extensions(writer: asyncio.StreamWriter) -> None:
    writer.write(_CHUNKED)
    while True:
        writer.write(b"1;x=" + b"a" * 900 + b"\r\no\r\n")
        await writer.drain()


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(_OK + b"\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.1)


async def _silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(600)


def _ended(desk: Desk) -> set[str]:
    took_place = (run for run in desk.runs() if run["outcome"] != "skipped")
    return {run["source"] for run in took_place if run["finished_at"] is not None}


@pytest.mark.timeout(300)
async def test_a_good_source_beside_hostile_servers_is_told_within_seconds(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1, cooperation=True))
    async with RawServer() as hostile:
        scripts = {"lines": _lines, "extensions": _extensions, "drip": _drip, "silence": _silence}
        for name, script in scripts.items():
            hostile.put(f"/{name}", script)
        moved = f"HTTP/1.1 302 Found\r\nLocation: {wire.base}/admin?drop=all\r\n\r\n"
        hostile.put("/moved", moved.encode())
        names = [*scripts, "moved"]
        desk.configure(
            *(source(name, wire, feeds=[f"{hostile.base}/{name}"]) for name in names),
            source("good", wire),
            crawl={"timeout": "3s"},
            alerts={"alert_baseline": True},
            metrics={"listen": f"127.0.0.1:{_PORT}"},
        )
        running = await desk.start("run")
        told_soon = "the good source is told"
        await until(lambda: bool(desk.alerts()), told_soon, within=120, of=running)
        before = time.monotonic()
        address = f"http://127.0.0.1:{_PORT}/healthz"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            assert answer.status == 200
        assert time.monotonic() - before < 5
        await until(lambda: _ended(desk) >= {*names, "good"}, "all have ended", of=running)
        held = psutil.Process(running.pid).memory_info().rss
        ended = await running.terminate(within=30)
    assert ended.status == 0
    assert "Traceback" not in ended.err
    assert held < 500_000_000
    assert wire.asked("/admin") == []
    runs = [run for run in desk.runs() if run["outcome"] != "skipped"]
    told = {run["source"]: run["reason"] for run in reversed(runs)}  # the first of each
    assert "headers too large" in told["lines"]
    assert "headers too large" in told["extensions"]
    assert "no answer within the time limit" in told["drip"]
    assert f"address not allowed: http at port {wire.base.rpartition(':')[2]}" in told["moved"]


async def test_two_polls_of_one_host_keep_its_pace_together(desk: Desk, wire: Wire) -> None:
    for name in ("one", "two"):
        pages = [wire.page(int(f"{n}{len(name)}{ord(name[0])}")) for n in range(2)]
        wire.feed(*pages, path=f"/{name}.xml")
    wire.put("/robots.txt", Reply(body=b"User-agent: *\nCrawl-delay: 0.7\n"))
    desk.configure(
        *(source(name, wire, feeds=[f"{wire.base}/{name}.xml"]) for name in ("one", "two")),
        crawl={"delay": 0.4},
    )
    assert (await desk.ask("run", "--once")).status == 0
    times = [asked.at for asked in wire.log if asked.path != "/robots.txt"]
    pauses = [after - before for before, after in pairwise(times)]
    assert len(times) == 6
    assert min(pauses) > 0.6, pauses
    assert desk.stored() == {"one": 2, "two": 2}


async def test_a_page_that_says_that_there_is_none_is_tried_again(desk: Desk, wire: Wire) -> None:
    body = paper.page(1, title="Page not found").encode()
    line = wire.page(1, reply=Reply(body=body))
    wire.feed(line)
    desk.configure(source("paper", wire))
    assert (await desk.ask("crawl", "paper")).status == 0
    row = desk.pages()["a/1"]
    assert row["state"] == "failed"
    assert "a page that says that there is none" in row["reason"]


@pytest.mark.skipif(not _CASES.is_dir(), reason="the shared cases are not beside this repository")
async def test_the_shared_cases_of_servers_that_lie(desk: Desk, wire: Wire) -> None:
    lines = (_CASES / "cases.jsonl").read_text("utf-8").splitlines()
    found = [case for case in map(json.loads, lines) if case["kind"].startswith("K10")]
    files = {Path(case["file"]).stem: _CASES / case["file"] for case in found if case["file"]}
    assert len(files) == 7
    async with RawServer() as lying:
        page = paper.page(9).encode()
        lying.put("/a", ok(page))
        lying.put("/b", ok(page))
        for name, file in files.items():
            lying.put(f"/{name}", file.read_bytes())
            feed = paper.rss([paper.Line(url=f"{lying.base}/{name}", title=name)]).encode()
            lying.put(f"/{name}.xml", ok(feed, content_type="application/rss+xml"))
        desk.configure(
            *(
                source(
                    name,
                    wire,
                    feeds=[f"{lying.base}/{name}{'' if name.startswith('feed') else '.xml'}"],
                    article_urls=".*",
                )
                for name in files
            )
        )
        assert (await desk.ask("run", "--once")).status == 0
    states = {path: row["state"] for path, row in desk.pages().items()}
    gone = states.pop("page_soft_404")
    assert gone == "failed"
    assert set(states.values()) == {"stored"}, states
