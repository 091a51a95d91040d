"""A wire that misbehaves on demand: a real HTTP server on loopback that logs who asked for what."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from aiohttp import web

from tests.doubles.http_server import Serving
from tests.e2e import paper

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

HTML = "text/html; charset=utf-8"
RSS = "application/rss+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a path answers. It waits for `gate` first; `cut` ends the connection half-way."""

    body: bytes = field(default=b"", repr=False)
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    gate: asyncio.Event | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, and how it was answered; `at` is monotonic seconds."""

    path: str
    at: float
    status: int
    conditional: bool
    agent: str


class Wire:
    """`async with Wire() as wire`; then `put` what its paths answer."""

    def __init__(self, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.log: list[Asked] = []
        self.base = ""
        self._host = host
        self._tls = tls
        self._replies: dict[str, Reply] = {}
        self._serving: Serving | None = None
        self._leaving = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._serving = await Serving.start(app, host=self._host, tls=self._tls)
        scheme = "https" if self._tls else "http"
        self.base = f"{scheme}://{self._host}:{self._serving.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._leaving.set()
        if self._serving is not None:
            await self._serving.stop()

    # -- what it publishes ---------------------------------------------------------------------

    def put(self, path: str, reply: Reply) -> str:
        """Answer this path so from now on; returns its address."""
        self._replies[path] = reply
        return self.base + path

    def page(
        self, number: int, *, title: str = "", cooperation: bool = False, reply: Reply | None = None
    ) -> paper.Line:
        """Publish an article (or whatever `reply` is in its place); returns its feed entry."""
        body = paper.page(number, title=title, cooperation=cooperation).encode()
        url = self.put(f"/a/{number}", reply or Reply(body=body))
        return paper.Line(url=url, title=title or paper.title_of(number))

    def feed(self, *lines: paper.Line, path: str = "/feed.xml", etag: str = "") -> str:
        """Announce these in an RSS feed; returns its address."""
        return self.put(path, Reply(body=paper.rss(lines).encode(), content_type=RSS, etag=etag))

    def asked(self, path: str) -> list[Asked]:
        return [line for line in self.log if line.path == path]

    def statuses(self, path: str) -> list[int]:
        return [line.status for line in self.asked(path)]

    # -- one request ---------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path_qs
        reply = self._replies.get(path, Reply(status=404, body=b"<p>Not here</p>"))
        tag = request.headers.get("If-None-Match", "")
        unchanged = bool(reply.etag) and tag == reply.etag
        self.log.append(
            Asked(
                path=path,
                at=time.monotonic(),
                status=304 if unchanged else reply.status,
                conditional=bool(tag) or "If-Modified-Since" in request.headers,
                agent=request.headers.get("User-Agent", ""),
            )
        )
        if reply.gate is not None:
            await self._wait(reply.gate)
        headers = dict(reply.headers) | ({"ETag": reply.etag} if reply.etag else {})
        if unchanged:
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = reply.content_type
        if reply.cut:
            return await self._cut(request, reply, headers)
        return web.Response(status=reply.status, body=reply.body, headers=headers)

    async def _wait(self, gate: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(event.wait()) for event in (gate, self._leaving)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _cut(
        self, request: web.Request, reply: Reply, headers: Mapping[str, str]
    ) -> web.StreamResponse:
        """Promise the whole body, send half of it, and hang up."""
        response = web.StreamResponse(headers=headers)
        response.content_length = len(reply.body)
        with contextlib.suppress(ConnectionError):
            await response.prepare(request)
            await response.write(reply.body[: len(reply.body) // 2])
        if request.transport is not None:
            request.transport.close()
        return response


def source(name: str, wire: Wire, **settings: object) -> dict[str, object]:
    """The [[source]] of a wire: its feed at /feed.xml, unless `settings` say otherwise."""
    found = {"feeds", "sitemaps", "listings", "json_lists", "home"} & settings.keys()
    documents = {} if found else {"feeds": [f"{wire.base}/feed.xml"]}
    return {"name": name, **documents, **settings}
