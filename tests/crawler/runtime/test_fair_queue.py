"""Turns: who has had least is served next, and nobody takes a second place while others wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from crawler.runtime.fair_queue import FairQueue

if TYPE_CHECKING:
    from collections.abc import Iterable


class Served:
    """Tasks that hold a place until they are told to go, and in what order they got theirs."""

    def __init__(self, queue: FairQueue) -> None:
        self.order: list[str] = []
        self._queue = queue
        self._going: dict[str, asyncio.Event] = {}
        self.tasks: list[asyncio.Task[None]] = []

    async def ask(self, *names: str) -> None:
        for name in names:
            self._going[name] = asyncio.Event()
            self.tasks.append(asyncio.create_task(self._hold(name)))
        await settle()

    async def go(self, *names: str) -> None:
        for name in names:
            self._going[name].set()
            await settle()

    async def _hold(self, name: str) -> None:
        async with self._queue.place(name[0]):
            self.order.append(name)
            await self._going[name].wait()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def over(names: Iterable[str]) -> str:
    return " ".join(names)


@pytest.fixture
async def served() -> Served:
    return Served(FairQueue(2))


async def test_sources_take_turns_however_much_one_of_them_asks_for(served: Served) -> None:
    await served.ask("a1", "a2", "a3", "a4", "b1", "c1")
    assert over(served.order) == "a1 a2"  # nobody else was waiting
    await served.go("a1")
    await served.go("a2")
    assert over(served.order) == "a1 a2 b1 c1"
    await served.go("b1", "c1")
    assert over(served.order) == "a1 a2 b1 c1 a3 a4"
    await served.go("a3", "a4")


async def test_nobody_has_a_second_place_while_others_wait(served: Served) -> None:
    await served.ask("a1", "b1", "a2", "c1")
    await served.go("b1")
    assert over(served.order) == "a1 b1 c1"
    await served.go("a1", "c1", "a2")


async def test_who_had_much_waits_for_who_had_little(served: Served) -> None:
    await served.ask("a1", "b1")
    await asyncio.sleep(0.02)
    await served.go("a1")  # "a" has had twenty milliseconds, "c" nothing
    await served.ask("d1", "a2", "c1", "c2")
    await served.go("d1")
    assert served.order[-1] == "c1"
    await served.go("c1")
    assert served.order[-1] == "c2"
    await served.go("b1", "c2", "a2")


async def test_a_task_that_is_cancelled_gives_its_turn_to_the_next(served: Served) -> None:
    await served.ask("a1", "b1", "c1", "d1")
    served.tasks[2].cancel()
    await settle()
    await served.go("a1")
    assert over(served.order) == "a1 b1 d1"
    served.tasks[1].cancel()
    await served.ask("e1")
    assert served.order[-1] == "e1"
    await served.go("d1", "e1")


async def test_whoever_waits_at_the_end_is_cancelled() -> None:
    queue = FairQueue(1)
    served = Served(queue)
    await served.ask("a1", "b1")
    queue.close()
    await settle()
    assert served.tasks[1].cancelled()
    await served.go("a1")
    assert served.tasks[0].done()
