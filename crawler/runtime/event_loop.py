"""Event loop: run a coroutine on the event loop that Scrapy crawls on."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from scrapy.utils.reactor import install_reactor

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


def run(main: Callable[[], Coroutine[None, None, int]]) -> int:
    """Run `main` on the asyncio reactor until it is through; returns or raises what it does."""
    install_reactor(REACTOR)
    from twisted.internet import reactor as installed  # noqa: PLC0415 - it must come after

    # Its type is an interface that knows nothing of the asyncio reactor's own arguments.
    reactor: Any = installed
    # Its timers go by the wall clock: one that is set back by an hour would hold them up an hour.
    reactor.seconds = time.monotonic

    loop = asyncio.get_event_loop()  # the one that the reactor was given
    outcome: list[asyncio.Task[int]] = []

    def begin() -> None:
        task = loop.create_task(main())
        outcome.append(task)
        task.add_done_callback(lambda _: reactor.stop())

    # The reactor calls "when running" a moment before the loop does run.
    reactor.callLater(0, begin)
    reactor.run(installSignalHandlers=False)
    return outcome[0].result()
