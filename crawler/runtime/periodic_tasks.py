"""Periodic tasks of a daemon, beside its polls: each at an interval of its own.

A task that fails is said in the log, and done again at its next time: none stops another.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.storage.database import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from crawler.model.clock import Clock

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicTask:
    """Periodic task: `do` is called with the time, every so many seconds."""

    name: str
    every: float
    do: Callable[[datetime], Awaitable[None]]
    daemon_only: bool = False  # of a process that stays: `run --once` leaves it out


class PeriodicTasks:
    """Runner of one daemon's periodic tasks. `start` and `stop` them on one loop."""

    def __init__(self, tasks: Sequence[PeriodicTask], clock: Clock) -> None:
        self._periodic = tasks
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._again(task), name=task.name) for task in self._periodic
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def once(self) -> None:
        """Each of them that is not for daemons only, one after the other."""
        for task in self._periodic:
            if not task.daemon_only:
                await self._do(task)

    async def _again(self, task: PeriodicTask) -> None:
        while True:
            await self._do(task)
            await asyncio.sleep(task.every)

    async def _do(self, task: PeriodicTask) -> None:
        try:
            await task.do(self._clock())
        except SQLAlchemyError as error:
            logger.warning("chore failed chore=%s", task.name, exc_info=error)
        except Exception:  # a defect of ours: say so, and go on with the others
            logger.exception("chore failed chore=%s", task.name)
