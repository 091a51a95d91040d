"""Show on each story's messages what staff said of it.

What is still to be shown is in the store: a process that dies between a verdict and the edit leaves
it to the next one.
"""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import replace
from typing import TYPE_CHECKING

from alerts.channel import Rejected, Retry, Unknown
from alerts.courier import backoff, rest
from crawler.alert import STORY, UPDATE, Alert, Unreadable
from crawler.storage.database import SQLAlchemyError, reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.channels.slack import Slack
    from crawler.storage.verdicts import Parent, Verdicts

logger = logging.getLogger(__name__)
_TIMEOUT = 20.0  # seconds for one edit
_EDIT = f"{UPDATE}-verdicts"


class Parents:
    """Edits the messages of the stories that were judged, for as long as `run` is not stopped."""

    def __init__(self, verdicts: Verdicts, channels: Mapping[str, Slack]) -> None:
        self._verdicts = verdicts
        self._channels = channels
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()

    async def wake(self) -> None:
        """There is a verdict to show."""
        self._woken.set()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                await self._show_all()
            except (Retry, Unknown, TimeoutError, SQLAlchemyError) as error:
                failures += 1
                after = error.after if isinstance(error, Retry) else None
                pause = backoff(failures, random.random()) if after is None else after  # noqa: S311
                why = reason(error) if isinstance(error, SQLAlchemyError) else error
                logger.warning("verdicts wait to be shown seconds=%.1f: %s", pause, why)
                await rest(pause, self._stopping)
            else:
                failures = 0
                await self._woken.wait()

    async def _show_all(self) -> None:
        for story, unshown in (await self._verdicts.unshown()).items():
            if self._stopping.is_set():
                return
            for parent in await self._verdicts.parents(story, STORY, UPDATE):
                await self._show(parent)
            await self._verdicts.shown(unshown)

    async def _show(self, parent: Parent) -> None:
        channel = self._channels.get(parent.channel)
        if channel is None:
            return
        try:
            async with asyncio.timeout(_TIMEOUT):
                alert = Alert.from_json(parent.payload)
                await channel.send(replace(alert, kind=_EDIT, parent=parent.reference))
        except (Rejected, Unreadable) as error:  # deleted by hand, or too old: never
            logger.warning("verdict cannot be shown channel=%s: %s", parent.channel, error)
