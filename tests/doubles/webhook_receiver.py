"""A receiver of webhooks that is a real server: checks every signature, and misbehaves when told.

It verifies as the Standard Webhooks specification tells a receiver to, in words of its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from alerts.channels.webhook import Webhook
from crawler.model.clock import utc_now
from tests.doubles.http_server import Serving

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

KEY = b"0123456789abcdefghijklmnopqrstuv"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
HIDDEN = "hidden-in-the-path"


def webhook(url: str, *, timeout: float = 2, keys: tuple[bytes, ...] = (KEY,)) -> Webhook:
    return Webhook(name="desk", url=url, keys=keys, timezone="UTC", clock=utc_now, timeout=timeout)


class Receiver:
    """What it took, by `webhook-id`; `then` are answers to the next requests."""

    def __init__(self) -> None:
        self.taken: dict[str, Any] = {}
        self.headers: list[dict[str, str]] = []
        self.asked = 0
        self.then: list[Callable[[web.Request], Awaitable[web.StreamResponse]]] = []
        self.url = ""
        self._serving: Serving | None = None

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._serving = await Serving.start(application)
        self.url = f"{self._serving.base}/{HIDDEN}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._serving is not None:
            await self._serving.stop()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        if self.then:
            return await self.then.pop(0)(request)
        return await self.take(request)

    async def take(self, request: web.Request) -> web.Response:
        """Keep what is signed by our key, once for each id."""
        body = await request.read()
        given = request.headers
        message_id, timestamp = given["webhook-id"], given["webhook-timestamp"]
        signed = b".".join([message_id.encode(), timestamp.encode(), body])
        expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        if f"v1,{expected}" not in given["webhook-signature"].split(" "):
            return web.Response(status=401)
        if abs(utc_now().timestamp() - int(timestamp)) > 300:
            return web.Response(status=400)
        self.headers.append(dict(given))
        self.taken.setdefault(message_id, json.loads(body))
        return web.Response(status=204)
