"""HTTP server: listen at a configured address, or say which setting cannot be had."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from aiohttp import web

from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from aiohttp.web import Application

_FAREWELL = 0.5  # seconds that an answer under way may take at the end


async def listen(app: Application, address: str, *, setting: str) -> web.AppRunner:
    """Serve `app` at host:port until the runner's `cleanup`. Raises `Unusable`."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_FAREWELL)
    await runner.setup()
    host, _, port = address.rpartition(":")
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    except (OSError, OverflowError) as error:
        await runner.cleanup()
        taken = getattr(error, "errno", None) == errno.EADDRINUSE
        said = "another program does" if taken else str(error)
        raise Unusable(f"{setting}: cannot listen at {address}: {said}") from None
    return runner
