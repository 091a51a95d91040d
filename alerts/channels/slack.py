"""Slack channel: post each alert, keep it true, and find it again in the channel's history.

Every message carries its alert's id as Slack message metadata; that is how `find` knows it. An
update edits the story's first message, a reply goes into its thread. Needs the scopes chat:write,
and channels:history (groups:history in a private channel) to find; with a #name as its target, and
to tell whether the bot is a member, channels:read (groups:read) too.
"""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from alerts.channel import BadChannel, CannotTell, MessageRejected, Retry, Unknown
from alerts.message.compose import compose
from alerts.slack.api_errors import NO_THREAD, wants_less, why_blind
from alerts.slack.block_kit import blocks, fallback, plain
from alerts.slack.buttons import answered, buttons
from alerts.slack.client import FAULTS, answer_of, failure_of, web_client
from crawler.model.clock import utc_now
from crawler.storage.alerts import feedback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from alerts.channel import Place
    from crawler.model.alert import Alert
    from crawler.model.clock import Clock
    from crawler.storage.database import Database

logger = logging.getLogger(__name__)

FOLLOWS = True
EVENT = "wirewatch_alert"
PACE = 1.0  # Slack takes about one message a second in a channel
TIMEOUT = 15  # seconds for one request; the courier may end it earlier
_ID = re.compile(r"[CDG][A-Z0-9]{2,}")
_LITERAL: dict[str, Any] = {"link_names": False, "parse": "none"}
_PAGE = 200  # messages of history asked for at once
_MARGIN = timedelta(hours=1)  # by which our clock may have been set since the first try
VISIBLE_WITHIN = 30.0  # seconds in which Slack shows what it has stored


def build(place: Place) -> Slack:
    settings = place.config.slack
    if settings.token is None or not settings.token.get_secret_value().strip():
        raise place.unusable(
            "no Slack token. Set WIREWATCH_SLACK__TOKEN to the bot token (xoxb-…), or "
            "WIREWATCH_SLACK__TOKEN_FILE to a file that holds it."
        )
    token = settings.token.get_secret_value().strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise place.unusable("the Slack token holds a space, a line break or another odd character")
    return Slack(
        name=place.declared.name,
        target=place.target("a channel id or #name"),
        token=token,
        base_url=settings.base_url,
        timezone=place.config.alerts.timezone,
        store=place.store if settings.app_token else None,
        visible_within=settings.visible_within.total_seconds(),
        clock=place.clock,
    )


class Slack:
    """One Slack channel. Its reference is the message's `ts`."""

    def __init__(
        self,
        *,
        name: str,
        target: str,
        token: str,
        base_url: str,
        timezone: str,
        store: Database | None = None,
        pace: float = PACE,
        timeout: int = TIMEOUT,
        visible_within: float = VISIBLE_WITHIN,
        clock: Clock = utc_now,
    ) -> None:
        self.name = name
        self.pace = pace
        self.visible_within = visible_within
        self._clock = clock
        self._target = target
        self._channel_id = target if _ID.fullmatch(target) else ""
        self._timezone = timezone
        self._store = store  # where somebody listens to what is said of stories
        self._editing = asyncio.Lock()
        self._token = token
        self._client = web_client(token=token, base_url=base_url, timeout=timeout)

    async def send(self, alert: Alert) -> str:
        if not alert.is_update:
            return await self._drawn(alert)
        async with self._editing:  # the last one to ask what staff said is the last one to say it
            return await self._drawn(alert)

    async def _drawn(self, alert: Alert) -> str:
        message = compose(alert, timezone=self._timezone)
        below, said = await self._feedback(alert)
        contents: tuple[dict[str, Any], ...] = (
            {"text": fallback(message), "blocks": blocks(message, below, said=said)},
            {"text": plain(message, said=said)},
            {"text": fallback(message)},
        )
        for content in contents[:-1]:
            try:
                return await self._say(alert, content)
            except FAULTS as error:
                if not wants_less(answer_of(error)):
                    raise self._ordered(error) from None
                logger.warning("slack wants less channel=%s alert=%s", self.name, alert.id)
        try:
            return await self._say(alert, contents[-1])
        except FAULTS as error:
            raise self._ordered(error) from None

    async def _feedback(self, alert: Alert) -> tuple[list[dict[str, Any]], str]:
        """The blocks to answer with, and what was answered so far."""
        below = buttons(alert) if self._store else []
        if self._store is None or not below:
            return [], ""
        said = await self._store.read(lambda connection: feedback.of(connection, alert.story_id))
        return below, answered(said)

    async def find(self, alert: Alert) -> str | None:
        if alert.is_update:  # edited twice reads as edited once
            return None
        try:
            copies = [one async for one in self._pages(alert) if _is(one, alert)]
        except FAULTS as error:
            if why := why_blind(answer_of(error)):
                raise CannotTell(why) from None
            if answer_of(error).code == NO_THREAD:
                return None
            raise self._ordered(error) from None
        if not copies:
            return None
        # The oldest stays, or the one that has a thread already.
        kept, *others = sorted(copies, key=lambda one: (not one.get("reply_count"), _at(one)))
        for other in others:
            await self._take_back(alert, str(other["ts"]))
        return str(kept["ts"])

    async def check(self) -> list[str]:
        try:
            who = await self._client.auth_test()
        except FAULTS as error:
            raise self._ordered(error) from None
        said = [f"the token is valid: bot {who.get('user')} in {who.get('team')}"]
        stated = who.headers.get("x-oauth-scopes", "")
        scopes = {scope.strip() for scope in stated.split(",")} if stated else set()
        if scopes and "chat:write" not in scopes:
            raise Retry(f"the token lacks the scope chat:write; it has: {stated}")
        said += [f"the token has the scopes {', '.join(sorted(scopes))}"] if scopes else []
        return [*said, await self._membership()]

    async def close(self) -> None:
        """Every request has a connection of its own: none is left open."""

    async def _say(self, alert: Alert, content: dict[str, Any]) -> str:
        """Post, reply or edit, as the alert's kind asks for."""
        known = alert.first if alert.is_update else alert.id
        told = {"alert": known, "story": alert.story_id, "kind": known.partition(":")[2]}
        told |= {"seen": alert.first_seen.isoformat()}
        metadata = {"event_type": EVENT, "event_payload": told}
        if alert.is_update:
            channel = await self._editable()
            edited = await self._client.chat_update(
                channel=channel, ts=alert.parent, metadata=metadata, **_LITERAL, **content
            )
            return _ts(edited)
        posted = await self._client.chat_postMessage(
            channel=self._channel_id or self._target,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
            thread_ts=alert.parent or None,
            # Shown in the channel, too; Slack keeps it in the thread all the same.
            reply_broadcast=bool(alert.turn and alert.turn.again) or None,
            **_LITERAL,
            **content,
        )
        self._channel_id = self._channel_id or str(posted.get("channel") or "")
        return _ts(posted)

    async def _editable(self) -> str:
        """The channel's id; a message that cannot be edited for want of it holds up no other."""
        try:
            return await self._id()
        except CannotTell as error:
            raise MessageRejected(str(error)) from None
        except FAULTS as error:
            if answer_of(error).code == "missing_scope":
                raise MessageRejected(
                    "without channels:read, a target that is a #name: no edits"
                ) from None
            raise

    async def _pages(self, alert: Alert) -> AsyncIterator[dict[str, Any]]:
        """Every message among which the alert must be: its thread's, or the channel's since.

        Since when is told by Slack's own clock, which dates its messages.
        """
        channel = await self._id()
        cursor, oldest = None, None
        while True:
            asked: dict[str, Any] = {"channel": channel, "cursor": cursor, "limit": _PAGE}
            asked["include_all_metadata"] = True
            if alert.parent:
                page = await self._client.conversations_replies(ts=alert.parent, **asked)
            else:
                page = await self._client.conversations_history(**asked)
                oldest = oldest or self._since(alert, page.headers)
            for message in page.get("messages") or ():
                if oldest and _at(message) < oldest.timestamp():
                    return  # the newest come first
                yield message
            if not (cursor := _next(page)):
                return

    def _since(self, alert: Alert, headers: Any) -> datetime:
        """An instant by Slack's clock before which the alert cannot have been posted."""
        ours = self._clock()
        theirs = _date(headers) or ours
        return min(alert.first_seen + (theirs - ours), theirs) - _MARGIN

    async def _take_back(self, alert: Alert, ts: str) -> None:
        """Delete a second copy; where Slack does not let us, it stays."""
        try:
            await self._client.chat_delete(channel=await self._id(), ts=ts)
        except FAULTS as error:
            logger.warning("second copy stays alert=%s: %s", alert.id, self._ordered(error))
        else:
            logger.warning("second copy deleted channel=%s alert=%s", self.name, alert.id)

    async def _membership(self) -> str:
        """In words; raises `BadChannel` where nothing can be posted."""
        try:
            answer = await self._client.conversations_info(channel=await self._id())
        except CannotTell as error:
            raise BadChannel(f"{error}, or the bot may not see it; invite the bot") from None
        except FAULTS as error:
            if answer_of(error).code == "missing_scope":
                return "membership is not known without the scope channels:read (or groups:read)"
            raise self._ordered(error) from None
        channel = answer.get("channel") or {}
        name = f"#{channel.get('name') or self._target}"
        if channel.get("is_archived"):
            raise BadChannel(f"{name} is archived")
        if channel.get("is_member") is False:
            raise BadChannel(f"the bot is not in {name}; invite it there")
        return f"the bot is in {name}"

    def _ordered(self, error: Exception) -> Retry | Unknown | MessageRejected:
        """What to do about `error`, in a text that cannot hold the token."""
        order = failure_of(error)
        order.args = (str(order).replace(self._token, "***"),)
        return order

    async def _id(self) -> str:
        """The channel's id: its history is not to be had by its name."""
        cursor = None
        wanted = self._target.removeprefix("#")
        while not self._channel_id:
            page = await self._client.conversations_list(
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=_PAGE,
                cursor=cursor,
            )
            for channel in page.get("channels") or ():
                if channel.get("name") == wanted:
                    self._channel_id = str(channel["id"])
            if not self._channel_id and not (cursor := _next(page)):
                raise CannotTell(f"Slack lists no channel {self._target}")
        return self._channel_id


def _ts(answer: Any) -> str:
    if not answer.get("ts"):
        raise Unknown("an answer without the message's ts")
    return str(answer["ts"])


def _at(message: dict[str, Any]) -> float:
    return float(message.get("ts") or 0)


def _date(headers: Any) -> datetime | None:
    """The answer's `Date`; None where it has none that can be read."""
    stated = {str(key).lower(): value for key, value in headers.items()}.get("date", "")
    try:
        read = parsedate_to_datetime(str(stated))
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _is(message: dict[str, Any], alert: Alert) -> bool:
    """Whether it says this alert, and not that of another store, which counts from 1 as well."""
    metadata = message.get("metadata") or {}
    told = metadata.get("event_payload") or {}
    seen = alert.first_seen.isoformat()
    return (
        metadata.get("event_type") == EVENT
        and str(told.get("alert")) == alert.id
        and told.get("seen", seen) == seen
    )


def _next(page: Any) -> str | None:
    return (page.get("response_metadata") or {}).get("next_cursor") or None
