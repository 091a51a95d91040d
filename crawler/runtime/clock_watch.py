"""Clock-change detection: compares the clock with a stopwatch that nobody can set."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from crawler.model.clock import Clock

#: Less than that is drift, and the time that looking takes.
TOLERANCE = timedelta(seconds=5)


def stopwatch() -> float:
    """Seconds that nobody can set; they go on while a laptop sleeps, where the system has such."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class ClockWatch:
    """Compares a clock with a stopwatch at every look."""

    def __init__(self, clock: Clock, elapsed: Callable[[], float] = stopwatch) -> None:
        self._clock = clock
        self._elapsed = elapsed
        self._seen: tuple[datetime, float] = clock(), elapsed()

    def look(self) -> timedelta:
        """How far the clock was set since the last look: ahead, or back where it is negative.

        Small corrections are 0: they are taken up by the next look's starting point.
        """
        now, elapsed = self._clock(), self._elapsed()
        before, began = self._seen
        self._seen = now, elapsed
        set_by = (now - before) - timedelta(seconds=elapsed - began)
        return set_by if abs(set_by) > TOLERANCE else timedelta(0)
