"""Benchmark of polling: what it costs to poll many sources that have nothing new.

    python -m benchmarks.polls [--sources 500] [--rounds 3]

A server in a process of its own answers every feed's validators with 304. The first round reads the
feeds and stores their validators; the rounds after that are measured: processor seconds of this
process (everything that a poll costs but the kernel's share of others), seconds, and how many of
the requests were answered 304.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from aiohttp import web

from crawler.config.config import load
from crawler.crawl.crawl_runner import CrawlRunner, prepare
from crawler.runtime import event_loop
from crawler.runtime.services import Services

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Quiet</title>'
    "<link>http://quiet.invalid/</link></channel></rss>"
)
_CONFIG = """enabled = []
[store]
url = "sqlite:///{folder}/bench.db"
[crawl]
delay = 0
"""
_SOURCE = """
[[source]]
name = "quiet_{number}"
feeds = ["{base}/{number}/feed.xml"]
"""


def serve() -> None:
    """Print the address, and answer until the end."""
    counts: Counter[str] = Counter()

    async def feed(request: web.Request) -> web.Response:
        unchanged = request.headers.get("If-None-Match") == '"quiet"'
        counts["304" if unchanged else "200"] += 1
        headers = {"ETag": '"quiet"'}
        if unchanged:
            return web.Response(status=304, headers=headers)
        return web.Response(text=_FEED, content_type="application/rss+xml", headers=headers)

    async def robots(_: web.Request) -> web.Response:
        counts["robots.txt"] += 1
        return web.Response(text="User-agent: *\nAllow: /\n")

    async def told(_: web.Request) -> web.Response:
        so_far = dict(counts)
        counts.clear()
        return web.json_response(so_far)

    async def run() -> None:
        app = web.Application()
        app.add_routes(
            [
                web.get("/robots.txt", robots),
                web.get("/counts", told),
                web.get("/{number}/feed.xml", feed),
            ]
        )
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())


def _counts(base: str) -> dict[str, int]:
    with urlopen(f"{base}/counts") as answer:  # noqa: S310 - our own server
        told: dict[str, int] = json.loads(answer.read())
    return told


def measure(base: str, folder: Path, *, sources: int, rounds: int) -> None:
    config = folder / "wirewatch.toml"
    text = _CONFIG.format(folder=folder)
    text += "".join(_SOURCE.format(number=n, base=base) for n in range(sources))
    config.write_text(text, encoding="utf-8")
    services = Services(load(config))

    async def work() -> int:
        runner = CrawlRunner(services, role="bench")
        prepare(services)
        spiders = list(runner.loader.enabled(services.config))
        for number in range(rounds + 1):
            began, busy = time.perf_counter(), time.process_time()
            polled = await asyncio.gather(*(runner.poll(spider) for spider in spiders))
            seconds, cpu = time.perf_counter() - began, time.process_time() - busy
            done = sum(poll.went_well for poll in polled)
            counts = await asyncio.to_thread(_counts, base)
            title = f"round {number}" if number else "first"
            print(
                f"{title:<8} {done} of {sources} well, {cpu:6.2f} s of processor "
                f"({1000 * cpu / sources:.1f} ms a poll), {seconds:6.2f} s, answered: {counts}"
            )
        return 0

    try:
        event_loop.run(work)
    finally:
        services.close()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--sources", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.serve:
        serve()
        return
    print(f"{asked.sources} sources, {os.cpu_count()} cores")
    command = [sys.executable, "-m", "benchmarks.polls", "--serve"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        base = process.stdout.readline().strip()
        with tempfile.TemporaryDirectory() as name:
            measure(base, Path(name), sources=asked.sources, rounds=asked.rounds)
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main()
