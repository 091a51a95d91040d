"""Heartbeat (dead man's switch): pings an address while all is well.

The address holds a token: it is in no log and no message.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import aiohttp

from crawler.config.cron import next_after
from crawler.model.clock import utc_now
from crawler.model.conditions import INSTALLATION, ConditionKind
from crawler.model.formatting import span
from crawler.storage.database import SQLAlchemyError
from crawler.storage.health import condition_log, daily_stats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from crawler.config.source import Source
    from crawler.model.clock import Clock
    from crawler.runtime.services import Services

logger = logging.getLogger(__name__)

TIMEOUT = 10.0  # seconds for the whole request
_STORE = 5.0  # seconds for the store to answer
_PATIENCE = 3  # times the slowest interval
_UTC = ZoneInfo("UTC")
_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "no answer in time"),
    (aiohttp.ClientConnectorCertificateError, "no TLS certificate that can be trusted"),
    (aiohttp.ClientSSLError, "no TLS certificate that can be trusted"),
    (aiohttp.ClientConnectorError, "the server cannot be reached"),
    (aiohttp.ServerDisconnectedError, "the server closed the connection without an answer"),
    (aiohttp.InvalidURL, "its address is none that can be asked"),
    (aiohttp.TooManyRedirects, "the server only leads from address to address"),
    (OSError, "the connection broke off"),
)
_UNREADABLE = "the answer cannot be read"
_GRAVE = (
    ConditionKind.OFFLINE,
    ConditionKind.DISK,
    ConditionKind.UNDELIVERED,
    ConditionKind.EXTRACTION_DOWN,
)


class Heartbeat:
    """Pings of one daemon; `parts` says which parts of it run."""

    def __init__(
        self,
        services: Services,
        sources: Sequence[Source],
        parts: Callable[[], Mapping[str, bool]],
        *,
        clock: Clock = utc_now,
        timeout: float = TIMEOUT,
    ) -> None:
        self._secret = services.config.ops.ping
        self._slowest = services.config.crawl.slowest
        self._sources = sources
        self._parts = parts
        self._database = services.database
        self._began = clock()  # what ended before it is another daemon's
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._said = ""

    async def ping(self, now: datetime) -> None:
        """Ask once, unless something is wrong."""
        why = await self._ails(now)
        if why:
            self._say(f"no ping: {why}")
            return
        why = await self._ask()
        self._say(f"ping failed: {why}" if why else "")

    def _say(self, what: str) -> None:
        """Log it, once for each change."""
        if what == self._said:
            return
        if what:
            logger.warning("%s", what)
        else:
            logger.warning("ping works again")
        self._said = what

    async def _ails(self, now: datetime) -> str:
        """Why it is not well; "" where it is."""
        for part, runs in self._parts().items():
            if not runs:
                return f"{part} does not run"
        patience = _PATIENCE * self._slowest_interval(now)
        try:
            async with asyncio.timeout(_STORE):
                grave = [
                    condition.kind.value
                    for condition in await self._database.read(condition_log.open_conditions)
                    if condition.source == INSTALLATION and condition.kind in _GRAVE
                ]
                idle = not await self._polled(now - patience)
        except (SQLAlchemyError, TimeoutError):
            return "the store does not answer"
        if grave:
            return ", ".join(grave)
        return f"no poll has ended for {span(patience)}" if idle else ""

    async def _polled(self, since: datetime) -> bool:
        """A poll has ended since, or the daemon has only begun since."""
        return self._began > since or await self._database.read(
            lambda connection: daily_stats.polled_since(connection, since)
        )

    def _slowest_interval(self, now: datetime) -> timedelta:
        return max((self._interval(source, now) for source in self._sources), default=self._slowest)

    def _interval(self, source: Source, now: datetime) -> timedelta:
        if source.cron:
            first = next_after(source.cron, _UTC, now)
            return next_after(source.cron, _UTC, first) - first
        return source.interval or self._slowest

    async def _ask(self) -> str:
        """Why it failed, in words without the address; "" where it did not."""
        url = self._secret.get_secret_value().strip() if self._secret else ""
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout, trust_env=True) as session,
                session.get(url, headers={"User-Agent": "Wirewatch"}) as answer,
            ):
                return "" if answer.status < 300 else f"HTTP {answer.status}"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return next((said for kind, said in _WORDS if isinstance(error, kind)), _UNREADABLE)
