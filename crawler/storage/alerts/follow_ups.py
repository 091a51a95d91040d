"""Message updates: the row of a story's first message, or of a notice, says what it should read.

Channels are told by rows that follow it: an update, of which only the newest waits, and replies for
its thread, each once.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.model.alert import REPLY, STORY, UPDATE, Alert, Unreadable, notice_of
from crawler.storage.alerts.outbox import KEPT_BACK, enqueue
from crawler.storage.schema import articles, outbox, revisions, story_links

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection, RowMapping

_UNSAID = ("pending", *KEPT_BACK)  # surely no message of a channel: new words need no update


def first_messages(
    connection: Connection, story_id: int, channels: Collection[str]
) -> Sequence[RowMapping]:
    """The rows of a story's first message in these channels. Nobody else changes them now."""
    query = (
        sa.select(outbox)
        .where(
            outbox.c.story_id == story_id,
            outbox.c.channel.in_(channels),
            outbox.c.kind == STORY,
        )
        .order_by(outbox.c.id)
        .with_for_update()
    )
    return connection.execute(query).mappings().all()


def first_notices(connection: Connection, kind: str) -> Sequence[RowMapping]:
    """The rows of a notice, one for each channel that has it. Nobody else changes them now."""
    query = (
        sa.select(outbox)
        .where(outbox.c.story_id.is_(None), outbox.c.kind == kind)
        .order_by(outbox.c.id)
        .with_for_update()
    )
    return connection.execute(query).mappings().all()


def told(
    connection: Connection, story_id: int, channels: Collection[str]
) -> Iterator[tuple[RowMapping, Alert]]:
    """The same, and what each says; without those that cannot be read: dead letters, or soon so."""
    for first in first_messages(connection, story_id, channels):
        with suppress(Unreadable):
            yield first, Alert.from_json(first["payload"])


def reply(connection: Connection, first: RowMapping, said: Alert, *, now: datetime) -> bool:
    """Let the thread of a first message have `said`; False where it has it already.

    Where the message was said in a digest, or is not to be said, so is what follows it.
    """
    is_new = enqueue(
        connection,
        story_id=first["story_id"],
        channel=first["channel"],
        kind=said.kind,
        payload=said.to_json(),
        now=now,
        parent_id=first["id"],
    )
    if is_new and first["state"] in ("digested", "muted"):
        kept = {name: first[name] for name in ("state", "held_for", "held_at", "said_in")}
        mine = outbox.c.parent_id == first["id"], outbox.c.kind == said.kind
        connection.execute(sa.update(outbox).where(*mine).values(**kept))
    return is_new


def reply_to_notice(
    connection: Connection, first: RowMapping, said: Alert, *, now: datetime
) -> None:
    """The same of a notice, whose replies are numbered: this is the next."""
    kind = _next(connection, first, REPLY)
    reply(connection, first, replace(said, kind=kind), now=now)


def restate(
    connection: Connection,
    first: RowMapping,
    payload: Mapping[str, Any],
    *,
    now: datetime,
) -> bool:
    """Let a first message say `payload`; True where a channel must be told so."""
    changed = sa.update(outbox).where(outbox.c.id == first["id"]).values(payload=dict(payload))
    connection.execute(changed)
    if first["state"] in _UNSAID:
        return False
    mine = outbox.c.parent_id == first["id"], outbox.c.kind.startswith(f"{UPDATE}-")
    connection.execute(sa.delete(outbox).where(*mine, outbox.c.state.in_(("pending", "held"))))
    return enqueue(
        connection,
        story_id=first["story_id"],
        channel=first["channel"],
        kind=_next(connection, first, UPDATE),
        payload={},  # whoever sends it takes the words that the first message has by then
        now=now,
        parent_id=first["id"],
    )


def _next(connection: Connection, first: RowMapping, what: str) -> str:
    """The kind of the next update or reply: "update-2", or of a notice "update-2-ops-KEY"."""
    query = sa.select(outbox.c.kind).where(
        outbox.c.parent_id == first["id"], outbox.c.kind.startswith(f"{what}-")
    )
    numbers = (int(kind.split("-")[1]) for kind in connection.scalars(query))
    notice = notice_of(first["kind"])
    return f"{what}-{max(numbers, default=0) + 1}" + (f"-{notice}" if notice else "")


def carriers(connection: Connection, story_id: int) -> Sequence[RowMapping]:
    """The story's articles as they were stored: who, where, crediting whom, how often changed."""
    columns = (articles.c[name] for name in ("link", "source", "credit", "relation", "version"))
    query = sa.select(*columns).where(articles.c.story_id == story_id).order_by(articles.c.id)
    return connection.execute(query).mappings().all()


def linked(connection: Connection, story_id: int) -> int:
    """How many stories are about the same event in other words."""
    either = sa.or_(story_links.c.story_id == story_id, story_links.c.other_id == story_id)
    query = sa.select(sa.func.count()).select_from(story_links).where(either)
    return connection.execute(query).scalar_one()


def before(connection: Connection, article_id: int) -> RowMapping | None:
    """What a page said before it was changed last: `title`, `text`, `version`; None if never."""
    query = (
        sa.select(revisions.c.title, revisions.c.text, revisions.c.version)
        .where(revisions.c.article_id == article_id)
        .order_by(revisions.c.version.desc())
        .limit(1)
    )
    return connection.execute(query).mappings().first()


def told_by(connection: Connection, url: str) -> tuple[int, int]:
    """The stored article of this canonical URL, and its story."""
    query = sa.select(articles.c.id, articles.c.story_id).where(articles.c.url == url)
    article_id, story_id = connection.execute(query).one()
    return article_id, story_id


def said_by(connection: Connection, article_id: int) -> RowMapping | None:
    """The title and text of a stored article."""
    query = sa.select(articles.c.title, articles.c.text).where(articles.c.id == article_id)
    return connection.execute(query).mappings().first()
