"""Throttle: a rate limit per host in this process, whichever crawl a request comes from.

Polls, backfills, probes, rechecks and the fetching of robots.txt pass the same gate: between two
requests to a host lies its delay, and no more of them are under way than it is meant to bear.
Sources that wait for one host take turns.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from crawler.runtime.services import Services

_LONGEST = 60.0  # seconds; a longer Crawl-delay means "rarely", and a poll must end
_REMEMBERED = 5_000  # hosts; those that nobody asks now are forgotten beyond


@dataclass(slots=True, eq=False)
class _Host:
    delay: float
    concurrency: int
    begun: float = float("-inf")  # when the newest request began, by the loop's clock
    under_way: Counter[str] = field(default_factory=Counter)  # by source
    waiting: dict[str, deque[asyncio.Future[None]]] = field(default_factory=dict)  # in turn
    timer: asyncio.TimerHandle | None = None

    def closed_for(self, now: float) -> float:
        """Seconds until the next request may begin; infinite where one has to end first."""
        if self.under_way.total() >= self.concurrency:
            return float("inf")
        return max(0.0, self.begun + self.delay - now)

    def begin(self, source: str, now: float) -> None:
        self.under_way[source] += 1
        self.begun = now

    def end(self, source: str) -> None:
        self.under_way[source] -= 1
        if not self.under_way[source]:
            del self.under_way[source]

    @property
    def idle(self) -> bool:
        return not (self.under_way or self.waiting)


class HostGate:
    """`enter` before a request, `leave` after it; `pace` for what a robots.txt asks for."""

    def __init__(self, *, delay: float, concurrency: int) -> None:
        self._delay = delay
        self._concurrency = concurrency
        self._hosts: dict[str, _Host] = {}

    @classmethod
    def from_services(cls, services: Services) -> HostGate:
        crawl = services.config.crawl
        delay = crawl.delay.total_seconds() if crawl.delay else 0.0
        return cls(delay=delay, concurrency=crawl.requests_per_host)

    async def enter(self, host: str, source: str, *, until: float | None = None) -> None:
        """Wait for a turn; TimeoutError at `until`, which is of the loop's clock."""
        at = self._host(host)
        now = asyncio.get_running_loop().time()
        if not at.waiting and at.closed_for(now) <= 0:
            at.begin(source, now)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        at.waiting.setdefault(source, deque()).append(turn)
        self._serve(at)
        try:
            async with asyncio.timeout_at(until):
                await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self.leave(host, source)
            else:
                self._give_up(at, source, turn)
            raise

    def leave(self, host: str, source: str) -> None:
        """The request that entered is over."""
        at = self._host(host)
        at.end(source)
        self._serve(at)

    def pace(self, host: str, stated: float | None) -> None:
        """Keep to the Crawl-delay that the host's robots.txt states, where it is more than ours."""
        at = self._host(host)
        slow = stated is not None and stated > self._delay
        at.delay = min(stated, _LONGEST) if slow and stated is not None else self._delay
        at.concurrency = 1 if slow else self._concurrency

    def _host(self, name: str) -> _Host:
        found = self._hosts.get(name)
        if found is None:
            if len(self._hosts) >= _REMEMBERED:
                self._forget()
            found = self._hosts[name] = _Host(self._delay, self._concurrency)
        return found

    def _forget(self) -> None:
        now = asyncio.get_running_loop().time()
        for name, host in list(self._hosts.items()):
            if host.idle and host.begun + max(host.delay, _LONGEST) < now:
                del self._hosts[name]

    def _serve(self, at: _Host) -> None:
        """Let in whose turn it is: of the source with the fewest under way, in order."""
        loop = asyncio.get_running_loop()
        while at.waiting:
            closed = at.closed_for(loop.time())
            if closed > 0:
                if at.timer is None and closed < float("inf"):
                    at.timer = loop.call_later(closed, self._timed, at)
                return
            source = min(at.waiting, key=at.under_way.__getitem__)
            turns = at.waiting.pop(source)
            turn = turns.popleft()
            if turns:
                at.waiting[source] = turns  # behind all others
            if not turn.done():
                at.begin(source, loop.time())
                turn.set_result(None)

    def _timed(self, at: _Host) -> None:
        at.timer = None
        self._serve(at)

    def _give_up(self, at: _Host, source: str, turn: asyncio.Future[None]) -> None:
        turns = at.waiting.get(source)
        if turns is not None and turn in turns:
            turns.remove(turn)
            if not turns:
                del at.waiting[source]


def host_of(url: str) -> str:
    """What counts as one host: its name, and its port where that is not the usual one."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    try:
        port = parts.port
    except ValueError:  # no number, or too large a one: nobody answers there
        port = None
    return name if port in {None, 80, 443} else f"{name}:{port}"
