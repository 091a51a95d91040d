"""Slack replies, to the one who gave a slash command or pressed a button, and nobody else.

Slack gives an address to answer at, good for thirty minutes and five answers; what takes longer is
told in a direct message.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import aiohttp

from alerts.message.escaping import clean, clip, mrkdwn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.config.models import SlackConfig

logger = logging.getLogger(__name__)

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_TRIES = 3
_PAUSE = 1.0
_LINE = 600
_TEXT = 3800  # characters; Slack advises 4,000 at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who is to be answered, and where."""

    user_id: str
    address: str

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        user = payload.get("user")
        name = user.get("id") if isinstance(user, dict) else payload.get("user_id")
        return cls(user_id=str(name or ""), address=str(payload.get("response_url") or ""))


def written(lines: Iterable[str]) -> str:
    """Lines of any text as Slack shows them literally, within what it takes."""
    shown: list[str] = []
    room = _TEXT
    for line in lines:
        text = mrkdwn(clip(clean(line), _LINE))
        room -= len(text) + 1
        if room < 0:
            shown.append("…")
            break
        shown.append(text)
    return "\n".join(shown)


class Replies:
    """Sends answers, each to one person."""

    def __init__(self, settings: SlackConfig) -> None:
        self._base_url = settings.base_url.rstrip("/")
        self._token = settings.token.get_secret_value().strip() if settings.token else ""

    async def say(self, to: Asker, lines: Iterable[str]) -> None:
        """Deliver, or log that it could not be."""
        text = written(lines)
        answer = {"response_type": "ephemeral", "replace_original": False, "text": text}
        direct = {"channel": to.user_id, "text": text, "link_names": False, "parse": "none"}
        async with aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=True) as session:
            if to.address and await self._post(session, to.address, answer, {}):
                return
            headers = {"Authorization": f"Bearer {self._token}"}
            address = f"{self._base_url}/chat.postMessage"
            if not await self._post(session, address, direct, headers):
                logger.warning("slack answer was not delivered user=%s", to.user_id)

    async def _post(
        self,
        session: aiohttp.ClientSession,
        address: str,
        body: Mapping[str, Any],
        headers: Mapping[str, str],
    ) -> bool:
        """True where it arrived; it is tried again where it surely did not, and may yet."""
        for _ in range(_TRIES):
            try:
                async with session.post(address, json=body, headers=headers) as response:
                    if response.status == 200:
                        said = await response.text()
                        return '"ok":false' not in said.replace(" ", "")
                    if response.status != 429:
                        return False
            except aiohttp.ClientConnectorError:
                pass
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
                return False
            await asyncio.sleep(_PAUSE)
        return False
