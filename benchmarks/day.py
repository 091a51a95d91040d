"""Benchmark of a day: what `wirewatch run` costs with 60 sources, each polled once a minute.

    python -m benchmarks.day [--minutes 10] [--sources 60] [--articles 2000]

The program is a process of its own with its own defaults, metrics and a channel; every source is a
host on loopback that answers 304 but for so many new articles a day in all, one in twenty flagged.
Three lives of it are measured, each after a warm-up: `idle` has the same sources and none is due,
`polls` has no new articles, `whole` has all. Processor time is that of the program and all its
workers. Beside it stands Scrapy with its defaults, as long as it crawls one address that answers
304, times as many as there are polls in a day.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner

from benchmarks.outlets import configuration, counts, outlets
from crawler.runtime import event_loop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from scrapy.http import Response

DAY = 86_400
A_MINUTE_EACH = 1440  # polls of a source a day
_WARM = 90.0  # seconds: every source has been read, and asked again
_LOOK = 0.5
_BARE = 200  # crawls of the peer that are measured, after a few to warm up
_TABLES = '[metrics]\nlisten = "127.0.0.1:{port}"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a life cost: processor seconds of all its processes, and their resident bytes."""

    cpu: float
    seconds: float
    resident: int
    answered: dict[str, int]

    @property
    def a_day(self) -> float:
        return self.cpu * DAY / self.seconds


class Tree:
    """A process and all its children, those included that came and went."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._spent: dict[int, float] = {}

    def look(self) -> tuple[float, int]:
        """Processor seconds so far, and resident bytes now."""
        resident = 0
        for process in (self._root, *self._root.children(recursive=True)):
            try:
                times = process.cpu_times()
                resident += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
            self._spent[process.pid] = times.user + times.system
        return sum(self._spent.values()), resident

    def over(self, seconds: float) -> tuple[float, float, int]:
        """Processor seconds in so many seconds, how many they were, and the most resident bytes."""
        began, most = time.monotonic(), 0
        first, _ = self.look()
        last = first
        while (left := began + seconds - time.monotonic()) > 0:
            time.sleep(min(_LOOK, left))
            last, resident = self.look()
            most = max(most, resident)
        return last - first, time.monotonic() - began, most


@contextmanager
def running(bases: Sequence[str], *, interval: str) -> Iterator[int]:
    """`wirewatch run` in a fresh folder; yields its pid."""
    with tempfile.TemporaryDirectory() as name, socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port = opened.getsockname()[1]
        opened.close()
        config = Path(name) / "wirewatch.toml"
        tables = _TABLES.format(port=port)
        text = configuration(name, bases, interval=interval, tables=tables)
        config.write_text(text, encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler", "run", "--config", str(config)],
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def life(*, sources: int, minutes: float, chance: float, interval: str = "1m") -> Spent:
    """One life of the program, measured for so many minutes after its warm-up."""
    with outlets(sources, chance=chance) as bases, running(bases, interval=interval) as pid:
        tree = Tree(pid)
        tree.over(_WARM)
        counts(bases[0])
        cpu, seconds, resident = tree.over(60 * minutes)
        return Spent(cpu=cpu, seconds=seconds, resident=resident, answered=counts(bases[0]))


# -- the peer --------------------------------------------------------------------------------------


class Once(Spider):
    """Ask one address whether it changed."""

    name = "once"
    url = ""

    async def start(self) -> AsyncIterator[Request]:
        headers = {"If-None-Match": '"1"'}
        meta = {"handle_httpstatus_list": [304]}
        yield Request(self.url, headers=headers, meta=meta, callback=self.parse)

    def parse(self, response: Response) -> None:
        if response.status != 304:
            raise RuntimeError(f"the peer was answered {response.status}")


def bare(url: str) -> None:
    """Print the processor seconds of one crawl, with Scrapy's defaults."""

    async def crawl(times: int) -> None:
        runner = AsyncCrawlerRunner({"LOG_ENABLED": False})
        for _ in range(times):
            await runner.crawl(Once, url=url)

    async def work() -> int:
        await crawl(_BARE // 10)
        busy = time.process_time()
        await crawl(_BARE)
        print((time.process_time() - busy) / _BARE)
        return 0

    event_loop.run(work)


def a_bare_crawl() -> float:
    with outlets(1, chance=0) as bases:
        # The first request publishes the article that the validator stands for.
        command = [sys.executable, "-m", "benchmarks.day", "--bare", f"{bases[0]}/feed.xml"]
        asyncio.run(_touch(f"{bases[0]}/feed.xml"))
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(told)


async def _touch(url: str) -> None:
    import aiohttp  # noqa: PLC0415 - the parent's only request

    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        await answer.read()


# -- what is printed -------------------------------------------------------------------------------


def show(idle: Spent, polls: Spent, whole: Spent, *, sources: int, crawl: float) -> None:
    print(f"{'':<8} {'s a day':>8} {'of a core':>10} {'RSS MB':>7}  answered")
    for name, spent in (("idle", idle), ("polls", polls), ("whole", whole)):
        print(
            f"{name:<8} {spent.a_day:>8.0f} {spent.a_day / DAY:>10.2%} "
            f"{spent.resident / 1e6:>7.0f}  {json.dumps(spent.answered)}"
        )
    pages = whole.a_day - polls.a_day
    print(
        f"of the whole: idle {idle.a_day:.0f} s, polls {polls.a_day - idle.a_day:.0f} s, "
        f"pages {pages:.0f} s a day"
    )
    asked = polls.answered.get("304", 0)
    if asked:
        each = (polls.cpu - idle.cpu * polls.seconds / idle.seconds) / asked
        print(f"a poll that meets a 304: {1000 * each:.1f} ms")
    peer = crawl * sources * A_MINUTE_EACH
    print(
        f"bare Scrapy, {1000 * crawl:.1f} ms a crawl of one 304: {peer:.0f} s a day for as many; "
        f"Wirewatch, idle and polls: {polls.a_day / peer:.2f} of that"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=10, help="of `whole`; the others: a half")
    parser.add_argument("--sources", type=int, default=60)
    parser.add_argument("--articles", type=float, default=2000, help="a day, of all sources")
    parser.add_argument("--bare", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.bare:
        bare(asked.bare)
        return
    chance = asked.articles / (asked.sources * A_MINUTE_EACH)
    print(
        f"{asked.sources} sources, a poll a minute of each, {asked.articles:g} articles a day; "
        f"{asked.minutes:g} minutes",
        flush=True,
    )
    crawl = a_bare_crawl()
    half = asked.minutes / 2
    idle = life(sources=asked.sources, minutes=half, chance=0, interval="1d")
    polls = life(sources=asked.sources, minutes=half, chance=0)
    whole = life(sources=asked.sources, minutes=asked.minutes, chance=chance)
    show(idle, polls, whole, sources=asked.sources, crawl=crawl)
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    print(f"{os.cpu_count()} cores, load at the end {load}")


if __name__ == "__main__":
    main()
