"""A page that hangs or crashes costs that page only, and no worker outlives its parent."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psutil
import pytest

from crawler.model.items import Hints
from pipelines.extraction.not_an_article import NotAnArticle
from pipelines.workers import pool as pool_module
from pipelines.workers.pool import ExtractionPool

if TYPE_CHECKING:
    from collections.abc import Iterator

SENTENCE = "Delegates of nine countries met on Tuesday to talk about joint training in the hills."
PAGE = f"<html><body><h1>Delegates meet</h1>{f'<p>{SENTENCE}</p>' * 3}</body></html>".encode()
NOW = datetime(2026, 9, 1, tzinfo=UTC)
HINTS = Hints(languages=("en",))
SLEEP, EXIT, ABORT, PID = "time:sleep", "os:_exit", "os:abort", "os:getpid"

ORPHANS = """
import asyncio, datetime, psutil
from pipelines.workers.pool import ExtractionPool

async def main():
    pool = ExtractionPool(workers=2, timeout=datetime.timedelta(seconds=60))
    await pool.run("os:getpid")
    work = [asyncio.create_task(pool.run("time:sleep", 50)) for _ in range(2)]
    while len(psutil.Process().children(recursive=True)) < 3:
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    await asyncio.gather(*work)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.fixture
def pool() -> Iterator[ExtractionPool]:
    pool = ExtractionPool(workers=2, timeout=timedelta(seconds=1))
    yield pool
    pool.close()


async def extract(pool: ExtractionPool, page: bytes = PAGE) -> str:
    url = "https://wire.example/n/1"
    found = await pool.extract(page, url, charset=None, hints=HINTS, now=NOW)
    return found.title


async def refusal(pool: ExtractionPool, target: str, *args: object) -> str:
    with pytest.raises(NotAnArticle) as refused:
        await pool.run(target, *args)
    return refused.value.reason


async def test_a_page_is_understood_in_another_process(pool: ExtractionPool) -> None:
    assert await extract(pool) == "Delegates meet"
    assert await pool.run(PID) != os.getpid()


async def test_a_refusal_comes_home_with_its_reason(pool: ExtractionPool) -> None:
    with pytest.raises(NotAnArticle) as refused:
        await extract(pool, b"")
    assert refused.value.reason == "empty-page"


async def test_a_page_that_hangs_is_given_up_alone(pool: ExtractionPool) -> None:
    await extract(pool)
    start = time.monotonic()
    hanging = asyncio.create_task(refusal(pool, SLEEP, 60))
    titles = await asyncio.gather(*(extract(pool) for _ in range(8)))
    assert titles == ["Delegates meet"] * 8
    assert await hanging == "extraction-timeout"
    assert time.monotonic() - start < 3


@pytest.mark.parametrize(("target", "args"), [(EXIT, (3,)), (EXIT, (0,)), (ABORT, ())])
async def test_a_page_that_ends_its_worker_is_given_up_alone(
    pool: ExtractionPool, target: str, args: tuple[int, ...]
) -> None:
    await extract(pool)
    crashing = asyncio.create_task(refusal(pool, target, *args))
    titles = await asyncio.gather(*(extract(pool) for _ in range(8)))
    assert titles == ["Delegates meet"] * 8
    assert await crashing == "extraction-crashed"


async def test_many_crashes_in_a_row_leave_a_working_pool(pool: ExtractionPool) -> None:
    reasons = await asyncio.gather(*(refusal(pool, EXIT, 1) for _ in range(6)))
    assert set(reasons) == {"extraction-crashed"}
    assert await extract(pool) == "Delegates meet"


async def test_a_worker_killed_between_two_pages_is_not_missed(pool: ExtractionPool) -> None:
    victim = await pool.run(PID)
    psutil.Process(victim).kill()
    assert await extract(pool) == "Delegates meet"
    assert await extract(pool) == "Delegates meet"


async def test_an_unforeseen_error_is_a_reason_too(
    pool: ExtractionPool, caplog: pytest.LogCaptureFixture
) -> None:
    assert await refusal(pool, "math:sqrt", -1) == "extraction-failed"
    assert "math domain error" in caplog.text
    assert await refusal(pool, "sys:exit", 0) == "extraction-failed"


async def test_workers_are_replaced_after_so_many_pages() -> None:
    pool = ExtractionPool(workers=1, timeout=timedelta(seconds=5), pages_a_worker=3)
    try:
        pids = [await pool.run(PID) for _ in range(9)]
    finally:
        pool.close()
    assert len(set(pids)) == 3


async def test_workers_leave_signals_of_the_group_to_the_parent(pool: ExtractionPool) -> None:
    worker = psutil.Process(await pool.run(PID))
    for number in (2, 15):
        worker.send_signal(number)
    await asyncio.sleep(0.2)
    assert worker.is_running()
    assert await extract(pool) == "Delegates meet"


async def test_close_is_quick_with_pages_under_way() -> None:
    pool = ExtractionPool(workers=2, timeout=timedelta(seconds=60))
    workers = [psutil.Process(pid) for pid in {await pool.run(PID) for _ in range(4)}]
    pages = [asyncio.create_task(pool.run(SLEEP, 50)) for _ in range(4)]
    await asyncio.sleep(0.3)
    start = time.monotonic()
    pool.close()
    assert time.monotonic() - start < 2
    answers = await asyncio.gather(*pages, return_exceptions=True)
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers)
    assert not any(worker.is_running() for worker in workers)


async def test_a_closed_pool_says_so(pool: ExtractionPool) -> None:
    pool.close()
    with pytest.raises(RuntimeError, match="closed"):
        await extract(pool)


def test_no_worker_outlives_a_parent_that_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        family = psutil.Process(parent.pid).children(recursive=True)
        assert len(family) >= 3  # two workers, and the server that forks them
        parent.kill()
        parent.wait()
    _, alive = psutil.wait_procs(family, timeout=3)
    assert not alive


async def test_workers_that_can_extract_a_page_of_our_own_are_sound(pool: ExtractionPool) -> None:
    assert await pool.self_test() == ""
    assert pool.down == ""


async def test_workers_that_can_load_nothing_are_down(
    pool: ExtractionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "SELF_TEST", "no_such_module:self_test")
    broken = ExtractionPool(
        workers=1, timeout=timedelta(seconds=5), target="no_such_module:extract"
    )
    try:
        with pytest.raises(pool_module.ExtractionDown, match="No module named 'no_such_module'"):
            await extract(broken)
        assert "No module named" in broken.down
    finally:
        broken.close()
