"""A hub: a real server on loopback that verifies what it is asked, and brings feeds."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import TYPE_CHECKING, Self

import aiohttp
from aiohttp import web

from tests.doubles.http_server import Serving

if TYPE_CHECKING:
    from collections.abc import Mapping


class Hub:
    """`async with Hub() as hub`. It verifies at once, unless told to `refuse` or to `deny`."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Mapping[str, str]] = []
        self.held: dict[str, Mapping[str, str]] = {}  # callback -> the form that it was asked with
        self.refuse = 0  # an HTTP status to answer with
        self.deny = ""  # a reason to deny with
        self.lease = "86400"
        self.changed = asyncio.Condition()
        self._serving: Serving | None = None
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/hub", self._ask)
        self._serving = await Serving.start(app)
        self.url = f"{self._serving.base}/hub"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
        assert self._serving is not None
        assert self._session is not None
        await self._session.close()
        await self._serving.stop()

    @property
    def session(self) -> aiohttp.ClientSession:
        assert self._session is not None
        return self._session

    async def deliver(
        self, callback: str, body: bytes, *, method: str = "sha256", secret: str | None = None
    ) -> int:
        """Bring this to a subscriber, signed; returns the status it answered."""
        key = self.held[callback]["hub.secret"] if secret is None else secret
        signature = hmac.new(key.encode(), body, getattr(hashlib, method)).hexdigest()
        headers = {
            "Content-Type": "application/rss+xml",
            "X-Hub-Signature": f"{method}={signature}",
        }
        async with self.session.post(callback, data=body, headers=headers) as response:
            return response.status

    async def verify(self, callback: str, **asked: str) -> tuple[int, str]:
        """Ask a subscriber whether it meant it; returns its answer."""
        query = {f"hub.{name}": value for name, value in asked.items()}
        async with self.session.get(callback, params=query) as response:
            return response.status, await response.text()

    async def until_asked(self, times: int) -> Mapping[str, str]:
        """Wait for so many questions to have been dealt with; returns the last one."""
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(lambda: len(self.asked) >= times), 30)
        return self.asked[times - 1]

    async def _ask(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        if self.refuse:
            await self._dealt_with(form)
            return web.Response(status=self.refuse)
        task = asyncio.get_running_loop().create_task(self._ask_back(form))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return web.Response(status=202)

    async def _ask_back(self, form: Mapping[str, str]) -> None:
        callback, topic, mode = (form[f"hub.{key}"] for key in ("callback", "topic", "mode"))
        if self.deny:
            await self.verify(callback, mode="denied", topic=topic, reason=self.deny)
        else:
            status, text = await self.verify(
                callback, mode=mode, topic=topic, challenge="c4a1", lease_seconds=self.lease
            )
            if (status, text) == (200, "c4a1"):
                self.held[callback] = form
                if mode == "unsubscribe":
                    del self.held[callback]
        await self._dealt_with(form)

    async def _dealt_with(self, form: Mapping[str, str]) -> None:
        async with self.changed:
            self.asked.append(form)
            self.changed.notify_all()
