"""A Slack that is a real server: strict about the documented limits, and broken on demand.

In a test: `async with MockSlack() as slack: ...`. As a process, so that it outlives its client:
`python -m tests.mock_slack --port 0 --journal FILE`, which prints its address as a line of JSON.
The journal holds every message that was accepted, and is read again at the next start.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import signal
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from tests.alerts.slack_limits import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

TOKEN = "xoxb-mock-token"
CHANNELS = {"C0ALERTS": "alerts", "C0SECOND": "second"}
SCOPES = frozenset({"chat:write", "channels:history", "channels:read"})
_MESSAGES = "chat.postMessage"


class Kind(StrEnum):
    """How a request goes wrong."""

    BUSY = "busy"  # 429, with Retry-After: `seconds`
    BROKEN = "broken"  # 500, nothing posted
    BROKEN_AFTER = "broken-after"  # posted, then 500
    HANG = "hang"  # nothing for `seconds`, nothing posted
    HANG_AFTER = "hang-after"  # posted, then nothing for `seconds`
    CUT = "cut"  # the line is cut, nothing posted
    CUT_AFTER = "cut-after"  # posted, then the line is cut
    ERROR = "error"  # HTTP 200, {"ok": false, "error": `code`}


AFTER = {Kind.BROKEN_AFTER, Kind.HANG_AFTER, Kind.CUT_AFTER}


@dataclass(frozen=True, kw_only=True)
class Fault:
    kind: Kind
    seconds: float = 1.0
    code: str = "fatal_error"


class MockSlack:
    """One workspace. `messages` are those accepted, oldest first; `asked` every request."""

    def __init__(
        self,
        *,
        journal: Path | None = None,
        token: str = TOKEN,
        scopes: frozenset[str] = SCOPES,
        channels: dict[str, str] | None = None,
        outsiders: frozenset[str] = frozenset(),
        fault_rate: float = 0.0,
        seed: int = 1,
    ) -> None:
        self.messages: list[dict[str, Any]] = []
        self.asked: list[tuple[float, str]] = []
        self.base_url = ""
        self._journal = journal
        self._token = token
        self._scopes = scopes
        self._channels = channels if channels is not None else CHANNELS
        self._outsiders = outsiders  # channels that the bot is not in
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._fault_rate = fault_rate
        self._random = random.Random(seed)  # noqa: S311 - a repeatable sequence of faults
        self._last_ts = 0
        self._runner: web.AppRunner | None = None
        self._leaving = asyncio.Event()
        if journal and journal.is_file():
            lines = journal.read_text(encoding="utf-8").splitlines()
            self.messages = [json.loads(line) for line in lines]

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=4_000_000)
        app.router.add_route("*", "/api/{method}", self._answer)
        app.router.add_post("/control/fault", self._control)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"

    async def stop(self) -> None:
        self._leaving.set()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def fail(self, *faults: Fault, method: str = _MESSAGES) -> None:
        """The next requests of that method go wrong, one fault each, in this order."""
        self._faults[method].extend(faults)

    def alerts(self, channel: str = "C0ALERTS") -> list[str]:
        """The alert ids that reached a channel, in the order in which they did."""
        found = [m for m in self.messages if m["channel"] == channel]
        return [m["metadata"]["event_payload"]["alert"] for m in found if m.get("metadata")]

    # -- one request -----------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.asked.append((time.monotonic(), method))
        handle = self._methods().get(method)
        if handle is None:
            return self._say({"ok": False, "error": "unknown_method"})
        fault = self._next_fault(method)
        if fault and fault.kind not in AFTER:
            return await self._fail(request, fault)
        said = self._refuse_stranger(request) or await handle(request)
        return await self._fail(request, fault) if fault else self._say(said)

    def _methods(self) -> dict[str, Callable[[web.Request], Awaitable[dict[str, Any]]]]:
        return {
            "auth.test": self._auth_test,
            _MESSAGES: self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.list": self._list,
        }

    def _next_fault(self, method: str) -> Fault | None:
        if self._faults[method]:
            return self._faults[method].popleft()
        if method == _MESSAGES and self._random.random() < self._fault_rate:
            kinds = [k for k in Kind if k not in {Kind.ERROR, Kind.HANG, Kind.HANG_AFTER}]
            return Fault(kind=self._random.choice(kinds))
        return None

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.kind is Kind.BUSY:
            headers = {"Retry-After": f"{fault.seconds:g}"}
            return self._say({"ok": False, "error": "ratelimited"}, 429, headers)
        if fault.kind is Kind.ERROR:
            return self._say({"ok": False, "error": fault.code})
        if fault.kind in {Kind.HANG, Kind.HANG_AFTER}:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), fault.seconds)
        if fault.kind in {Kind.BROKEN, Kind.BROKEN_AFTER}:
            return web.Response(status=500, text="<html>sorry</html>", content_type="text/html")
        if request.transport:
            request.transport.abort()
        return web.Response()

    def _say(
        self, body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> web.Response:
        scopes = {"X-OAuth-Scopes": ",".join(sorted(self._scopes))}
        return web.json_response(body, status=status, headers=scopes | (headers or {}))

    def _refuse_stranger(self, request: web.Request) -> dict[str, Any] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            return {"ok": False, "error": "not_authed"}
        return None if token == self._token else {"ok": False, "error": "invalid_auth"}

    def _lacks(self, *scopes: str) -> dict[str, Any] | None:
        if self._scopes.intersection(scopes):
            return None
        return {"ok": False, "error": "missing_scope", "needed": scopes[0]}

    # -- the methods -----------------------------------------------------------------------------

    async def _auth_test(self, request: web.Request) -> dict[str, Any]:
        return {"ok": True, "team": "Mock", "user": "wirewatch", "bot_id": "B0MOCK"}

    async def _post(self, request: web.Request) -> dict[str, Any]:
        asked = await _arguments(request)
        wanted = str(asked.get("channel", ""))
        ids = {f"#{name}": one for one, name in self._channels.items()} | {
            one: one for one in self._channels
        }
        if error := self._lacks("chat:write"):
            return error
        if wanted not in ids:
            return {"ok": False, "error": "channel_not_found"}
        if ids[wanted] in self._outsiders:
            return {"ok": False, "error": "not_in_channel"}
        if code := refusal(asked):
            return {"ok": False, "error": code}
        message = {**asked, "channel": ids[wanted], "ts": self._ts()}
        self.messages.append(message)
        if self._journal:
            with self._journal.open("a", encoding="utf-8") as handle:
                handle.write(json.dumps(message) + "\n")
        said = {"ok": True, "channel": ids[wanted], "ts": message["ts"], "message": message}
        plain = request.content_type == "application/json" and not request.charset
        return said | ({"warning": "missing_charset"} if plain else {})

    async def _update(self, request: web.Request) -> dict[str, Any]:
        asked = await _arguments(request)
        for message in self.messages:
            if (message["channel"], message["ts"]) == (asked.get("channel"), asked.get("ts")):
                if code := refusal(asked):
                    return {"ok": False, "error": code}
                message.update(asked)
                return {"ok": True, "channel": message["channel"], "ts": message["ts"]}
        return {"ok": False, "error": "message_not_found"}

    async def _history(self, request: web.Request) -> dict[str, Any]:
        asked = await _arguments(request)
        channel = asked.get("channel")
        if error := self._lacks("channels:history", "groups:history"):
            return error
        if channel not in self._channels:  # by id only: a name is not found
            return {"ok": False, "error": "channel_not_found"}
        if channel in self._outsiders:
            return {"ok": False, "error": "not_in_channel"}
        oldest, limit = float(asked.get("oldest") or 0), int(asked.get("limit") or 100)
        if not 0 < limit < 1000:
            return {"ok": False, "error": "invalid_limit"}
        found = [m for m in self.messages if m["channel"] == channel and float(m["ts"]) > oldest]
        start = int(asked.get("cursor") or 0)
        page = found[::-1][start : start + limit]
        more = start + limit < len(found)
        every = str(asked.get("include_all_metadata")).lower() in {"1", "true"}
        return {
            "ok": True,
            "messages": [_shown(message, with_payload=every) for message in page],
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + limit) if more else ""},
        }

    async def _list(self, request: web.Request) -> dict[str, Any]:
        if error := self._lacks("channels:read", "groups:read"):
            return error
        channels = [{"id": one, "name": name} for one, name in self._channels.items()]
        return {"ok": True, "channels": channels, "response_metadata": {"next_cursor": ""}}

    async def _control(self, request: web.Request) -> web.Response:
        asked = await request.json()
        fault = Fault(kind=Kind(asked["kind"]), seconds=float(asked.get("seconds", 1)))
        self.fail(fault, method=asked.get("method", _MESSAGES))
        return web.json_response({"ok": True})

    def _ts(self) -> str:
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"


def _shown(message: dict[str, Any], *, with_payload: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": "message"}
    shown |= {key: message[key] for key in ("ts", "text", "blocks") if key in message}
    if metadata := message.get("metadata"):
        kept = metadata if with_payload else {"event_type": metadata["event_type"]}
        shown["metadata"] = kept
    return shown


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        body = await request.json()
        return body if isinstance(body, dict) else {}
    return {**request.query, **{key: str(value) for key, value in (await request.post()).items()}}


async def _serve(asked: argparse.Namespace) -> None:
    slack = MockSlack(journal=asked.journal, fault_rate=asked.fault_rate, seed=asked.seed)
    await slack.start(asked.port)
    print(json.dumps({"base_url": slack.base_url, "token": TOKEN}), flush=True)  # noqa: T201
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    await slack.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description="A mock Slack.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--journal", type=Path)
    parser.add_argument("--fault-rate", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
