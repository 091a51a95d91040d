"""What the store knows of one story, as the alert that it is or would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.model.alert import STORY, Alert
from crawler.model.former_urls import keys_of
from crawler.storage.schema import articles, matches, outbox

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def story_of(connection: Connection, named: str) -> int | None:
    """The story of this id, or that an article of this address belongs to."""
    if named.isdecimal():
        known = articles.c.story_id == int(named)
    else:
        known = sa.or_(articles.c.url.in_(keys_of(named)), articles.c.link == named)
    story: int | None = connection.scalar(sa.select(articles.c.story_id).where(known).limit(1))
    return story


def alert_of(connection: Connection, story_id: int, *, country: str) -> Alert:
    """The alert as it was written, if there is one; else as the story's articles make it.

    `country` is that of the source, where the alert does not say.
    """
    written = sa.select(outbox.c.payload).where(
        outbox.c.story_id == story_id, outbox.c.kind == STORY
    )
    payload = connection.scalar(written.order_by(outbox.c.id).limit(1))
    return Alert.from_json(payload or _payload(connection, story_id, country))


def source_of(connection: Connection, story_id: int) -> str:
    """The source whose article speaks for the story: the first that a rule matched."""
    return str(_article(connection, story_id)["source"])


def _article(connection: Connection, story_id: int) -> sa.RowMapping:
    matched = articles.c.id.in_(sa.select(matches.c.article_id))
    query = sa.select(articles).where(articles.c.story_id == story_id)
    query = query.order_by(sa.case((matched, 0), else_=1), articles.c.id).limit(1)
    return connection.execute(query).mappings().one()


def _payload(connection: Connection, story_id: int, country: str) -> dict[str, Any]:
    article = _article(connection, story_id)
    receipts = sa.select(matches.c.receipt).where(matches.c.article_id == article["id"])
    return {
        "story_id": story_id,
        "kind": STORY,
        "source_name": article["source"],
        "country": country,
        "url": article["link"],
        "title": article["title"],
        "published": article["published_receipt"],
        "first_seen": article["first_seen"].isoformat(),
        "lead": article["lead"],
        "credit": article["credit"],
        "language": article["language"],
        "entities": article["entities"],
        "matches": list(connection.scalars(receipts)),
    }
