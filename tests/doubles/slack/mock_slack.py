"""A Slack that is a real server: strict about the documented limits, and broken on demand.

In a test: `async with MockSlack() as slack: ...`. As a process, so that it outlives its client:
`python -m tests.doubles.slack.mock_slack --port 0 --journal FILE`, which prints its address as a
line of JSON. The journal holds every message that was accepted, and is read at the next start.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import time
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from aiohttp import web

from crawler.model.clock import utc_now
from tests.doubles.http_server import Serving
from tests.doubles.slack.faults import AFTER, POST, Fault, Faults, Kind
from tests.doubles.slack.readers import Readers
from tests.doubles.slack.socket import SocketMode
from tests.doubles.slack.workspace import Busy, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = ["APP_TOKEN", "CHANNELS", "SCOPES", "TOKEN", "Fault", "Kind", "MockSlack"]

TOKEN = "xoxb-mock-token"
APP_TOKEN = "xapp-mock-token"
CHANNELS = {"C0ALERTS": "alerts", "C0SECOND": "second"}
SCOPES = frozenset({"chat:write", "channels:history", "channels:read"})
_CONNECT = "apps.connections.open"


class MockSlack:
    """One workspace. `messages` are those accepted, oldest first; `asked` every request.

    `pace` is how many seconds must lie between two messages in a channel: Slack's is about 1.
    `clock` dates the messages and the answers.
    """

    def __init__(
        self,
        *,
        journal: Path | None = None,
        token: str = TOKEN,
        app_token: str = APP_TOKEN,
        scopes: frozenset[str] = SCOPES,
        channels: dict[str, str] | None = None,
        outsiders: frozenset[str] = frozenset(),
        archived: frozenset[str] = frozenset(),
        private: frozenset[str] = frozenset(),
        pace: float = 0.0,
        fault_rate: float = 0.0,
        seed: int = 1,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.asked: list[tuple[float, str]] = []
        self.base_url = ""
        self.faults = Faults(rate=fault_rate, seed=seed)
        self.socket = SocketMode()
        self.workspace = Workspace(
            channels=channels if channels is not None else CHANNELS,
            scopes=scopes,
            outsiders=outsiders,  # channels that the bot is not in
            archived=archived,
            private=private,
            pace=pace,
            journal=journal,
            clock=clock,
        )
        self.readers = Readers(self.workspace, self.socket)
        self._clock = clock
        self._token = token
        self._app_token = app_token
        self._serving: Serving | None = None
        self._leaving = asyncio.Event()

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.workspace.messages

    @messages.setter
    def messages(self, messages: list[dict[str, Any]]) -> None:
        self.workspace.messages = messages

    @property
    def ephemeral(self) -> list[dict[str, Any]]:
        """What only one reader, its `user`, was shown."""
        return self.workspace.ephemeral

    def when_stored(self, tell: Callable[[], None]) -> None:
        """Call `tell` whenever a message was stored or edited, before the request is answered."""
        self.workspace.stored = tell

    async def start(self, port: int = 0) -> None:
        """Answer; also once more, after a stop."""
        self._leaving.clear()
        app = web.Application(client_max_size=4_000_000)
        app.router.add_route("*", "/api/{method}", self._answer)
        app.router.add_post("/response/{key}", self._respond)
        app.router.add_get("/link/", self.socket.serve)
        app.router.add_post("/control/fault", self._control)
        self._serving = await Serving.start(app, port=port)
        self.readers.base = self._serving.base
        self.base_url = f"{self.readers.base}/api/"

    async def stop(self) -> None:
        self._leaving.set()
        await self.socket.close()
        if self._serving:
            await self._serving.stop()

    @property
    def port(self) -> int:
        return urlsplit(self.base_url).port or 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def fail(self, *faults: Fault, method: str = POST) -> None:
        """The next requests of that method go wrong, one fault each, in this order."""
        self.faults.plan(method, faults)

    def alerts(self, channel: str = "C0ALERTS") -> list[str]:
        """The alert ids that reached a channel, in the order in which they did."""
        found = [m for m in self.messages if m["channel"] == channel]
        return [m["metadata"]["event_payload"]["alert"] for m in found if m.get("metadata")]

    def replies(self, ts: str, channel: str = "C0ALERTS") -> list[dict[str, Any]]:
        """What is in a message's thread, oldest first."""
        return [m for m in self.messages if (m["channel"], m.get("thread_ts")) == (channel, ts)]

    # -- one request -----------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.asked.append((time.monotonic(), method))
        fault = self.faults.next(method)
        if fault and fault.kind not in AFTER:
            return await self._fail(request, fault)
        refused = self._refuse_stranger(request, method)
        asked = await _arguments(request)
        if fault and fault.kind is Kind.STORED_LATE:
            _cut(request)
            await self._pause(fault.seconds)
        if fault and fault.kind is Kind.SHOWN_LATE:
            self.workspace.hide_next(fault.seconds)
        try:
            said = refused or self._handle(method, asked)
        except Busy as busy:
            return self._busy(f"{busy.seconds:g}")
        if request.content_type == "application/json" and not request.charset:
            said |= {"warning": "missing_charset"}
        return await self._fail(request, fault, said) if fault else self._say(said)

    def _handle(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        if method == _CONNECT:
            line = self.readers.base.replace("http:", "ws:")
            return {"ok": True, "url": f"{line}/link/?ticket={self.socket.ticket()}&app_id=A0MOCK"}
        return self.workspace.answer(method, asked)

    async def _fail(
        self, request: web.Request, fault: Fault, said: dict[str, Any] | None = None
    ) -> web.StreamResponse:
        match fault.kind:
            case Kind.BUSY:
                return self._busy(fault.retry_after or f"{fault.seconds:g}")
            case Kind.PROXY:
                page = "<html><title>400 Bad Request</title></html>"
                return web.Response(status=400, text=page, content_type="text/html")
            case Kind.DEEP_AFTER:
                deep = "[" * 100_000 + "]" * 100_000
                return web.Response(text=deep, content_type="application/json")
            case Kind.ERROR:
                return self._say({"ok": False, "error": fault.code})
            case Kind.BROKEN | Kind.BROKEN_AFTER:
                return web.Response(status=500, text="<html>sorry</html>", content_type="text/html")
            case Kind.GARBAGE | Kind.GARBAGE_AFTER:
                return web.Response(text="<html>hello", content_type="text/html")
            case Kind.LATE:
                await self._pause(fault.seconds)
                return self._say(said or {})
            case Kind.TWICE:
                return await self._say_twice(request, said or {})
            case Kind.HANG | Kind.HANG_AFTER:
                await self._pause(fault.seconds)
        _cut(request)
        return web.Response()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._leaving.wait(), seconds)

    async def _say_twice(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        response = self._say(body)
        await response.prepare(request)
        await response.write_eof()
        if request.transport:
            again = json.dumps(body).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(again)}\r\n\r\n"
            request.transport.write(head.encode() + again)
        return response

    def _busy(self, retry_after: str) -> web.Response:
        headers = {"Retry-After": retry_after}
        return self._say({"ok": False, "error": "ratelimited"}, 429, headers)

    def _say(
        self, body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> web.Response:
        stated = {
            "X-OAuth-Scopes": ",".join(sorted(self.workspace.scopes)),
            "Date": format_datetime(self._clock(), usegmt=True),
        }
        return web.json_response(body, status=status, headers=stated | (headers or {}))

    def _refuse_stranger(self, request: web.Request, method: str) -> dict[str, Any] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            return {"ok": False, "error": "not_authed"}
        if token not in {self._token, self._app_token}:
            return {"ok": False, "error": "invalid_auth"}
        right = self._app_token if method == _CONNECT else self._token
        return None if token == right else {"ok": False, "error": "not_allowed_token_type"}

    async def _respond(self, request: web.Request) -> web.Response:
        self.asked.append((time.monotonic(), "response_url"))
        key = request.match_info["key"]
        status, words = self.readers.respond(key, await _arguments(request))
        return web.Response(status=status, text=words)

    async def _control(self, request: web.Request) -> web.Response:
        asked = await request.json()
        fault = Fault(kind=Kind(asked["kind"]), seconds=float(asked.get("seconds", 1)))
        self.fail(fault, method=asked.get("method", POST))
        return web.json_response({"ok": True})


def _cut(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        body = await request.json()
        return body if isinstance(body, dict) else {}
    return {**request.query, **{key: str(value) for key, value in (await request.post()).items()}}


async def _serve(asked: argparse.Namespace) -> None:
    slack = MockSlack(
        journal=asked.journal, pace=asked.pace, fault_rate=asked.fault_rate, seed=asked.seed
    )
    await slack.start(asked.port)
    said = {"base_url": slack.base_url, "token": TOKEN, "app_token": APP_TOKEN}
    print(json.dumps(said), flush=True)  # noqa: T201
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    await slack.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description="A mock Slack.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--journal", type=Path)
    parser.add_argument("--pace", type=float, default=1.0)
    parser.add_argument("--fault-rate", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
