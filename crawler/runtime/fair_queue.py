"""A queue with turns: whoever has had least of the workers' time is served next.

While others wait nobody has more than one of the places. What somebody has had is forgotten by
half each minute: a source that was slow an hour ago waits no longer than another.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict, deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_HALF_LIFE = 60.0  # seconds
_FORGOTTEN = 0.001  # seconds of a worker's time that nobody needs to remember


class FairQueue:
    """So many places, given out in turns. Used from one event loop."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._held: dict[str, int] = {}
        self._had: dict[str, tuple[float, float]] = {}  # seconds, as of when

    @asynccontextmanager
    async def place(self, owner: str) -> AsyncIterator[None]:
        """Wait for a place, have it, give it back."""
        await self._take(owner)
        began = asyncio.get_running_loop().time()
        try:
            yield
        finally:
            self._give_back(owner, asyncio.get_running_loop().time() - began)

    def close(self) -> None:
        """Whoever waits is cancelled."""
        for turns in self._waiting.values():
            for turn in turns:
                turn.cancel()
        self._waiting.clear()

    async def _take(self, owner: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(owner, deque()).append(turn)
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given the place in this moment
                self._give_back(owner, 0.0)
            else:
                self._forget(owner, turn)
            raise

    def _give_back(self, owner: str, seconds: float) -> None:
        self._free += 1
        self._held[owner] -= 1
        if not self._held[owner]:
            del self._held[owner]
        now = asyncio.get_running_loop().time()
        self._had[owner] = (self._share(owner, now) + seconds, now)
        self._serve()

    def _serve(self) -> None:
        now = asyncio.get_running_loop().time()
        while self._free and self._waiting:
            owner = self._next(now)
            turn = self._waiting[owner].popleft()
            if not self._waiting[owner]:
                del self._waiting[owner]
            if turn.cancelled():
                continue
            self._free -= 1
            self._held[owner] = self._held.get(owner, 0) + 1
            turn.set_result(None)
        if not self._waiting:
            self._had = {
                one: had for one, had in self._had.items() if self._share(one, now) > _FORGOTTEN
            }

    def _next(self, now: float) -> str:
        # min() keeps the first of equals: who has waited longest.
        return min(self._waiting, key=lambda owner: (owner in self._held, self._share(owner, now)))

    def _share(self, owner: str, now: float) -> float:
        seconds, at = self._had.get(owner, (0.0, now))
        return seconds * math.exp2((at - now) / _HALF_LIFE)

    def _forget(self, owner: str, turn: asyncio.Future[None]) -> None:
        waiting = self._waiting.get(owner)
        if waiting is not None and turn in waiting:
            waiting.remove(turn)
            if not waiting:
                del self._waiting[owner]
