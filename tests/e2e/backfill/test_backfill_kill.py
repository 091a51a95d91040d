"""`kill -9` at any instant: the backfill goes on where it was, and each article is there once."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.e2e.backfill.past import A_DAY, Past, articles, numbers
from tests.e2e.backfill.test_own_archive import jobs, stored
from tests.e2e.backfill.web import write_warc
from tests.e2e.desk import Desk
from tests.e2e.program import until

if TYPE_CHECKING:
    from pathlib import Path

SEED = int(os.environ.get("WIREWATCH_TEST_SEED", "20261124"))
KILLS = 5
ALL = list(range(30 * A_DAY))
MONTH = ("--since", "2019-09-01", "--until", "2019-09-30")


async def killed(desk: Desk, words: tuple[str, ...], more: int) -> None:
    """One life of the backfill, which ends once it has stored so many articles more."""
    before = len(desk.articles())
    running = await desk.start("backfill", *words)
    await until(
        lambda: len(desk.articles()) >= min(before + more, len(ALL)) or not running.alive,
        f"{more} articles more",
        within=60,
    )
    assert await running.kill() == []
    assert "Traceback" not in running.err, running.err


@pytest.mark.timeout(300)
async def test_thirty_days_killed_five_times_end_with_each_article_once(
    tmp_path: Path, store_url: str, past: Past
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - a repeatable sequence of kills
    print(f"WIREWATCH_TEST_SEED={SEED}")  # noqa: T201 - shown where it fails
    async with Desk(tmp_path, store_url=store_url) as desk:
        desk.configure(past.source(archive={"days": [f"{past.base}/day/{{date:%Y-%m-%d}}"]}))
        words = ("past", *MONTH)
        for _ in range(KILLS):
            await killed(desk, words, chance.randrange(1, 16))
            await asyncio.sleep(0)
        ended = await desk.ask("backfill", *words)
        assert ended.status == 0, ended.err + ended.out
        assert stored(desk) == ALL
        assert {page["state"] for page in desk.pages().values()} == {"stored"}
        (job,) = await jobs(desk)
        assert (job["state"], job["shards"]) == ("done", {"total": 30, "done": 30})
    # What was on its way when it died is fetched again, and nothing else is.
    again = Counter({path: count - 1 for path, count in past.fetched.items() if count > 1})
    assert again.total() <= KILLS * A_DAY
    assert numbers([f"x{path}" for path in past.fetched]) == ALL


@pytest.mark.timeout(300)
async def test_a_file_that_is_read_goes_on_behind_the_pages_that_are_stored(
    tmp_path: Path,
) -> None:
    host = "http://paper.example"
    found = [(host + old.path, old.html.encode(), old.at) for old in articles(30)]
    warc = write_warc(tmp_path / "month.warc.gz", found)
    async with Desk(tmp_path) as desk:
        source = {"name": "past", "feeds": [f"{host}/feed"], "article_urls": rf"^{host}/news/\d+$"}
        desk.configure(source, crawl={"contact": "desk@paper.example"})
        words = ("past", *MONTH, "--via", f"warc:{warc}")
        for more in (5, 40):
            await killed(desk, words, more)
        ended = await desk.ask("backfill", *words)
        assert ended.status == 0, ended.err + ended.out
        assert stored(desk) == ALL


async def test_a_signal_ends_it_in_order_and_the_same_command_goes_on(
    desk: Desk, past: Past
) -> None:
    desk.configure(past.source(archive={"days": [f"{past.base}/day/{{date:%Y-%m-%d}}"]}))
    running = await desk.start("backfill", "past", *MONTH)
    await until(lambda: len(desk.articles()) >= 4, "four articles", of=running)
    ended = await running.terminate(within=12)
    assert ended.status == 1
    assert "Traceback" not in ended.err, ended.err
    (job,) = await jobs(desk)
    assert job["state"] == "interrupted"
    assert (await desk.ask("backfill", "past", *MONTH)).status == 0
    assert stored(desk) == ALL
