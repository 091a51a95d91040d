"""WebSub subscriber of a running daemon: asks, renews, leaves, and hands on what comes.

What a hub brings is a poll of that feed without the asking; nothing rests on it: a delivery that is
lost is found by the next poll.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.daemon.websub.callback import LEASE, Callback
from crawler.daemon.websub.hubs import HubRefused, Hubs, may_ask
from crawler.model.backoff import backoff
from crawler.storage.crawl import subscriptions
from crawler.storage.database import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from crawler.config.source import Source
    from crawler.crawl.poll.document_requests import Pushed
    from crawler.model.clock import Clock
    from crawler.runtime.services import Services
    from crawler.storage.crawl.subscriptions import Subscription

logger = logging.getLogger(__name__)

_LOOK = 60.0  # seconds between two looks at what is due, where nothing wakes us
_ANSWER = timedelta(minutes=10)  # how long a hub may take to ask back, at first
_LAST_ANSWER = timedelta(days=1)
_FAREWELLS = 3
_WAITING = 20  # deliveries of one source that may wait; the next poll finds what is beyond


class WebSub:
    """What the daemon starts beside its schedule. `push` reads what a hub brought for a source."""

    def __init__(
        self,
        services: Services,
        sources: Sequence[Source],
        push: Callable[[Source, Sequence[Pushed]], Awaitable[object]],
        clock: Clock,
    ) -> None:
        self._config = services.config
        self._sources = {spider.name: spider for spider in sources}
        self._push = push
        self._clock = clock
        self._database = services.database
        self._callback = Callback(self._config, self._database, self._arrived, clock)
        self._hubs: Hubs | None = None
        self._waiting: dict[str, list[Pushed]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()

    async def start(self) -> None:
        """Raises `Unusable` where the address to listen on cannot be had."""
        await self._callback.start()
        self._hubs = Hubs(self._config)
        self._begin(self._keep())

    def change(self, sources: Sequence[Source]) -> None:
        """Be brought what these announce from now on; the hubs of others are left."""
        self._sources = {spider.name: spider for spider in sources}
        self.wake()

    def wake(self) -> None:
        """Look at once: a poll has ended, and may have found a hub."""
        self._woken.set()

    async def hang_up(self) -> None:
        """Take no more calls."""
        await self._callback.close()

    async def close(self) -> None:
        """End what is under way; what was not read is found by the next poll."""
        await self.hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- what is wanted ------------------------------------------------------------------------

    async def _keep(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._settle()
            except SQLAlchemyError as error:
                logger.warning("subscriptions could not be looked after", exc_info=error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), _LOOK)

    async def _settle(self) -> None:
        declared = [url for spider in self._sources.values() for _, url in spider.declared()]
        offers = await self._database.read(
            lambda connection: subscriptions.offers(connection, self._sources, declared)
        )
        await self._database.write(
            lambda connection: subscriptions.reconcile(
                connection, filter(may_ask, offers), mint=_mint, now=self._clock()
            )
        )
        for subscription in await self._database.read(
            lambda connection: subscriptions.due_subscriptions(connection, self._clock())
        ):
            await self._ask(subscription)

    async def _ask(self, subscription: Subscription) -> None:
        leaving = subscription.state == "leaving"
        if leaving and subscription.tries >= _FAREWELLS:
            await self._database.write(  # its lease will run out
                lambda connection: subscriptions.forget(connection, subscription.token)
            )
            return
        now = self._clock()
        # Written down before the hub is asked: it may ask back before it answers.
        state = subscription.state if subscription.state in {"active", "leaving"} else "asked"
        again = now + backoff(subscription.tries, first=_ANSWER, cap=_LAST_ANSWER)
        await self._database.write(
            lambda connection: subscriptions.update_subscription(
                connection, subscription.token, state=state, due=again, tries=subscription.tries + 1
            )
        )
        mode = "unsubscribe" if leaving else "subscribe"
        try:
            if self._hubs is not None:
                await self._hubs.ask(subscription, mode, LEASE)
        except HubRefused as refused:
            logger.warning(
                "hub refused source=%s hub=%s reason=%s",
                subscription.source,
                subscription.hub,
                refused,
            )
            said = str(refused)[:300]
            await self._database.write(
                lambda connection: subscriptions.update_subscription(
                    connection, subscription.token, error=said
                )
            )

    # -- what comes ----------------------------------------------------------------------------

    def _arrived(self, source: str, pushed: Pushed) -> None:
        if source not in self._sources:
            return  # not ours any more; the hub is being told
        waiting = self._waiting.get(source)
        if waiting is None:
            self._waiting[source] = [pushed]
            self._begin(self._read(source))
        elif len(waiting) < _WAITING:
            waiting.append(pushed)
        else:
            logger.warning("delivery left to the next poll source=%s", source)

    async def _read(self, source: str) -> None:
        """Hand on what waits for a source, in order, until nothing does."""
        try:
            while (waiting := self._waiting[source]) and source in self._sources:
                self._waiting[source] = []
                await self._push(self._sources[source], waiting)
        finally:
            del self._waiting[source]


def _mint() -> str:
    """43 characters that nobody can guess: 32 random bytes."""
    return secrets.token_urlsafe(32)
