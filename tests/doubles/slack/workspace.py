"""What a Slack workspace holds, and the Web API's methods on it: arguments in, an answer out.

Each method is strict where Slack's documentation is: a scope that lacks, a channel that the bot may
not use, a message beyond the limits, more than one message in a channel in `pace` seconds.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from tests.doubles.slack.block_kit_limits import complaint, decoded
from tests.doubles.slack.faults import POST

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

BOT, BOT_USER = "B0MOCK", "U0BOT"
_HISTORY = ("channels:history", "groups:history")
_READ = ("channels:read", "groups:read")
_NEEDS = {
    POST: ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "conversations.history": _HISTORY,
    "conversations.replies": _HISTORY,
    "conversations.info": _READ,
    "conversations.list": _READ,
}
_CONTENT = ("text", "blocks", "attachments", "metadata")
_EARLY = 0.9  # of the pace: a network makes two messages arrive closer than they were sent


class Refused(Exception):
    """The method answers `{"ok": false, "error": code}` and what is in `more`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.answer = {"ok": False, "error": code, **more}


class Busy(Exception):
    """The method answers 429 with Retry-After: `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Workspace:
    """Channels by id; `messages` are those accepted, oldest first, as they look now."""

    def __init__(
        self,
        *,
        channels: dict[str, str],
        scopes: frozenset[str],
        outsiders: frozenset[str],
        archived: frozenset[str],
        private: frozenset[str],
        pace: float,
        journal: Path | None,
        clock: Callable[[], datetime],
    ) -> None:
        self.channels = channels
        self.scopes = scopes
        self.outsiders = outsiders
        self.archived = archived
        self.private = private
        self.messages: list[dict[str, Any]] = []
        self.ephemeral: list[dict[str, Any]] = []
        self.stored: Callable[[], None] = _nothing
        self._pace = pace
        self._posted_at: dict[str, float] = {}
        self._journal = journal
        self._clock = clock
        self._last_ts = 0
        self.shown_after = 0.0  # seconds until a message that was stored is shown
        self._hide_for = 0.0
        self._hidden: dict[str, float] = {}  # until when a message, by its ts, is not shown
        self._methods: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "auth.test": self._auth_test,
            POST: self._post,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.postEphemeral": self._post_ephemeral,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.info": self._info,
            "conversations.list": self._list,
        }
        if journal and journal.is_file():
            lines = map(json.loads, journal.read_text(encoding="utf-8").splitlines())
            known = {(one["channel"], one["ts"]): one for one in lines}
            self.messages = [one for one in known.values() if not one.get("deleted")]

    def hide_next(self, seconds: float) -> None:
        """The next message is stored at once, and shown so many seconds later."""
        self._hide_for = seconds

    def _is_shown(self, message: dict[str, Any]) -> bool:
        return self._hidden.get(message["ts"], 0.0) <= time.monotonic()

    def answer(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        """What the method says; raises Busy."""
        needed = _NEEDS.get(method)
        if method not in self._methods:
            return {"ok": False, "error": "unknown_method"}
        if needed and not self.scopes.intersection(needed):
            provided = ",".join(sorted(self.scopes))
            lacks = {"needed": needed[0], "provided": provided}
            return {"ok": False, "error": "missing_scope", **lacks}
        try:
            return self._methods[method](asked)
        except Refused as refused:
            return refused.answer

    def message(self, channel: str, ts: str) -> dict[str, Any]:
        """The message of that channel and instant; raises LookupError."""
        for message in self.messages:
            if (message["channel"], message["ts"]) == (channel, ts):
                return message
        raise LookupError(f"no message {ts} in {channel}")

    def post(self, channel: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Store a message of the bot's that is within the limits; raises Refused."""
        _check_content(asked)
        content = {key: value for key, value in asked.items() if key != "token"}
        message = {**content, **_structured(asked)}
        message |= {"channel": channel, "ts": self._ts(), "bot_id": BOT, "user": BOT_USER}
        self.messages.append(message)
        if late := self._hide_for or self.shown_after:
            self._hidden[message["ts"]] = time.monotonic() + late
            self._hide_for = 0.0
        self._record(message)
        return message

    def edit(self, message: dict[str, Any], asked: dict[str, Any]) -> None:
        """Change a message as chat.update does; raises Refused."""
        _check_content(asked)
        content = _structured(asked)
        if "text" in asked and "blocks" not in asked:  # Slack shows the text then
            message.pop("blocks", None)
        if content.get("metadata") == {}:
            message.pop("metadata", None)
            del content["metadata"]
        message |= content | {"edited": {"user": BOT_USER, "ts": self._ts()}}
        self._record(message)

    def whisper(self, channel: str, user: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Show a message to one reader only; raises Refused."""
        _check_content(asked)
        message = {**asked, **_structured(asked), "channel": channel, "user": user}
        message["ts"] = self._ts()
        self.ephemeral.append(message)
        return message

    def _record(self, message: dict[str, Any]) -> None:
        if self._journal:
            with self._journal.open("a", encoding="utf-8") as handle:
                handle.write(json.dumps(message) + "\n")
        self.stored()

    # -- the methods -----------------------------------------------------------------------------

    def _auth_test(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {
            "ok": True,
            "url": "https://mock.slack.example/",
            "team": "Mock",
            "team_id": "T0MOCK",
            "user": "wirewatch",
            "user_id": BOT_USER,
            "bot_id": BOT,
        }

    def _post(self, asked: dict[str, Any]) -> dict[str, Any]:
        wanted = str(asked.get("channel", ""))
        ids = {f"#{name}": one for one, name in self.channels.items()}
        channel = self._writable(ids.get(wanted, wanted))
        if thread := asked.get("thread_ts"):
            self._check_thread(channel, str(thread))
        now = time.monotonic()
        wait = self._posted_at.get(channel, -self._pace) + self._pace - now
        if wait > self._pace * (1 - _EARLY):
            raise Busy(wait)
        message = self.post(channel, asked)
        self._posted_at[channel] = now
        shown = _shown(message, replies=[], with_payload=True)
        return {"ok": True, "channel": channel, "ts": message["ts"], "message": shown}

    def _update(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel, message = self._writable(str(asked.get("channel", ""))), self._existing(asked)
        if message.get("bot_id") != BOT:
            raise Refused("cant_update_message")
        self.edit(message, asked)
        shown = _shown(message, replies=[], with_payload=True)
        answer = {"ok": True, "channel": channel, "ts": message["ts"]}
        return answer | {"text": message.get("text", ""), "message": shown}

    def _delete(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel, message = self._writable(str(asked.get("channel", ""))), self._existing(asked)
        if message.get("bot_id") != BOT:
            raise Refused("cant_delete_message")
        self.messages.remove(message)
        self._record({"channel": channel, "ts": message["ts"], "deleted": True})
        return {"ok": True, "channel": channel, "ts": message["ts"]}

    def _post_ephemeral(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = self._writable(str(asked.get("channel", "")))
        if not str(asked.get("user", "")).startswith(("U", "W")):
            raise Refused("user_not_in_channel")
        message = self.whisper(channel, str(asked["user"]), asked)
        return {"ok": True, "message_ts": message["ts"]}

    def _history(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = self._readable(asked)
        found = [m for m in self.messages if m["channel"] == channel and not _is_reply(m)]
        found = [m for m in found if self._is_shown(m)]
        return self._messages([m for m in reversed(found) if _in_time(m, asked)], asked, 100)

    def _replies(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel, ts = self._readable(asked), str(asked.get("ts", ""))
        try:
            parent = self.message(channel, ts)
        except LookupError:
            raise Refused("thread_not_found") from None
        found = [reply for reply in self._thread(parent) if _in_time(reply, asked)]
        return self._messages([parent, *found], asked, 999)

    def _info(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = str(asked.get("channel", ""))
        if channel not in self.channels or channel in self.private & self.outsiders:
            raise Refused("channel_not_found")
        return {"ok": True, "channel": self._channel(channel)}

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        kinds = str(asked.get("types") or "public_channel").split(",")
        found = [self._channel(one) for one in self.channels]
        if _true(asked.get("exclude_archived")):
            found = [one for one in found if not one["is_archived"]]
        found = [
            one
            for one in found
            if ("private_channel" if one["is_private"] else "public_channel") in kinds
            and not (one["is_private"] and not one["is_member"])
        ]
        page, cursor = _page(found, asked, 100)
        return {"ok": True, "channels": page, "response_metadata": {"next_cursor": cursor}}

    # -- what they share -------------------------------------------------------------------------

    def _writable(self, channel: str) -> str:
        """The id of a channel that the bot may post in; an update knows no names."""
        self._enter(channel)
        if channel in self.archived:
            raise Refused("is_archived")
        return channel

    def _readable(self, asked: dict[str, Any]) -> str:
        channel = str(asked.get("channel", ""))
        self._enter(channel)
        return channel

    def _enter(self, channel: str) -> None:
        hidden = channel in self.private & self.outsiders
        if channel not in self.channels or hidden:
            raise Refused("channel_not_found")
        if channel in self.outsiders:
            raise Refused("not_in_channel")

    def _existing(self, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.message(str(asked.get("channel", "")), str(asked.get("ts", "")))
        except LookupError:
            raise Refused("message_not_found") from None

    def _check_thread(self, channel: str, thread: str) -> None:
        """A reply answers a message of the channel that is no reply itself."""
        try:
            parent = self.message(channel, thread)
        except LookupError:
            raise Refused("cannot_reply_to_message") from None
        if _is_reply(parent):
            raise Refused("cannot_reply_to_message")

    def _thread(self, parent: dict[str, Any]) -> list[dict[str, Any]]:
        place = (parent["channel"], parent["ts"])
        return [
            one
            for one in self.messages
            if (one["channel"], one.get("thread_ts")) == place
            and one is not parent
            and self._is_shown(one)
        ]

    def _messages(
        self, found: list[dict[str, Any]], asked: dict[str, Any], default: int
    ) -> dict[str, Any]:
        page, cursor = _page(found, asked, default)
        payload = _true(asked.get("include_all_metadata"))
        shown = [_shown(m, replies=self._thread(m), with_payload=payload) for m in page]
        answer = {"ok": True, "messages": shown, "has_more": bool(cursor)}
        return answer | {"response_metadata": {"next_cursor": cursor}}

    def _channel(self, channel: str) -> dict[str, Any]:
        return {
            "id": channel,
            "name": self.channels[channel],
            "is_channel": channel not in self.private,
            "is_private": channel in self.private,
            "is_archived": channel in self.archived,
            "is_member": channel not in self.outsiders,
        }

    def _ts(self) -> str:
        self._last_ts = max(self._last_ts + 1, int(self._clock().timestamp() * 1e6))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"


def _nothing() -> None:
    """Nobody wants to know."""


def _check_content(asked: dict[str, Any]) -> None:
    code, words = complaint(asked)
    if code:
        more = {"errors": [w.removeprefix("[ERROR] ") for w in words]} if words else {}
        raise Refused(code, **more, **({"response_metadata": {"messages": words}} if words else {}))


def _structured(asked: dict[str, Any]) -> dict[str, Any]:
    """The content as it was given, out of its JSON where it came in a form."""
    given = {key: asked[key] for key in _CONTENT if asked.get(key) is not None}
    return {key: value if key == "text" else decoded(value) for key, value in given.items()}


def _is_reply(message: dict[str, Any]) -> bool:
    thread = message.get("thread_ts")
    broadcast = _true(message.get("reply_broadcast"))
    return thread is not None and thread != message["ts"] and not broadcast


def _in_time(message: dict[str, Any], asked: dict[str, Any]) -> bool:
    oldest, latest = float(asked.get("oldest") or 0), float(asked.get("latest") or "inf")
    ts = float(message["ts"])
    return oldest < ts < latest or (_true(asked.get("inclusive")) and ts in {oldest, latest})


def _page(found: list[Any], asked: dict[str, Any], default: int) -> tuple[list[Any], str]:
    cursor, limit = str(asked.get("cursor") or "0"), int(asked.get("limit") or default)
    if not cursor.isdigit():
        raise Refused("invalid_cursor")
    if not 0 < limit < 1000:
        raise Refused("invalid_limit")
    ends = int(cursor) + limit
    return found[int(cursor) : ends], str(ends) if ends < len(found) else ""


def _true(value: Any) -> bool:
    return str(value).lower() in {"1", "true"}


def _shown(
    message: dict[str, Any], *, replies: list[dict[str, Any]], with_payload: bool
) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": "message"}
    kept = ("ts", "text", "blocks", "attachments", "thread_ts", "user", "bot_id", "edited")
    shown |= {key: message[key] for key in kept if key in message}
    if metadata := message.get("metadata"):
        shown["metadata"] = metadata if with_payload else {"event_type": metadata["event_type"]}
    if replies:
        latest = replies[-1]["ts"]
        shown |= {"thread_ts": message["ts"], "reply_count": len(replies), "latest_reply": latest}
    return shown
