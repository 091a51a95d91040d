"""WebSub callback endpoint: hubs ask whether we meant it, and bring what is new.

Each subscription has a path that nobody can guess. What is not signed by its hub is answered as if
it were, counted and forgotten.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from crawler.crawl.poll.document_requests import Pushed
from crawler.daemon.websub.signature import signed_by
from crawler.runtime.http_server import listen
from crawler.storage.crawl import subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.config.config import Config
    from crawler.model.clock import Clock
    from crawler.storage.crawl.subscriptions import Subscription
    from crawler.storage.database import Database

logger = logging.getLogger(__name__)

LEASE = timedelta(days=10)  # what we ask for, and what is meant where a hub says nothing
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=30)
_RENEW = 0.8  # of a lease; the rest is for a hub that does not answer at once
_DENIED = timedelta(days=1)


class Callback:
    """A web server; `take` is given what a hub brought, with the source's name."""

    def __init__(
        self,
        config: Config,
        database: Database,
        take: Callable[[str, Pushed], None],
        clock: Clock,
    ) -> None:
        self._listen = config.websub.listen
        self._most = config.crawl.max_page_bytes
        self._database = database
        self._take = take
        self._clock = clock
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen. Raises `Unusable` where that cannot be."""
        app = web.Application(client_max_size=self._most)
        # A proxy in front may keep the public address's path or not: the token is its last part.
        app.router.add_get("/{path:.*}", self._verify)
        app.router.add_post("/{path:.*}", self._deliver)
        self._runner = await listen(app, self._listen, setting="websub.listen")
        logger.info("listening for hubs at=%s", self._listen)

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _found(self, request: web.Request) -> Subscription | None:
        token = request.path.rpartition("/")[2]
        return (
            await self._database.read(
                lambda connection: subscriptions.get_subscription(connection, token)
            )
            if token
            else None
        )

    # -- "did you mean it?" --------------------------------------------------------------------

    async def _verify(self, request: web.Request) -> web.Response:
        asked = request.query
        subscription = await self._found(request)
        if subscription is None or asked.get("hub.topic") != subscription.topic:
            return web.Response(status=404)
        mode = asked.get("hub.mode", "")
        if mode == "denied":
            await self._denied(subscription, asked.get("hub.reason", ""))
            return web.Response()
        challenge = asked.get("hub.challenge", "")
        if not challenge or not _is_expected(subscription, mode):
            return web.Response(status=404)
        if mode == "unsubscribe":
            await self._database.write(
                lambda connection: subscriptions.forget(connection, subscription.token)
            )
        else:
            await self._confirmed(subscription, asked.get("hub.lease_seconds", ""))
        return web.Response(text=challenge, content_type="text/plain")

    async def _confirmed(self, subscription: Subscription, seconds: str) -> None:
        sensible = seconds.isascii() and seconds.isdigit() and len(seconds) < 10
        lease = timedelta(seconds=int(seconds)) if sensible else LEASE
        lease = min(max(lease, _SHORTEST), _LONGEST)
        now = self._clock()
        await self._database.write(
            lambda connection: subscriptions.update_subscription(
                connection,
                subscription.token,
                state="active",
                lease_until=now + lease,
                due=now + lease * _RENEW,
                tries=0,
                error="",
            )
        )
        logger.info("subscribed source=%s topic=%s", subscription.source, subscription.topic)

    async def _denied(self, subscription: Subscription, reason: str) -> None:
        said = " ".join(f"the hub denied it: {reason[:200]}".split()).rstrip(":")
        await self._database.write(
            lambda connection: subscriptions.update_subscription(
                connection,
                subscription.token,
                state="denied",
                lease_until=None,
                due=self._clock() + _DENIED,
                tries=0,
                error=said,
            )
        )
        logger.warning("subscription denied source=%s reason=%s", subscription.source, said)

    # -- "here is what is new" -----------------------------------------------------------------

    async def _deliver(self, request: web.Request) -> web.Response:
        subscription = await self._found(request)
        if subscription is None:
            return web.Response(status=410)  # a hub that hears it stops
        body = await request.read()
        now = self._clock()
        signature = request.headers.get("X-Hub-Signature", "")
        if not signed_by(subscription.secret, body, signature):
            # Whoever guesses is not told that the guess was wrong.
            await self._database.write(
                lambda connection: subscriptions.count_call(
                    connection, subscription.token, refused=1, delivered_at=None
                )
            )
            logger.warning("delivery not signed by its hub source=%s", subscription.source)
        elif subscription.state in {"asked", "active"}:
            await self._database.write(
                lambda connection: subscriptions.count_call(
                    connection, subscription.token, delivered_at=now
                )
            )
            content_type = request.headers.get("Content-Type", "")
            document = subscription.document
            pushed = Pushed(document=document, body=body, content_type=content_type)
            self._take(subscription.source, pushed)
        return web.Response(status=202)


def _is_expected(subscription: Subscription, mode: str) -> bool:
    """Have we asked this of the hub, and has it not been answered yet?"""
    if mode == "unsubscribe":
        return subscription.state == "leaving"
    renewing = subscription.state == "active" and subscription.tries > 0
    return mode == "subscribe" and (subscription.state == "asked" or renewing)
