"""Gate of polls: they go on beside one another, or one of them alone.

A poll that may end the process takes nobody with it when it is alone. Others wait for it, but not
for long: one that does not end must not hold them up.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_LONGEST = 30.0  # seconds that one waits for others, and others for one


class PollGate:
    """Gate of one process."""

    def __init__(self, longest: float = _LONGEST) -> None:
        self._longest = longest
        self._under_way = 0
        self._one = asyncio.Lock()
        self._free, self._idle = asyncio.Event(), asyncio.Event()
        self._free.set()
        self._idle.set()

    @asynccontextmanager
    async def beside_others(self) -> AsyncIterator[None]:
        """Go on once none is alone."""
        await self._wait(self._free)
        self._under_way += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Let those under way end, and keep the others waiting."""
        async with self._one:
            self._free.clear()
            try:
                await self._wait(self._idle)
                yield
            finally:
                self._free.set()

    def open(self) -> None:
        """Nobody waits any more: the process stops."""
        self._free.set()
        self._idle.set()

    async def _wait(self, event: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._longest):
                await event.wait()
