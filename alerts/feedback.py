"""What staff say back in Slack: verdicts by button, mutes, and slash commands.

An envelope's effect is in the store before Slack is told that it arrived; what is to be seen of it
(the edit of a message, an answer) follows.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Self

from alerts.buttons import press
from alerts.channel import Place
from alerts.channels import slack
from alerts.parents import Parents
from alerts.replies import Asker, Replies
from alerts.slash import obey
from alerts.socket import Socket
from crawler.clock import utc_now
from crawler.storage.verdicts import Verdict, Verdicts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sqlalchemy.engine import Connection

    from alerts.buttons import Press
    from alerts.channels.slack import Slack
    from alerts.slash import Answers
    from alerts.socket import Envelope, Follow
    from crawler.clock import Clock
    from crawler.services import Services
    from crawler.setting_tables import SlackConfig
    from crawler.storage.database import Database

logger = logging.getLogger(__name__)


class Feedback:
    """Listens to Slack beside the daemon's polls. `start` and `stop` it on one loop."""

    def __init__(
        self,
        database: Database,
        settings: SlackConfig,
        channels: Mapping[str, Slack],
        answers: Answers,
        *,
        clock: Clock = utc_now,
    ) -> None:
        token = settings.app_token
        self._database = database
        self._allowed = frozenset(settings.allowed_users)
        self._answers = answers
        self._clock = clock
        self._verdicts = Verdicts(database)
        self._parents = Parents(self._verdicts, channels)
        self._replies = Replies(settings)
        self._socket = Socket(
            app_token=token.get_secret_value().strip() if token else "",
            base_url=settings.base_url,
            take=self._take,
        )
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def from_services(cls, services: Services, answers: Answers) -> Self | None:
        """None where there is no app-level token, or no Slack channel to hear from."""
        config = services.config
        declared = [one for one in config.channels if one.kind == "slack"]
        token = config.slack.app_token
        if token is None or not token.get_secret_value().strip() or not declared:
            return None
        places = [Place(declared=one, config=config, clock=utc_now) for one in declared]
        channels = {place.declared.name: slack.build(place) for place in places}
        return cls(services.database, config.slack, channels, answers)

    def start(self) -> None:
        """Begin to listen, on the running loop, and to show what an earlier process left."""
        self._tasks = [
            asyncio.create_task(self._parents.run(), name="verdicts"),
            asyncio.create_task(self._socket.run(), name="slack socket"),
        ]

    async def stop(self, within: float) -> None:
        """Hear nothing more; let what was heard be answered, for up to so many seconds."""
        self._socket.stop()
        await self._socket.finish(within)
        self._parents.stop()
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

        def work(connection: Connection) -> bool:
            return self._verdicts.first_time(connection, envelope.id, now) and self._give(
                connection, pressed
            )

        if not await self._database.write(work):
            return None
        return partial(self._seen, pressed, Asker.of(envelope.payload))

    def _give(self, connection: Connection, pressed: Press) -> bool:
        verdict = Verdict(
            story_id=pressed.story_id,
            user_id=pressed.user_id,
            user_name=pressed.user_name,
            answer=pressed.answer,
            given_at=pressed.at,
        )
        return self._verdicts.give(connection, verdict, self._clock())

    async def _seen(self, pressed: Press, asker: Asker) -> None:
        logger.info(
            "verdict story=%d user=%s: %s", pressed.story_id, pressed.user_id, pressed.answer
        )
        self._parents.wake()

    async def _obey(self, payload: Mapping[str, Any]) -> None:
        asker = Asker.of(payload)
        text = str(payload.get("text") or "")
        said = obey(text, user=asker.user_id, allowed=self._allowed, answers=self._answers)
        async for lines in said:
            await self._replies.say(asker, lines)
