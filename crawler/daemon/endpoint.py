"""HTTP endpoint of a running daemon: /metrics, /healthz and /readyz."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from aiohttp import web

from crawler.model.exceptions import Unusable
from crawler.runtime.http_server import listen
from crawler.storage.alerts import outbox_report
from crawler.storage.database import SQLAlchemyError, ping, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.model.clock import Clock
    from crawler.runtime.services import Services

logger = logging.getLogger(__name__)

_PATIENCE = 3.0  # seconds for the store to answer; who asks waits ten, as a rule


class Endpoint:
    """A web server on the daemon's loop; `parts` says which of the daemon's parts run."""

    def __init__(
        self, services: Services, parts: Callable[[], Mapping[str, bool]], clock: Clock
    ) -> None:
        self._config = services.config.metrics
        self._database = services.database
        self._metrics = services.metrics
        self._parts = parts
        self._clock = clock
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen, unless told not to. Raises `Unusable` where the address that was given is taken.

        Where none was given, the daemon does without: it is not the only one on this machine.
        """
        if not self._config.listen:
            return
        app = web.Application()
        app.router.add_get("/metrics", self._tell)
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/readyz", self._ready)
        try:
            self._runner = await listen(app, self._config.listen, setting="metrics.listen")
        except Unusable as error:
            if "listen" in self._config.model_fields_set:
                raise
            logger.warning("no metrics: %s; set another address, or none", error)
        else:
            logger.info("metrics at=http://%s/metrics", self._config.listen)

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _tell(self, request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(_PATIENCE):
                self._metrics.waiting(
                    await self._database.read(outbox_report.undelivered), self._clock()
                )
        except (SQLAlchemyError, TimeoutError) as error:
            # Counters need no store; of the outbox, what was known last is told.
            logger.warning("outbox could not be counted: %s", _in_words(error))
        body, content_type = self._metrics.exposition(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    async def _alive(self, _: web.Request) -> web.Response:
        """Whoever reads this has been answered by the loop."""
        return web.Response(text="ok\n")

    async def _ready(self, _: web.Request) -> web.Response:
        answers = await self._store_answers()
        trouble = self._database.trouble
        found = {"store": answers and not trouble, **self._parts()}
        told = {part: "ok" if ok else "not ready" for part, ok in found.items()}
        if trouble:
            told["store"] = trouble
        return web.json_response(told, status=200 if all(found.values()) else 503)

    async def _store_answers(self) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._database.read(ping)
        except (SQLAlchemyError, TimeoutError) as error:
            logger.warning("store does not answer: %s", _in_words(error))
            return False
        return True


def _in_words(error: SQLAlchemyError | TimeoutError) -> str:
    return reason(error) if isinstance(error, SQLAlchemyError) else "no answer in time"
