"""A process is known by an id of its own, and notices that it was taken for dead."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest
from scrapy import Spider

from crawler.config.config import Config
from crawler.crawl.poll.source_lease import NoLease, SourceLease
from crawler.model.clock import utc_now
from crawler.runtime.registration import Registration
from crawler.runtime.services import Services
from crawler.storage.crawl import leases, processes, runs
from tests.factories import fall_silent

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def pair(store_url: str) -> Iterator[tuple[Services, Services]]:
    """Two processes of one host and one number, as far as they can tell."""
    both = tuple(Services(Config.model_validate({"store": {"url": store_url}})) for _ in range(2))
    yield both[0], both[1]
    for services in reversed(both):
        services.close()


def _poll(services: Services) -> SourceLease:
    return SourceLease(services)


async def _take(lease: SourceLease) -> runs.Run:
    return await lease.take(Spider(name="wire"), on_demand=True, now=utc_now())


async def _ended(lease: SourceLease, outcome: str) -> None:
    await lease.end(outcome, "", {}, now=utc_now(), also=lambda _: None)


async def test_one_that_was_taken_for_dead_writes_nothing_and_begins_anew(
    pair: tuple[Services, Services],
) -> None:
    late, other = pair
    first, second = _poll(late), _poll(other)
    begun = await _take(first)
    with pytest.raises(NoLease, match="another process is polling this source"):
        await _take(second)
    mine = late.once(Registration.of)
    before = mine.id
    await late.database.write(partial(fall_silent, process_id=before))
    taken = await _take(second)
    # The one that was late comes back.
    written: list[str] = []
    await first.write(lambda _: written.append("validators"))
    await _ended(first, "done")
    last = (await other.database.read(partial(runs.last, sources=["wire"])))["wire"]
    assert (written, last.id, last.outcome) == ([], taken.id, "running")
    outcomes = {run.id: run.reason for run in await other.database.read(runs.listed)}
    assert outcomes[begun.id] == runs.CUT_OFF
    await mine.beat()
    assert mine.id != before
    alive = {one.id for one in await other.database.read(processes.alive)}
    assert alive == {mine.id, other.once(Registration.of).id}
    await second.write(lambda _: written.append("validators"))
    await _ended(second, "done")
    assert written == ["validators"]


async def test_an_end_hands_everything_back(pair: tuple[Services, Services]) -> None:
    one, other = pair
    await _take(_poll(one))
    await one.once(Registration.of).end()
    assert await other.database.read(partial(leases.held, now=utc_now())) == frozenset()
    assert await other.database.read(processes.alive) == []
    newest = await other.database.read(partial(processes.newest, role="crawl"))
    assert newest is not None
    assert (newest.end, newest.config_path) == ("stopped", "")


async def test_polls_that_begin_at_once_are_of_one_process(
    pair: tuple[Services, Services],
) -> None:
    registration = pair[0].once(Registration.of)
    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(registration.begin())
    assert len(await pair[0].database.read(processes.alive)) == 1
