"""Feedback of staff in Slack: verdicts by button, mutes, and slash commands.

An envelope's effect is in the store before Slack is told that it arrived; what is to be seen of it
(the edit of a message, an answer) follows.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Self

from alerts.channel import TABLES, opened
from alerts.channels.slack import Slack
from alerts.feedback.replies import Asker, Replies
from alerts.feedback.slash_commands import obey
from alerts.feedback.socket_mode import Socket
from alerts.feedback.verdict_display import VerdictDisplay
from alerts.slack.buttons import press
from crawler.config.routes import Matcher
from crawler.model.clock import utc_now
from crawler.storage.alerts import feedback, mutes
from crawler.storage.alerts.feedback import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from alerts.feedback.socket_mode import Envelope, Follow
    from alerts.slack.buttons import Press
    from crawler.config.models import SlackConfig
    from crawler.model.clock import Clock
    from crawler.ports import StaffQueriesPort
    from crawler.runtime.services import Services
    from crawler.storage.database import Connection, Database

logger = logging.getLogger(__name__)

_NO_SUCH_RULE = "Nothing was muted: that rule did not bring this message about."
_MUTED = timedelta(days=1)


class Feedback:
    """Listens to Slack beside the daemon's polls. `start` and `stop` it on one loop."""

    def __init__(
        self,
        database: Database,
        settings: SlackConfig,
        channels: Mapping[str, Slack],
        answers: StaffQueriesPort,
        *,
        clock: Clock = utc_now,
    ) -> None:
        token = settings.app_token
        self._database = database
        self._allowed = frozenset(settings.allowed_users)
        self._answers = answers
        self._clock = clock
        self._verdict_display = VerdictDisplay(self._database, channels)
        self._replies = Replies(settings)
        self._socket = Socket(
            app_token=token.get_secret_value().strip() if token else "",
            base_url=settings.base_url,
            take=self._take,
        )
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def from_services(cls, services: Services, answers: StaffQueriesPort) -> Self | None:
        """None where there is no app-level token, or no Slack channel to hear from."""
        config = services.config
        channels = [one for one in services.once(opened, *TABLES) if isinstance(one, Slack)]
        token = config.slack.app_token
        if token is None or not token.get_secret_value().strip() or not channels:
            return None
        named = {channel.name: channel for channel in channels}
        return cls(services.database, config.slack, named, answers)

    def start(self) -> None:
        """Begin to listen, on the running loop, and to show what an earlier process left."""
        self._tasks = [
            asyncio.create_task(self._verdict_display.run(), name="verdicts"),
            asyncio.create_task(self._socket.run(), name="slack socket"),
        ]

    @property
    def running(self) -> bool:
        """Have both parts begun, is neither lost, and does Slack's line last?"""
        alive = bool(self._tasks) and not any(task.done() for task in self._tasks)
        return alive and self._socket.hears

    async def stop(self, within: float) -> None:
        """Hear nothing more; let what was heard be answered, for up to so many seconds."""
        self._socket.stop()
        await self._socket.finish(within)
        self._verdict_display.stop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- an envelope ---------------------------------------------------------------------------

    async def _take(self, envelope: Envelope) -> Follow | None:
        if envelope.kind == "slash_commands":
            return partial(self._obey, envelope.payload)
        pressed = press(envelope.payload) if envelope.kind == "interactive" else None
        if pressed is None:
            return None
        now = self._clock()
        do = self._mute if pressed.mute else self._give

        def work(connection: Connection) -> Follow | None:
            first = feedback.first_time(connection, envelope.id, now)
            return do(connection, pressed, Asker.of(envelope.payload)) if first else None

        return await self._database.write(work)

    def _give(self, connection: Connection, pressed: Press, _: Asker) -> Follow | None:
        verdict = Verdict(
            story_id=pressed.story_id,
            user_id=pressed.user_id,
            user_name=pressed.user_name,
            answer=pressed.answer,
            given_at=pressed.at,
        )
        if not feedback.give(connection, verdict, self._clock()):
            return None
        logger.info(
            "verdict story=%d user=%s: %s", verdict.story_id, verdict.user_id, verdict.answer
        )
        return self._verdict_display.wake

    def _mute(self, connection: Connection, pressed: Press, asker: Asker) -> Follow | None:
        if not feedback.names_rule(
            connection, pressed.story_id, reference=pressed.message, rule=pressed.mute
        ):
            logger.warning("mute refused: no rule of that message user=%s", pressed.user_id)
            return partial(self._replies.say, asker, [_NO_SUCH_RULE])
        now = self._clock()
        until = now + _MUTED
        number = mutes.begin(
            connection,
            Matcher(rule=[pressed.mute]),
            reason=f"a button under story {pressed.story_id}",
            author=f"{pressed.user_name} in Slack",
            now=now,
            until=until,
        )
        logger.info("rule muted rule=%s user=%s mute=%d", pressed.mute, pressed.user_id, number)
        said = (
            f"The rule {pressed.mute} is muted until {until:%-d %B, %H:%M} UTC; its alerts are "
            f"kept. To end that: wirewatch alerts unmute {number}"
        )
        return partial(self._replies.say, asker, [said])

    async def _obey(self, payload: Mapping[str, Any]) -> None:
        asker = Asker.of(payload)
        text = str(payload.get("text") or "")
        said = obey(text, user=asker.user_id, allowed=self._allowed, answers=self._answers)
        async for lines in said:
            await self._replies.say(asker, lines)
