"""Retry delays of everything that talks to a channel, and a sleep that an event can end."""

from __future__ import annotations

import asyncio
import contextlib

from crawler.model.backoff import backoff

FIRST = 1.0
CAP = 60.0


def retry_delay(tries: int, chance: float) -> float:
    """Seconds until the next try: 1, 2, 4 … 60, less up to half of it by `chance` (0..1)."""
    return backoff(tries - 1, first=FIRST, cap=CAP, jitter=1 - chance / 2)


async def sleep_until(seconds: float, event: asyncio.Event) -> None:
    """Interruptible sleep: wait for so many seconds, or until the event if that is sooner."""
    if seconds > 0:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)
