"""A server on loopback that sends bytes as they are, and knows nothing of HTTP."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Script = Callable[[asyncio.StreamWriter], Awaitable[None]]

_NONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def ok(body: bytes, *headers: str, content_type: str = "text/html") -> bytes:
    """A whole answer with this body."""
    lines = [f"Content-Type: {content_type}", *headers, "Connection: close"]
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode() + body


class RawServer:
    """`async with`; then `put` what a path answers: bytes, or what writes them."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heads: list[str] = []
        self.base = ""
        self._answers: dict[str, bytes | Script] = {}
        self._server: asyncio.Server | None = None
        self._scripts: set[asyncio.Future[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for script in self._scripts:
            script.cancel()
        await asyncio.sleep(0)

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def put(self, path: str, answer: bytes | Script) -> str:
        """Answer this path so from now on; returns its address."""
        self._answers[path] = answer
        return self.base + path

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            self.asked.append(path)
            self.heads.append(head)
            answer = self._answers.get(path, _NONE)
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                script = asyncio.ensure_future(answer(writer))
                self._scripts.add(script)
                await asyncio.wait([script])  # it may be cancelled, and we may not
                self._scripts.discard(script)
                _ = script.cancelled() or script.exception()
            await writer.drain()
        writer.close()
