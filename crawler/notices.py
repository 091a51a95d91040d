"""Tell the operators: what goes wrong is said in the channels that they read, once for each key."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from crawler.alert import OPS, Alert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.config import Config
    from crawler.storage.outbox import Outbox

logger = logging.getLogger(__name__)


def tell(
    connection: Connection,
    outbox: Outbox,
    config: Config,
    *,
    key: str,
    title: str,
    text: str,
    now: datetime,
) -> bool:
    """Put a notice for every ops channel into the outbox, inside the caller's transaction.

    A `key` is told once and never again: put into it whatever makes it news again, such as a day
    or an id. It is logged in any case. False where nobody is to be told, or all were already.
    """
    logger.warning("notice key=%s: %s: %s", key, title, text)
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
        for channel in config.ops.channels
    ]
    return any(told)


def amend(
    connection: Connection,
    outbox: Outbox,
    config: Config,
    *,
    key: str,
    title: str,
    text: str,
    now: datetime,
    reply: str = "",
) -> bool:
    """Let the notice of this key read so from now on; a `reply` is told as well.

    False where nobody is to be told anything.
    """
    if not reply:
        logger.info("notice key=%s: %s: %s", key, title, text)
        return False
    again = f"{key}-{now:%Y%m%dT%H%M%S}"
    return tell(
        connection, outbox, config, key=again, title=title, text=f"{reply}. {text}", now=now
    )
