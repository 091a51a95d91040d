"""Benchmark of the worker pool: what a second worker adds, and whether a worker's memory grows."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import suppress
from datetime import timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING

import psutil

from crawler.runtime.worker_pool import TASKS_A_WORKER
from pipelines.extraction.not_an_article import NotAnArticle
from pipelines.workers.pool import ExtractionPool

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.saved import Case

ROUNDS = 5
PAGES_A_ROUND = 600
FEW, MANY = 2_000, 20_000
PATIENCE = timedelta(seconds=30)
_NEVER = 10**9


def speed_up(pages: list[Case]) -> None:
    """Pages a second of two workers beside one: rounds in turn, the median of their ratios."""
    asyncio.run(_speed_up(pages))


async def _speed_up(pages: list[Case]) -> None:
    pools = {count: ExtractionPool(workers=count, timeout=PATIENCE) for count in (1, 2)}
    chosen = list(islice(cycle(pages), PAGES_A_ROUND))
    ratios = []
    try:
        for pool in pools.values():
            await _read(pool, chosen[:50])
        for _ in range(ROUNDS):
            one, two = [await _pages_a_second(pool, chosen) for pool in pools.values()]
            ratios.append(two / one)
            print(f"one worker {one:.0f} pages/s, two {two:.0f}: {two / one:.2f}")
        await _processor_time(pools[2], chosen)
    finally:
        for pool in pools.values():
            pool.close()
    print(f"two workers beside one: {statistics.median(ratios):.2f} (median of {ROUNDS} rounds)")


async def _processor_time(pool: ExtractionPool, pages: list[Case]) -> None:
    """What a machine that does nothing else could reach; the clock also counts what others do."""
    ours, theirs = time.process_time(), _of_children()
    await _read(pool, pages)
    ours, theirs = (time.process_time() - ours) / len(pages), (_of_children() - theirs) / len(pages)
    print(
        f"processor time a page: {theirs * 1e3:.2f} ms in workers, {ours * 1e3:.2f} ms in the "
        f"parent; on two cores that is at most {2 * theirs / (theirs + ours):.2f}"
    )


def _of_children() -> float:
    times = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return sum(spent.user + spent.system for spent in times)


async def _pages_a_second(pool: ExtractionPool, pages: list[Case]) -> float:
    start = time.perf_counter()
    await _read(pool, pages)
    return len(pages) / (time.perf_counter() - start)


async def _read(pool: ExtractionPool, pages: Iterable[Case]) -> None:
    left = iter(pages)

    async def one_after_another() -> None:
        for case in left:
            with suppress(NotAnArticle):
                await pool.extract(
                    case.html, case.url, charset=case.charset, hints=case.hints, now=case.now
                )

    await asyncio.gather(*(one_after_another() for _ in range(8)))


def memory(pages: list[Case]) -> None:
    """A worker's RSS after few and after many pages, kept for ever and replaced as usual."""
    for words, share in (("never replaced", _NEVER), ("replaced as usual", TASKS_A_WORKER)):
        few, many = asyncio.run(_sizes(pages, share))
        print(
            f"worker {words}: {few / 1e6:.0f} MB near page {FEW:,}, {many / 1e6:.0f} MB near page "
            f"{MANY:,}: {many / few:.3f}"
        )


async def _sizes(pages: list[Case], share: int) -> list[int]:
    pool = ExtractionPool(workers=1, timeout=PATIENCE, pages_a_worker=share)
    endless, sizes, done = cycle(pages), [], 0
    try:
        for goal in (FEW, MANY):
            # A little before its last page, for then it is replaced.
            await _read(pool, islice(endless, goal - 10 - done))
            done = goal - 9
            worker = psutil.Process(await pool.run("os:getpid"))
            sizes.append(worker.memory_info().rss)
    finally:
        pool.close()
    return sizes
