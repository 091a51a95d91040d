"""Exponential back-off: how long to wait before the next try, after some that failed."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

#: Seconds, or a timedelta.
Delay = TypeVar("Delay", float, timedelta)

_MOST = 20  # doublings: past any cap that is in use, and no overflow of a timedelta


def backoff(
    attempt: int, *, first: Delay, cap: Delay, factor: float = 2.0, jitter: float = 1.0
) -> Delay:
    """Exponential back-off: `first` for attempt 0, `factor` times as long each time, up to `cap`.

    `jitter` is a share of that delay; it never lifts it above the cap.
    """
    grown = min(first * factor ** min(max(attempt, 0), _MOST), cap)
    return min(grown * jitter, cap)
