"""A poll that may end the process has no other beside it."""

from __future__ import annotations

import asyncio

from crawler.crawl.lone_poll import PollGate


async def test_one_alone_waits_for_the_others_and_they_for_it() -> None:
    gate, ended = PollGate(), asyncio.Event()
    said: list[str] = []

    async def other(name: str) -> None:
        async with gate.beside_others():
            said.append(f"{name} begins")
            await ended.wait()
            said.append(f"{name} ends")

    async def alone() -> None:
        async with gate.alone():
            said.append("alone begins")
            await asyncio.sleep(0)
            said.append("alone ends")

    tasks = [asyncio.create_task(other("a"))]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(alone()))
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(other("b")))
    await asyncio.sleep(0)
    ended.set()
    await asyncio.gather(*tasks)
    assert said == ["a begins", "a ends", "alone begins", "alone ends", "b begins", "b ends"]


async def test_nobody_waits_long_for_one_that_does_not_end() -> None:
    gate, begun = PollGate(longest=0.01), asyncio.Event()

    async def endless() -> None:
        async with gate.alone():
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(endless())
    await begun.wait()
    async with asyncio.timeout(1), gate.beside_others():
        pass
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
