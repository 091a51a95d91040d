"""Soak test: does a daemon's memory grow over so many polls, with pages, alerts and faults?

    python -m benchmarks.soak [--polls 5000] [--sources 20] [--chance 0.3] [--trace]

The daemon itself, in this process, polls each source every second: most polls meet a 304, the rest
new articles, some of which are flagged, some reprints, some rejected, some failing at first. Every
hundred polls the garbage is collected and the memory read: resident bytes of this process and,
summed, of its workers; and its open files, threads and tasks. `--trace` names at the end the lines
that hold more than they did after the first 500 polls, and the types of which there are more.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import tempfile
import time
import tracemalloc
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import sqlalchemy as sa

from benchmarks.outlets import configuration, counts, outlets
from crawler.config.config import load
from crawler.daemon.daemon import Daemon
from crawler.runtime import event_loop
from crawler.runtime.services import Services
from crawler.storage.schema import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

WARM = 500  # polls; memory is compared with what it was after these
ALLOWED = 0.10
_EVERY = 100  # polls between two looks
_TOLD = 500  # polls between two lines
_TABLES = """[crawl]
delay = 0
requests_per_host = 8
[metrics]
listen = ""
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the process held after so many polls. `resident` and `workers` are bytes."""

    polls: int
    seconds: float
    resident: int
    workers: int
    files: int
    threads: int
    tasks: int

    def line(self) -> str:
        return (
            f"{self.polls:>6} {self.seconds:>6.0f} {self.resident / 1e6:>8.1f} "
            f"{self.workers / 1e6:>8.1f} {self.files:>6} {self.threads:>8} {self.tasks:>6}"
        )


HEAD = " polls      s  main MB  workers  files  threads  tasks"


class Soak:
    """Looks at the daemon while it works, and ends it after so many polls."""

    def __init__(self, services: Services, *, polls: int, trace: bool) -> None:
        self._services = services
        self._polls = polls
        self._trace = trace
        self._process = psutil.Process()
        self._began = time.monotonic()
        self._first: tuple[tracemalloc.Snapshot, Counter[str]] | None = None
        self.looks: list[Look] = []

    async def watch(self) -> None:
        following = _EVERY
        try:
            while (done := await self._done()) < self._polls:
                if done >= following:
                    self._look(done)
                    following = done - done % _EVERY + _EVERY
                await asyncio.sleep(0.1)
            self._look(done)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    async def _done(self) -> int:
        ended = sa.select(sa.func.count()).where(runs.c.finished_at.is_not(None))
        query = ended.where(runs.c.outcome != "skipped")
        return await self._services.database.read(lambda c: c.execute(query).scalar_one())

    def _look(self, done: int) -> None:
        gc.collect()
        workers = self._process.children(recursive=True)
        look = Look(
            polls=done,
            seconds=time.monotonic() - self._began,
            resident=self._process.memory_info().rss,
            workers=sum(_resident(worker) for worker in workers),
            files=self._process.num_fds(),
            threads=self._process.num_threads(),
            tasks=len(asyncio.all_tasks()),
        )
        before = self.looks[-1].polls if self.looks else 0
        self.looks.append(look)
        if before // _TOLD != done // _TOLD:
            print(look.line(), flush=True)
        if self._trace and self._first is None and done >= WARM:
            tracemalloc.start(8)
            self._first = tracemalloc.take_snapshot(), _types()

    def growth(self) -> float:
        """The last looks beside the first after the warm-up: medians of five."""
        warm = [
            look.resident for look in self.looks if look.polls >= WARM or look is self.looks[-1]
        ]
        first, last = sorted(warm[:5]), sorted(warm[-5:])
        return last[len(last) // 2] / first[len(first) // 2] - 1

    def tell(self) -> None:
        """What holds more than it did."""
        if self._first is None:
            return
        snapshot, types = self._first
        now = tracemalloc.take_snapshot()
        print("\nlines that hold more:")
        for difference in now.compare_to(snapshot, "traceback")[:12]:
            print(f"{difference.size_diff / 1e3:+9.1f} kB {difference.count_diff:+7} objects")
            print("\n".join(f"      {line.strip()}" for line in difference.traceback.format()[-6:]))
        print("\ntypes of which there are more:")
        for name, more in (_types() - types).most_common(15):
            print(f"{more:+8} {name}")


def _resident(process: psutil.Process) -> int:
    try:
        resident: int = process.memory_info().rss
    except psutil.Error:
        return 0
    return resident


def _types() -> Counter[str]:
    return Counter(
        f"{type(instance).__module__}.{type(instance).__qualname__}"
        for instance in gc.get_objects()
    )


def run(bases: Sequence[str], folder: Path, *, polls: int, trace: bool) -> Soak:
    config = folder / "wirewatch.toml"
    text = configuration(str(folder), bases, interval="1s", tables=_TABLES)
    config.write_text(text, encoding="utf-8")
    services = Services(load(config))
    soak = Soak(services, polls=polls, trace=trace)

    async def work() -> int:
        daemon = Daemon(services, print_line=print)
        watching = asyncio.create_task(soak.watch())
        status = await daemon.run()
        await watching
        soak.tell()
        return status

    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a poll may take its second
    print(HEAD)
    try:
        event_loop.run(work)
    finally:
        services.close()
    return soak


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--polls", type=int, default=5000)
    parser.add_argument("--sources", type=int, default=20)
    parser.add_argument("--chance", type=float, default=0.3, help="of a new article at each poll")
    parser.add_argument("--page-bytes", type=int, default=100_000)
    parser.add_argument("--trace", action="store_true", help="what holds the memory; slow")
    asked = parser.parse_args(arguments)
    served = outlets(asked.sources, chance=asked.chance, page_bytes=asked.page_bytes)
    with served as bases, tempfile.TemporaryDirectory() as name:
        soak = run(bases, Path(name), polls=asked.polls, trace=asked.trace)
        told = ", ".join(f"{count} {what}" for what, count in sorted(counts(bases[0]).items()))
    print(f"answered: {told}")
    growth = soak.growth()
    verdict = "as asked" if growth < ALLOWED else f"more than the {ALLOWED:.0%} that are allowed"
    print(f"main process after {WARM} polls beside its end: {growth:+.1%}, {verdict}")


if __name__ == "__main__":
    main()
