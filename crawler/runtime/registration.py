"""Registration of this process with the store: the id that owns its leases, and its heartbeat."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from importlib.metadata import version
from typing import TYPE_CHECKING

from crawler.storage.crawl import leases, processes
from crawler.storage.crawl.process_lock import ProcessLock
from crawler.storage.database import SQLAlchemyError

if TYPE_CHECKING:
    from crawler.runtime.services import Services
    from crawler.storage.database import Connection

logger = logging.getLogger(__name__)


class Registration:
    """Begun before the first lease is taken. `id` changes where this process was taken for dead."""

    def __init__(self, services: Services, role: str = processes.CRAWL) -> None:
        self._services = services
        self.role = role
        self.id = processes.new_id()
        self._lock = ProcessLock(self.id)
        self._registered = False
        self._beginning = asyncio.Lock()  # the first polls begin at once
        self._beats: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, services: Services) -> Registration:
        """The one of these services; its `role` is the runner's to say."""
        return cls(services)

    async def begin(self) -> None:
        """Be known from now on, and keep giving signs of life on the running loop."""
        async with self._beginning:
            if not self._registered:
                self._lock.take()
                await self._services.database.write(self._register)
                self._registered = True
        if self._beats is None or self._beats.done():
            self._beats = asyncio.create_task(self._keep_beating(), name="heartbeat")

    async def beat(self) -> None:
        """Give a sign of life. One that comes too late finds that others went on without us."""
        if await self._services.database.write(lambda c: processes.beat(c, self.id)):
            return
        logger.warning(
            "this process was suspended or cut off from the store for so long that others took "
            "over what it was at; it begins anew, and what was under way is not written"
        )
        self._lock.release()
        self.id = processes.new_id()
        self._lock = ProcessLock(self.id)
        self._lock.take()
        await self._services.database.write(self._register)

    async def note_configuration(self) -> None:
        """Say which configuration this process has now."""
        said = self._configuration()
        await self._services.database.write(
            lambda c: processes.note_configuration(c, self.id, **said)
        )

    async def end(self) -> None:
        """Hand everything back: this process stops."""
        if self._beats is not None:
            self._beats.cancel()
            await asyncio.gather(self._beats, return_exceptions=True)
        if self._registered:
            await self._services.database.write(self._end)
            self._registered = False
            self._lock.release()

    def close(self) -> None:
        """The same where no loop runs any more."""
        if not self._registered:
            return
        try:
            self._services.database.write_now(self._end)
        except SQLAlchemyError as error:
            logger.warning("the end of this process could not be written", exc_info=error)
        self._registered = False
        self._lock.release()

    async def _keep_beating(self) -> None:
        while True:
            await asyncio.sleep(processes.BEAT.total_seconds())
            try:
                await self.beat()
            except SQLAlchemyError as error:  # others see it so, too, until the store is back
                logger.warning("heartbeat failed", exc_info=error)

    def _register(self, connection: Connection) -> None:
        processes.register(
            connection,
            self.id,
            role=self.role,
            host=socket.gethostname(),
            pid=os.getpid(),
            version=version("wirewatch"),
            **self._configuration(),
        )

    def _configuration(self) -> dict[str, str]:
        file, origin = self._services.config.file, self._services.origin
        return {
            "config_path": str(file.absolute()) if file else "",
            "config_digest": origin.digest if origin else "",
        }

    def _end(self, connection: Connection) -> None:
        leases.hand_back(connection, self.id)
        processes.end(connection, self.id)
