"""One gate for a host: delay, concurrency, turns between sources, and who gives up."""

from __future__ import annotations

import asyncio
from functools import wraps
from typing import TYPE_CHECKING, Any

import pytest

from crawler.runtime.host_gate import HostGate, host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class _Loop(asyncio.SelectorEventLoop):
    """A loop whose clock goes on to the next timer at once."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead = 0.0

    def time(self) -> float:
        return self._ahead

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._ahead = max(self._ahead, self._scheduled[0]._when)  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def on_its_clock(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test on such a loop: hours pass in no time."""

    @wraps(test)
    def run() -> None:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            runner.run(test())

    return run


class _Visits:
    """Who asked, and when."""

    def __init__(self, gate: HostGate) -> None:
        self._gate = gate
        self.begun: list[tuple[str, float]] = []
        self.most = 0
        self._now = 0

    async def visit(self, source: str, host: str = "h", *, lasts: float = 0.0) -> None:
        await self._gate.enter(host, source)
        self.begun.append((source, asyncio.get_running_loop().time()))
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(lasts)
        self._now -= 1
        self._gate.leave(host, source)

    @property
    def times(self) -> list[float]:
        return [at for _, at in self.begun]


@on_its_clock
async def test_two_crawls_of_a_host_ask_no_faster_than_one() -> None:
    visits = _Visits(HostGate(delay=1.0, concurrency=2))
    await asyncio.gather(*(visits.visit(name) for name in "ab" for _ in range(3)))
    assert visits.times == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]


@on_its_clock
async def test_no_more_are_under_way_than_a_host_is_meant_to_bear() -> None:
    visits = _Visits(HostGate(delay=0.0, concurrency=2))
    await asyncio.gather(*(visits.visit(name, lasts=1.0) for name in "abcd" for _ in range(2)))
    assert visits.most == 2
    assert visits.times == [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0]


@on_its_clock
async def test_sources_take_turns_however_much_one_of_them_wants() -> None:
    visits = _Visits(HostGate(delay=1.0, concurrency=1))
    await asyncio.gather(
        *(visits.visit("backfill") for _ in range(20)), *(visits.visit("wire") for _ in range(3))
    )
    order = [source for source, _ in visits.begun]
    assert order[:7].count("wire") == 3


@on_its_clock
async def test_hosts_do_not_wait_for_one_another() -> None:
    visits = _Visits(HostGate(delay=1.0, concurrency=1))
    await asyncio.gather(visits.visit("a", "h", lasts=50.0), visits.visit("b", "other"))
    assert visits.times == [0.0, 0.0]


@on_its_clock
async def test_a_longer_crawl_delay_wins_and_one_request_at_a_time() -> None:
    gate = HostGate(delay=1.0, concurrency=4)
    gate.pace("h", 10.0)
    visits = _Visits(gate)
    await asyncio.gather(*(visits.visit("a", lasts=12.0) for _ in range(3)))
    assert visits.times == [0.0, 12.0, 24.0]
    gate.pace("h", 0.1)
    await visits.visit("a")
    await visits.visit("a")
    assert visits.times[3:] == [36.0, 37.0]
    gate.pace("h", 86_400.0)  # it is kept to, within what a poll can bear
    await visits.visit("a")
    assert visits.times[5] == 97.0


@on_its_clock
async def test_who_gives_up_leaves_no_place_taken() -> None:
    gate = HostGate(delay=0.0, concurrency=1)
    visits = _Visits(gate)
    first = asyncio.ensure_future(visits.visit("a", lasts=10.0))
    await asyncio.sleep(0)
    given_up = asyncio.ensure_future(gate.enter("h", "b"))
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await gate.enter("h", "c", until=5.0)
    given_up.cancel()
    await asyncio.gather(first, given_up, return_exceptions=True)
    await visits.visit("d")
    assert visits.begun == [("a", 0.0), ("d", 10.0)]


@on_its_clock
async def test_a_turn_that_comes_as_its_asker_leaves_goes_to_the_next() -> None:
    gate = HostGate(delay=0.0, concurrency=1)
    await gate.enter("h", "a")
    leaving = asyncio.ensure_future(gate.enter("h", "b"))
    after = asyncio.ensure_future(gate.enter("h", "c"))
    await asyncio.sleep(0)
    gate.leave("h", "a")  # b's turn
    leaving.cancel()
    await asyncio.wait_for(after, 1.0)
    assert leaving.cancelled()


def test_what_counts_as_one_host() -> None:
    assert host_of("http://wire.example/a") == host_of("https://Wire.example:443/b")
    assert host_of("http://wire.example:8080/") == "wire.example:8080"
    assert host_of("http://wire.example:99999/") == "wire.example"
