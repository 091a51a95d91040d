"""What readers do in Slack: press a button, give a command; and where an app answers them.

The payloads are those of https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
and https://docs.slack.dev/interactivity/implementing-slash-commands.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.doubles.slack.workspace import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.doubles.slack.socket import SocketMode
    from tests.doubles.slack.workspace import Workspace

USES = 5  # of a response_url
VALID = 1800.0  # seconds
_TEAM = {"id": "T0MOCK", "domain": "mock"}


@dataclass(slots=True, kw_only=True)
class _ResponseUrl:
    channel: str
    user: str
    message: dict[str, Any] | None = None  # the one whose button was pressed
    made_at: float = field(default_factory=time.monotonic)
    uses: int = 0


class Readers:
    """The people of the workspace. `base` is the address of the server, without a slash."""

    def __init__(self, workspace: Workspace, socket: SocketMode) -> None:
        self.base = ""
        self._workspace = workspace
        self._socket = socket
        self._urls: dict[str, _ResponseUrl] = {}

    async def press(
        self, action_id: str, *, channel: str, ts: str, user: str = "U0READER"
    ) -> dict[str, Any]:
        """Press a button of a message; what the acknowledgement holds. Raises TimeoutError."""
        message = self._workspace.message(channel, ts)
        block, button = _button(message, action_id)
        action = {
            "type": "button",
            "action_id": action_id,
            "block_id": block.get("block_id", "generated"),
            "text": button["text"],
            "action_ts": f"{time.time():.6f}",
        }
        action |= {key: button[key] for key in ("value", "style") if key in button}
        payload = {
            "type": "block_actions",
            "user": {"id": user, "username": user.lower(), "team_id": _TEAM["id"]},
            "api_app_id": "A0MOCK",
            "container": {
                "type": "message",
                "message_ts": ts,
                "channel_id": channel,
                "is_ephemeral": False,
            },
            "trigger_id": secrets.token_hex(8),
            "team": _TEAM,
            "channel": {"id": channel, "name": self._workspace.channels[channel]},
            "message": {"type": "message", **message},
            "response_url": self._url(channel=channel, user=user, message=message),
            "actions": [action],
        }
        return await self._socket.send("interactive", payload, accepts_response_payload=False)

    async def command(
        self, command: str, text: str, *, channel: str, user: str = "U0READER"
    ) -> dict[str, Any]:
        """Give a slash command; what the acknowledgement holds is shown. Raises TimeoutError."""
        payload = {
            "command": command,
            "text": text,
            "user_id": user,
            "user_name": user.lower(),
            "channel_id": channel,
            "channel_name": self._workspace.channels[channel],
            "team_id": _TEAM["id"],
            "team_domain": _TEAM["domain"],
            "api_app_id": "A0MOCK",
            "is_enterprise_install": "false",
            "trigger_id": secrets.token_hex(8),
            "response_url": self._url(channel=channel, user=user),
        }
        said = await self._socket.send("slash_commands", payload, accepts_response_payload=True)
        if said:
            self._show(_ResponseUrl(channel=channel, user=user), said)
        return said

    def respond(self, key: str, said: dict[str, Any]) -> tuple[int, str]:
        """A post to a response_url: the HTTP status and the words of the answer."""
        url = self._urls.get(key)
        if url is None:
            return 404, "no_such_url"
        if time.monotonic() - url.made_at > VALID:
            return 404, "expired_url"
        if url.uses >= USES:
            return 404, "used_url"
        url.uses += 1
        try:
            self._show(url, said)
        except Refused as refused:
            return 400, str(refused)
        return 200, "ok"

    def _show(self, url: _ResponseUrl, said: dict[str, Any]) -> None:
        if said.get("delete_original") and url.message:
            self._workspace.messages.remove(url.message)
        elif said.get("replace_original") and url.message:
            self._workspace.edit(url.message, said)
        elif said.get("response_type") == "in_channel":
            self._workspace.post(url.channel, said)
        else:
            self._workspace.whisper(url.channel, url.user, said)

    def _url(self, **place: Any) -> str:
        key = secrets.token_hex(8)
        self._urls[key] = _ResponseUrl(**place)
        return f"{self.base}/response/{key}"


def _button(message: dict[str, Any], action_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for block, element in _elements(message):
        if element.get("type") == "button" and element.get("action_id") == action_id:
            return block, element
    raise LookupError(f"no button {action_id} in the message {message['ts']}")


def _elements(message: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    blocks = list(message.get("blocks") or ())
    for attachment in message.get("attachments") or ():
        blocks += attachment.get("blocks") or ()
    for block in blocks:
        elements = block.get("elements") if block.get("type") == "actions" else ()
        for element in (*(elements or ()), block.get("accessory") or {}):
            yield block, element
