"""Socket Mode: the WebSocket over which Slack tells an app of clicks and commands.

https://docs.slack.dev/apis/events-api/using-socket-mode has the shapes of what goes over it.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from aiohttp import WSMsgType, web

ACKNOWLEDGE = 3.0  # seconds that an app has


class SocketMode:
    """The connections of one app. An envelope goes to one of them, as Slack does it."""

    def __init__(self) -> None:
        self.envelopes: list[dict[str, Any]] = []
        self.acknowledged: list[str] = []  # envelope ids, as often as each was acknowledged
        self._tickets: set[str] = set()
        self._connections: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._connected = asyncio.Event()

    def ticket(self) -> str:
        """The right to connect, once."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        self._tickets.remove(ticket)
        line = web.WebSocketResponse()
        await line.prepare(request)
        self._connections.append(line)
        await line.send_json(
            {
                "type": "hello",
                "connection_info": {"app_id": "A0MOCK"},
                "num_connections": len(self._connections),
                "debug_info": {"host": "mock", "approximate_connection_time": 18060},
            }
        )
        self._connected.set()
        try:
            async for message in line:
                if message.type is WSMsgType.TEXT:
                    self._hear(message.json())
        finally:
            self._forget(line)
        return line

    def _hear(self, said: dict[str, Any]) -> None:
        envelope = str(said.get("envelope_id", ""))
        self.acknowledged.append(envelope)
        waiting = self._waiting.pop(envelope, None)
        if waiting and not waiting.done():
            waiting.set_result(said.get("payload") or {})

    def _forget(self, line: web.WebSocketResponse) -> None:
        if line in self._connections:
            self._connections.remove(line)
        if not self._connections:
            self._connected.clear()

    async def connected(self, within: float = 10.0) -> None:
        """Wait until the app is there; raises TimeoutError."""
        await asyncio.wait_for(self._connected.wait(), within)

    async def send(
        self, kind: str, payload: dict[str, Any], *, accepts_response_payload: bool
    ) -> dict[str, Any]:
        """Send an envelope; the payload of its acknowledgement. Raises TimeoutError without one."""
        envelope = {
            "envelope_id": secrets.token_hex(16),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts_response_payload,
        }
        self.envelopes.append(envelope)
        return await self.repeat(envelope)

    async def repeat(self, envelope: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send an envelope (the last one) again, as Slack does that missed the acknowledgement."""
        envelope = envelope or self.envelopes[-1]
        await self.connected()
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        await self._connections[-1].send_json(envelope)
        return await asyncio.wait_for(waiting, ACKNOWLEDGE)

    async def say(self, text: str) -> None:
        """Send a text as it is, over the newest line."""
        await self.connected()
        await self._connections[-1].send_str(text)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew. After a "warning" the line stays for the while."""
        for line in tuple(self._connections):
            await line.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "mock"}}
            )
            if reason != "warning":
                self._forget(line)
                await line.close()

    async def close(self) -> None:
        for line in tuple(self._connections):
            self._forget(line)
            await line.close()
