"""A gap is closed by the daemon itself: from the source's own archive, within bounds, and said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.crawl.backfill.repair import gap_in
from crawler.storage.crawl.runs import Run
from crawler.storage.database import Database
from crawler.storage.schema import gaps, runs
from tests.e2e.backfill.past import Old, Past, numbers
from tests.e2e.backfill.test_own_archive import jobs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.desk import Desk

NOW = datetime.now(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OLDER, RECENT, BEYOND = 100, 101, 102  # flagged: past the age policy, within it, before the gap


def _lately() -> list[Old]:
    """Of each of the last days some articles; the feed names the newest five only."""
    quiet = [Old(number=n, at=NOW - n * 3 * HOUR) for n in range(1, 7)]
    return [
        *quiet,
        Old(number=RECENT, at=NOW - 30 * HOUR, cooperation=True),
        Old(number=OLDER, at=NOW - 3 * DAY, cooperation=True),
        Old(number=BEYOND, at=NOW - 20 * DAY, cooperation=True),
    ]


@pytest.fixture
async def lately() -> AsyncIterator[Past]:
    async with Past([Old(number=50, at=NOW - 21 * DAY)]) as opened:
        yield opened


def was_down(desk: Desk, length: timedelta) -> None:
    """Whatever ran, ran so much earlier."""
    database = Database(desk.store_url)
    (first,) = desk.runs()
    earlier = {name: first[name] - length for name in ("planned_at", "started_at", "finished_at")}
    database.write_now(lambda c: c.execute(sa.update(runs).values(earlier)))
    database.close()


async def _outage(desk: Desk, lately: Past, length: timedelta) -> None:
    assert (await desk.ask("run", "--once")).status == 0
    was_down(desk, length)
    lately.old = {one.number: one for one in _lately()}


async def test_the_first_success_after_an_outage_reads_what_was_missed(
    desk: Desk, lately: Past
) -> None:
    desk.configure(lately.source(archive={"days": [f"{lately.base}/day/{{date:%Y-%m-%d}}"]}))
    await _outage(desk, lately, 5 * DAY)
    ended = await desk.ask("run", "--once")
    assert ended.status == 0, ended.err
    missed = {*range(1, 7), RECENT, OLDER}
    assert set(numbers([row["url"] for row in desk.articles()])) == {*missed, 50}
    told = [alert for alert in desk.alerts() if "follows" not in alert]
    assert numbers([alert["url"] for alert in told]) == [RECENT]
    (job,) = await jobs(desk)
    assert (job["cause"], job["alerts"], job["state"]) == ("gap", "live", "done")
    assert "not read for 5 days; gap repaired by backfill 1" in desk.last()["past"]["reason"]
    assert "gap repair ended source=past" in ended.err
    assert (await desk.ask("run", "--once")).status == 0
    assert len(await jobs(desk)) == 1  # one gap, one repair


async def test_a_repair_goes_no_further_back_and_fetches_no_more_than_it_may(
    desk: Desk, lately: Past
) -> None:
    bounds = {"repair_days": 2, "repair_pages": 1}
    address = f"{lately.base}/day/{{date:%Y-%m-%d}}"
    desk.configure(lately.source(archive={"days": [address]}), backfill=bounds)
    await _outage(desk, lately, 18 * DAY)
    assert (await desk.ask("run", "--once")).status == 0
    days = {path for path in lately.asked if path.startswith("/day/")}
    assert days <= {
        f"/day/{NOW - DAY:%Y-%m-%d}",
        f"/day/{NOW:%Y-%m-%d}",
        f"/day/{NOW + DAY:%Y-%m-%d}",
    }
    (job,) = await jobs(desk)
    assert job["state"] == "done"
    assert "ended at 1 pages" in job["reason"]
    assert len(lately.fetched) <= 1 + 5 + 1  # the baseline, what the feed names, and the limit
    assert (await desk.ask("run", "--once")).status == 0
    assert {page["state"] for page in desk.pages().values()} == {"stored"}
    assert len(lately.fetched) <= 1 + 5 + 1


async def test_a_source_without_a_past_says_so(desk: Desk, lately: Past) -> None:
    settings = {"feeds": [], "listings": [f"{lately.base}/list/1"]}
    desk.configure(lately.source(**settings))
    await _outage(desk, lately, 5 * DAY)
    assert (await desk.ask("run", "--once")).status == 0
    assert "offers no past to repair from" in desk.last()["past"]["reason"]
    assert await jobs(desk) == []


async def test_an_outage_is_told_once_to_those_who_read_the_stories(
    desk: Desk, lately: Past
) -> None:
    archive = {"days": [f"{lately.base}/day/{{date:%Y-%m-%d}}"]}
    desk.configure(lately.source(archive=archive, title="The Past"), ops={"gaps": ["journal"]})
    await _outage(desk, lately, 2 * DAY)
    assert (await desk.ask("run", "--once")).status == 0
    (gap,) = desk.rows(sa.select(gaps))
    assert (gap["source"], gap["outcome"], gap["told_at"]) == ("past", "repaired", None)
    database = Database(desk.store_url)
    earlier = {"until": gap["until"] - timedelta(minutes=3)}
    database.write_now(lambda c: c.execute(sa.update(gaps).values(earlier)))
    database.close()
    for _ in range(2):
        assert (await desk.ask("run", "--once")).status == 0
    (told,) = [alert for alert in desk.alerts() if alert["kind"].startswith("ops-")]
    assert told["title"].startswith("The Past blind ")
    assert told["title"].endswith(" UTC; 7 articles recovered")
    assert told["text"] == "Wirewatch was not running, or its machine slept."


def _run(number: int, hours: float) -> Run:
    at = NOW - timedelta(hours=hours)
    return Run(
        id=number,
        source="past",
        planned_at=at,
        started_at=at,
        finished_at=at,
        outcome="done",
        reason="",
        baseline=False,
        cause="schedule",
        counts={"documents": 1},
    )


@pytest.mark.parametrize(
    ("hours", "longest", "found"),
    [([0, 3], 2, True), ([0, 1], 2, False), ([0, 300], 0, False), ([0], 2, False)],
)
def test_a_gap_is_longer_than_its_bound_and_lies_between_two_reads(
    hours: list[float], longest: float, found: bool
) -> None:
    read = [_run(9 - n, ago) for n, ago in enumerate(hours)]
    assert (gap_in(read, timedelta(hours=longest)) is not None) is found
