"""Configuration reload: on SIGHUP, and after an edit of its files, whole or not at all.

What cannot be used is refused: it is said in the log, and is a condition until it is mended. What
was in use goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING

from crawler.config import origin as origins
from crawler.config.differences import at_start, differing, in_force
from crawler.health.conditions.lifecycle import ConditionLifecycle
from crawler.model.conditions import INSTALLATION, ConditionKind
from crawler.model.exceptions import Unusable
from crawler.runtime.registration import Registration
from crawler.storage.database import SQLAlchemyError
from crawler.storage.health import condition_log

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from crawler.config.config import Config
    from crawler.config.origin import Origin
    from crawler.model.clock import Clock
    from crawler.runtime.services import Services
    from crawler.storage.database import Connection

    #: Takes a configuration over, given what differs in it; raises `Unusable` before it does.
    Apply = Callable[[Services, Sequence[str]], Awaitable[None]]

logger = logging.getLogger(__name__)

LOOK = 2.0  # seconds between two looks at the files; an edit is read once two of them agree


class Reload:
    """Watches where the configuration of one daemon came from; `run` it on the daemon's loop."""

    def __init__(self, services: Services, apply: Apply, clock: Clock) -> None:
        self._services = services
        self._apply = apply
        self._clock = clock
        self._database = services.database
        self._lifecycle = services.once(ConditionLifecycle)
        self._asked = asyncio.Event()
        self._file: Path | None = services.origin.file if services.origin else None
        self._handled = services.origin.stamp if services.origin else None
        self._seen = self._handled

    def on_signal(self) -> None:
        """Read it anew on SIGHUP from now on; that ends no process."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._asked.set)

    async def run(self) -> None:
        """Until cancelled."""
        await self._settle("")  # that this process could start shows that all is well
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), LOOK)
            await self.look()

    async def look(self) -> None:
        """Has anybody asked, or were the files edited and are as they are to stay?"""
        asked = self._asked.is_set()
        self._asked.clear()
        stamp = await asyncio.to_thread(origins.stamp, self._file)
        was_edited = self._handled is not None and stamp != self._handled
        if asked or (was_edited and stamp == self._seen):
            self._handled = stamp
            await self._reload()
        self._seen = stamp

    async def _reload(self) -> None:
        try:
            config, origin = await asyncio.to_thread(origins.read, self._file)
            await self._take_over(config, origin)
        except Unusable as error:
            logger.warning("configuration was refused; the one before stays: %s", error)
            await self._settle(str(error))
        except Exception:  # a defect of ours: say so, and go on with what there is
            logger.exception("configuration could not be taken over")
            await self._settle("It could not be taken over: the log says why")
        else:
            self._file = origin.file
            await self._settle("")
            await self._note()

    async def _note(self) -> None:
        """Have it in the store which configuration this process has, for `status`."""
        try:
            await self._services.once(Registration.of).note_configuration()
        except SQLAlchemyError as error:
            logger.warning("configuration in use could not be noted", exc_info=error)

    async def _take_over(self, config: Config, origin: Origin) -> None:
        names = differing(self._services.config, config)
        later = at_start(names)
        now = [name for name in names if name not in later]
        usable = in_force(self._services.config, config)
        await self._apply(self._services.successor(usable, origin), now)
        logger.warning("configuration was read anew and is in use changed=%s", _listed(now))
        if later:
            logger.warning("takes effect at the next start: %s", ", ".join(later))

    async def _settle(self, refusal: str) -> None:
        """Raise, update or clear the condition that the operators read of."""

        def work(connection: Connection) -> None:
            now, kind = self._clock(), ConditionKind.CONFIGURATION
            standing = condition_log.open_conditions(connection, INSTALLATION)
            known = next((one for one in standing if one.kind is kind), None)
            if known is None and refusal:
                self._lifecycle.raised(connection, INSTALLATION, kind, refusal, now=now)
            elif known is not None and refusal:
                self._lifecycle.updated(connection, known, refusal, now=now)
            elif known is not None:
                self._lifecycle.cleared(connection, known, now=now)

        try:
            await self._database.write(work)
        except SQLAlchemyError as error:
            logger.warning("condition could not be kept: configuration", exc_info=error)
        self._services.alerts_queued()


def _listed(names: Sequence[str]) -> str:
    return ",".join(names) or "-"
