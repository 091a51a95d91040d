"""Notices to operators: each is put into the outbox once for a key, in every ops channel.

What was told can be amended: the message reads otherwise from then on, and its thread hears why.
Everything here is part of the caller's transaction.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.model.alert import OPS, Alert, Unreadable
from crawler.model.formatting import in_zone
from crawler.storage.alerts import follow_ups, outbox

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from crawler.config.config import Config
    from crawler.storage.database import Connection

logger = logging.getLogger(__name__)


def enqueue_notice(
    connection: Connection,
    config: Config,
    *,
    key: str,
    title: str,
    text: str,
    now: datetime,
    channels: Collection[str] | None = None,
    level: int = logging.WARNING,
) -> bool:
    """Put a notice into the outbox for every ops channel, or for these channels.

    A `key` is told once and never again: put into it whatever makes it news again, such as a day
    or an id. `text` may have several lines. It is logged in any case. False where nobody is to be
    told, or all were already.
    """
    logger.log(level, "notice key=%s: %s: %s", key, title, _one_line(text))
    title, text = (in_zone(words, ZoneInfo(config.alerts.timezone)) for words in (title, text))
    alert = Alert(
        story_id=0,
        kind=f"{OPS}-{key}",
        source_name="",
        source_title="Wirewatch",
        country="",
        url="",
        title=title,
        published=None,
        first_seen=now,
        lead=text,
    )
    told = [
        outbox.enqueue(
            connection,
            story_id=None,
            channel=channel,
            kind=alert.kind,
            payload=alert.to_json(),
            now=now,
        )
        for channel in dict.fromkeys(config.ops.channels if channels is None else channels)
    ]
    return any(told)


def amend_notice(
    connection: Connection,
    config: Config,
    *,
    key: str,
    title: str,
    text: str,
    now: datetime,
    reply: str = "",
) -> bool:
    """Let the notice of that key read so from now on, wherever it was told.

    A channel that can edit shows the newest words; one that waits still says them at once.
    `reply` is a line for the thread, for those who have read the message: each call adds one.
    It is logged in any case. False where the key was told to nobody.
    """
    level = logging.WARNING if reply else logging.INFO
    logger.log(level, "notice amended key=%s: %s: %s", key, title, reply or _one_line(text))
    declared = {channel.name for channel in config.channels}
    zone = ZoneInfo(config.alerts.timezone)
    title, text, reply = (in_zone(words, zone) for words in (title, text, reply))
    told = follow_ups.first_notices(connection, f"{OPS}-{key}")
    firsts = [first for first in told if first["channel"] in declared]
    for first in firsts:
        with suppress(Unreadable):  # a dead letter, or soon one
            said = replace(Alert.from_json(first["payload"]), title=title, lead=text)
            follow_ups.restate(connection, first, said.to_json(), now=now)
            if reply:
                answer = replace(said, lead=reply, first_seen=now)
                follow_ups.reply_to_notice(connection, first, answer, now=now)
    return bool(firsts)


def was_enqueued(connection: Connection, key: str) -> bool:
    """Whether the outbox has the notice of that key, for any channel."""
    return bool(follow_ups.first_notices(connection, f"{OPS}-{key}"))


def _one_line(text: str) -> str:
    return " / ".join(line.strip() for line in text.splitlines() if line.strip())
