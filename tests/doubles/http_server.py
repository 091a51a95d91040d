"""A real server on loopback that leaves nothing behind when it stops."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from aiohttp import web

if TYPE_CHECKING:
    import ssl

_FAREWELL = 0.2  # seconds that an answer under way may take at the end
_LET_IN = 0.02  # seconds after which one who was let in as the door closed is known


class Serving:
    """One application that is served, from `start` to `stop`."""

    def __init__(self, runner: web.AppRunner, door: asyncio.Server) -> None:
        self._runner = runner
        self._door = door

    @classmethod
    async def start(
        cls,
        app: web.Application,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> Self:
        """Serve it, at a port of the system's choice where none is named."""
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_FAREWELL)
        await runner.setup()
        assert runner.server is not None
        door = await asyncio.get_running_loop().create_server(
            runner.server, host, port, backlog=256, ssl=tls
        )
        return cls(runner, door)

    @property
    def port(self) -> int:
        port: int = self._door.sockets[0].getsockname()[1]
        return port

    @property
    def base(self) -> str:
        """Where it is: http://127.0.0.1:PORT."""
        return f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        """Let nobody in any more, and hang up; also on those who do not listen."""
        # asyncio forgets a line that comes in as its server closes, and never closes it.
        for listening in self._door.sockets:
            asyncio.get_running_loop().remove_reader(listening)
        await asyncio.sleep(_LET_IN)
        self._door.close()
        server = self._runner.server
        lines = [one.transport for one in server.connections] if server is not None else []
        await self._runner.cleanup()
        for line in lines:
            if line is not None:
                line.abort()
        await asyncio.sleep(0)
