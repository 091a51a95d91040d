"""Which stored articles share shingles with a text: an inverted index, asked in one transaction.

The statements are built once: SQLAlchemy takes longer to build one than SQLite to answer it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.schema import articles, sketches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

MOST = 8  # likenesses that a look-up returns
_SHARED = 2  # hashes that two texts have to share; one is chance
_RANKED = 4 * MOST  # some of the best may be too old, or the page itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A stored article that shares sampled shingles with another text."""

    article_id: int
    story_id: int
    source: str
    url: str
    title: str
    text: str
    published_at: datetime | None
    shared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is stored at one moment. `held`: this very page is. `watermark`: the newest article."""

    held: bool
    likely: tuple[Likeness, ...]  # best first
    watermark: int


def look(connection: Connection, url: str, sketch: Sequence[int], *, since: datetime) -> Look:
    """Is the page stored, and which others stored since then share most of these hashes?"""
    watermark = connection.scalar(_NEWEST) or 0
    if connection.scalar(_HELD, {"url": url}) is not None:
        return Look(held=True, likely=(), watermark=watermark)
    if not sketch:
        return Look(held=False, likely=(), watermark=watermark)
    asked = {"hashes": sketch, "since": since, "besides": url}
    rows = connection.execute(_ALIKE, asked).mappings()
    likely = tuple(Likeness(**row) for row in rows)
    return Look(held=False, likely=likely, watermark=watermark)


def overtaken(connection: Connection, sketch: Sequence[int], watermark: int) -> bool:
    """Was anything alike stored after the look-up that saw this watermark?"""
    if not sketch:
        return False
    asked = {"hashes": sketch, "watermark": watermark}
    return connection.execute(_NEWER, asked).first() is not None


def index(connection: Connection, article_id: int, sketch: Sequence[int]) -> None:
    """Enter the sketch of an article that has none."""
    if sketch:
        rows = [{"hash": value, "article_id": article_id} for value in sketch]
        connection.execute(_ENTER, rows)


def forget(connection: Connection, article_id: int) -> None:
    """Take the article's sketch out again."""
    connection.execute(_FORGET, {"of": article_id})


_HASHES: sa.BindParameter[Sequence[int]] = sa.bindparam("hashes", expanding=True)
_NEWEST = sa.select(sa.func.max(articles.c.id))
_HELD = sa.select(articles.c.id).where(articles.c.url == sa.bindparam("url"))
_ENTER = sa.insert(sketches)
_FORGET = sa.delete(sketches).where(sketches.c.article_id == sa.bindparam("of"))
_NEWER = (
    sa.select(sketches.c.article_id)
    .where(sketches.c.hash.in_(_HASHES), sketches.c.article_id > sa.bindparam("watermark"))
    .group_by(sketches.c.article_id)
    .having(sa.func.count() >= _SHARED)
    .limit(1)
)


def _alike() -> sa.Select[tuple[int, int, str, str, str, str, datetime | None, int]]:
    shared = sa.func.count().label("shared")
    ranked = (
        sa.select(sketches.c.article_id, shared)
        .where(sketches.c.hash.in_(_HASHES))
        .group_by(sketches.c.article_id)
        .having(sa.func.count() >= _SHARED)
        .order_by(shared.desc(), sketches.c.article_id)
        .limit(_RANKED)
        .subquery()
    )
    return (
        sa.select(
            articles.c.id.label("article_id"),
            articles.c.story_id,
            articles.c.source,
            articles.c.url,
            articles.c.title,
            articles.c.text,
            articles.c.published_at,
            ranked.c.shared,
        )
        .join(ranked, ranked.c.article_id == articles.c.id)
        .where(articles.c.stored_at >= sa.bindparam("since"))
        .where(articles.c.url != sa.bindparam("besides"))
        .order_by(ranked.c.shared.desc(), articles.c.id)
        .limit(MOST)
    )


_ALIKE = _alike()
