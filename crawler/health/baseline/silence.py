"""Silence detection: does a source say nothing for longer than its own norm allows?

Time is counted in the events that its norm expects, so a night or a weekend that is always quiet
takes no time at all. The gaps that there were before are measured in the same unit, by the same
norm: a source is silent where the present one is far longer than any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.health.baseline.norms import HOUR
from crawler.model.observation import DAYS, PAGES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.health.baseline.norms import Norm
    from crawler.model.observation import Hour

_LEAST = 8.0  # events: by chance alone, that many are missed once in three thousand gaps
_LONGER = 2.0  # than the longest gap before
_EVENTS = 10  # the pages of a burst are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What a source's silence came to by the end of the hours that it was learned from.

    `events` were expected since the last page that was new; `limit` of them are odd. `since` is
    the last hour that brought one. Where too little is learned, `limit` is None.
    """

    since: datetime | None = None
    events: float = 0.0
    pages: float = 0.0
    limit: float | None = None


def measure_silence(hours: Sequence[Hour], norm: Norm, *, now: datetime) -> Silence:
    """The silence of a source at `now`, from its hours in their order."""
    gap = longest = 0.0
    since: datetime | None = None
    for hour in hours:
        if hour.was_read:
            gap += norm.expected(hour.hour) * min((now - hour.hour) / HOUR, 1.0)
        if hour.found:
            longest, gap, since = max(longest, gap), 0.0, hour.hour
    # A week must have been seen before the silence, or its weekend would be held against it.
    watched = (since - hours[0].hour).days if since else 0
    learned = watched >= DAYS and norm.found >= PAGES and norm.found >= _EVENTS * norm.burst
    return Silence(
        since=since,
        events=gap / norm.burst,
        pages=gap,
        limit=max(_LEAST, _LONGER * longest / norm.burst) if learned else None,
    )
