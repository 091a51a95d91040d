"""Lag of the event loop: how much later than asked for a short sleep ends, the worst of a while."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TICK = 0.05  # seconds between two looks


class LoopLag:
    """Tells `told` of every lag, in seconds. `start` and `stop` it on the loop that it watches."""

    def __init__(self, told: Callable[[float], None]) -> None:
        self._told = told
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._watch(), name="loop lag")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            wanted = loop.time() + TICK
            await asyncio.sleep(TICK)
            self._told(max(0.0, loop.time() - wanted))
