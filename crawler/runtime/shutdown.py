"""Graceful shutdown by SIGTERM and SIGINT: what is in flight finishes, nothing more begins."""

from __future__ import annotations

import asyncio
import signal

# SIGTERM to exit takes at most 10 s: what is in flight has the most of it, delivery the rest.
FINISH_POLLS = 5.5


def stop_signal() -> asyncio.Event:
    """Set by SIGTERM and SIGINT from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
