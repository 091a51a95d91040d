"""Show on each story's messages what staff said of it.

What is still to be shown is in the store: a process that dies between a verdict and the edit leaves
it to the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from alerts.channel import MessageRejected, Retry, Unknown
from alerts.retry import retry_delay, sleep_until
from crawler.model.alert import STORY, UPDATE, Alert, Unreadable
from crawler.storage.alerts import feedback
from crawler.storage.database import SQLAlchemyError, reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.channels.slack import Slack
    from crawler.storage.alerts.feedback import Parent
    from crawler.storage.database import Database

logger = logging.getLogger(__name__)
_TIMEOUT = 20.0  # seconds for one edit
_AGAIN = 1.0  # seconds until a message that was under way is looked for again
_EDIT = f"{UPDATE}-verdicts"


class VerdictDisplay:
    """Edits the messages of the stories that were judged, for as long as `run` is not stopped."""

    def __init__(self, database: Database, channels: Mapping[str, Slack]) -> None:
        self._database = database
        self._channels = channels
        self._newest: dict[int, dict[str, int]] = {}  # by story and channel, while one is to come
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
                told = await self._show_all()
            except (Retry, Unknown, TimeoutError, SQLAlchemyError) as error:
                failures += 1
                after = error.after if isinstance(error, Retry) else None
                pause = retry_delay(failures, random.random()) if after is None else after  # noqa: S311
                why = reason(error) if isinstance(error, SQLAlchemyError) else error
                logger.warning("verdicts wait to be shown seconds=%.1f: %s", pause, why)
                await sleep_until(pause, self._stopping)
            except Exception:  # a defect, or an answer nobody foresaw: the next are shown
                failures += 1
                logger.exception("verdicts wait to be shown")
                await sleep_until(retry_delay(failures, random.random()), self._stopping)  # noqa: S311
            else:
                failures = 0
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), None if told else _AGAIN)

    async def _show_all(self) -> bool:
        """Whether all is shown: a message that is still under way can show nothing yet."""
        told = True
        for story, unshown in (await self._database.read(feedback.unshown)).items():
            if self._stopping.is_set():
                break
            # Asked first: what arrives in between is among the parents.
            coming = await self._database.read(
                partial(feedback.coming, story=story, first=STORY, channels=list(self._channels))
            )
            for parent in await self._database.read(
                partial(feedback.parents, story=story, first=STORY, update=UPDATE)
            ):
                await self._show(story, parent, newest=max(unshown))
            if coming:
                told = False
            else:
                await self._database.write(partial(feedback.set_shown, ids=unshown))
                self._newest.pop(story, None)
        return told

    async def _show(self, story: int, parent: Parent, *, newest: int) -> None:
        channel = self._channels.get(parent.channel)
        shows = self._newest.setdefault(story, {})
        if channel is None or shows.get(parent.channel) == newest:
            return
        try:
            async with asyncio.timeout(_TIMEOUT):
                alert = Alert.from_json(parent.payload)
                await channel.send(replace(alert, kind=_EDIT, parent=parent.reference))
        except (MessageRejected, Unreadable) as error:  # deleted by hand, or too old: never
            logger.warning("verdict cannot be shown channel=%s: %s", parent.channel, error)
        shows[parent.channel] = newest
