"""Deferred writes: kept in memory while the store refuses them, and written once it can.

A run that ended while the disk was full has ended all the same. What is owed is lost only with the
process; then the next one closes the run as cut off.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from crawler.storage.database import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.runtime.services import Services
    from crawler.storage.database import Connection, Database

    Write = Callable[[Connection], object]

logger = logging.getLogger(__name__)


class DeferredWrites:
    """Queue of deferred writes: those that are owed to a store, in their order."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owed: list[Write] = []
        self._settling = asyncio.Lock()  # two at a time would write it twice, and forget too much

    @classmethod
    def of(cls, services: Services) -> DeferredWrites:
        return cls(services.database)

    def owe(self, work: Write) -> None:
        """Have it written with the next settlement."""
        self._owed.append(work)

    async def write(self, work: Write) -> None:
        """Write it now, after all that is owed; or owe it, too."""
        self._owed.append(work)
        try:
            await self.settle()
        except SQLAlchemyError as error:
            logger.warning("write is owed count=%d", len(self._owed), exc_info=error)

    async def settle(self) -> None:
        """Write what is owed, in one transaction. Raises `SQLAlchemyError` where it stays owed."""
        async with self._settling:
            owed = list(self._owed)
            if not owed:
                return

            def work(connection: Connection) -> None:
                for write in owed:
                    write(connection)

            await self._database.write(work)
            del self._owed[: len(owed)]
