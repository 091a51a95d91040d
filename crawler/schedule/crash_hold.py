"""Crash hold: a source that was under way at two ends of the process in a row waits, and longer
each time; then it is polled with no other poll beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.storage.crawl.crashes import crashes_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.storage.crawl.crashes import Crashes
    from crawler.storage.database import Connection

_ENOUGH = 2  # one end may have any cause
_GROWTH = 5
_LONGEST = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashHold:
    """Hold on one source until then; `times` is how many processes ended in a row."""

    times: int
    until: datetime

    @property
    def detail(self) -> str:
        """What is seen, in words that stay the same while it waits."""
        return (
            f"the process ended {self.times} times in a row while this source was polled; it is "
            f"polled again, alone, after {self.until:%Y-%m-%d %H:%M} UTC"
        )


def crash_holds(
    connection: Connection, sources: Iterable[str], first_pause: timedelta
) -> dict[str, CrashHold]:
    """The sources among these that are held, or are to be polled alone. No pause: no holds."""
    if not first_pause:
        return {}
    return {
        source: CrashHold(times=crashes.times, until=crashes.last + _pause(crashes, first_pause))
        for source, crashes in crashes_of(connection, sources).items()
        if crashes.times >= _ENOUGH
    }


def _pause(crashes: Crashes, first: timedelta) -> timedelta:
    growth: int = _GROWTH ** (crashes.times - _ENOUGH)
    return min(first * growth, _LONGEST)
