"""Similarity index for deduplication: which stored articles are like a text, in one transaction.

A look-up costs the same in an index of any size: of each hash it reads the newest few articles,
so that a phrase which half the wires use cannot make it slow. The statements are built once:
SQLAlchemy takes longer to build one than SQLite to answer it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.schema import articles, sketches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

MOST = 6  # likenesses by text that a look-up returns
MOST_BY_SUBJECT = 4  # and by subjects alone
_NEWEST_OF_ONE = 16  # articles read for one hash
_SHARED = 2  # hashes of the text that two articles have to share; one is chance
_SHARED_OF_FREQUENT = 3  # pairs of subjects: that is three subjects
_RANKED = 4 * MOST  # some of the best may be too old, or the page itself
_PADDED = 13  # the number of hashes is rounded up to a multiple: few statements serve all
_EXPIRED = 2  # entries that leave for one that comes


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarArticle:
    """A stored article that shares hashes with another: so many of its text, of its subjects."""

    article_id: int
    story_id: int
    source: str
    url: str
    title: str
    text: str
    credit: str
    published_at: datetime | None
    shared: int
    subjects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarityLookup:
    """What is stored at one moment. `held`: this very page is. `watermark`: the newest article."""

    held: bool
    likely: tuple[SimilarArticle, ...]  # best first: by text, then by subjects
    watermark: int


def look_up_similar(
    connection: Connection, url: str, sketch: Sequence[int], *, since: datetime
) -> SimilarityLookup:
    """Is the page stored, and which others stored since then share most of these hashes?

    Even hashes are of the text, odd ones of its subjects.
    """
    watermark, held = connection.execute(_NOW, {"url": url}).one()
    if not sketch:
        return SimilarityLookup(held=held, likely=(), watermark=watermark)
    found = _found(connection, sketch)
    by_text = Counter(article for value, article in found if not value & 1)
    by_subject = _by_subject(found)
    ranked = _best(by_text, at_least=_SHARED) | _best(by_subject, at_least=1)
    asked = {"ids": sorted(ranked), "since": since, "besides": url}
    rows = connection.execute(_LIKENESSES, asked).mappings() if ranked else ()
    likely = [
        SimilarArticle(
            **row, shared=by_text[row["article_id"]], subjects=by_subject[row["article_id"]]
        )
        for row in rows
    ]
    return SimilarityLookup(held=held, likely=_first(likely), watermark=watermark)


def _found(connection: Connection, sketch: Sequence[int]) -> set[tuple[int, int]]:
    asked = _padded(sketch)
    return {
        (value, article) for value, article in connection.execute(_newest_of(len(asked)), asked)
    }


def _padded(sketch: Sequence[int]) -> dict[str, int]:
    count = -(-len(sketch) // _PADDED) * _PADDED
    hashes = chain(sketch, repeat(sketch[-1], count - len(sketch)))
    return {f"h{place}": value for place, value in enumerate(hashes)}


def _by_subject(found: set[tuple[int, int]]) -> Counter[int]:
    """Two subjects that many articles share are chance; more of them together do tell."""
    holders = Counter(value for value, _ in found)
    shared = Counter(article for value, article in found if value & 1)
    telling = {a for value, a in found if value & 1 and holders[value] < _NEWEST_OF_ONE}
    return Counter({a: n for a, n in shared.items() if a in telling or n >= _SHARED_OF_FREQUENT})


def _best(shared: Counter[int], *, at_least: int) -> set[int]:
    ranked = sorted((-count, article) for article, count in shared.items() if count >= at_least)
    return {article for _, article in ranked[:_RANKED]}


def _first(likely: Iterable[SimilarArticle]) -> tuple[SimilarArticle, ...]:
    by_text = sorted(
        likely, key=lambda article: (-article.shared, -article.subjects, article.article_id)
    )
    of_text = [article for article in by_text if article.shared >= _SHARED][:MOST]
    by_subject = sorted(by_text, key=lambda article: (-article.subjects, article.article_id))
    of_subject = [article for article in by_subject if article.subjects and article not in of_text]
    return (*of_text, *of_subject[:MOST_BY_SUBJECT])


def is_outdated(connection: Connection, sketch: Sequence[int], watermark: int) -> bool:
    """Was anything alike stored after the look-up that saw this watermark?"""
    if not sketch:
        return False
    asked = _padded(sketch)
    newer = Counter[int]()
    for value, article in connection.execute(_newer(len(asked)), asked | {"watermark": watermark}):
        newer[article] += _SHARED if value & 1 else 1
    return any(count >= _SHARED for count in newer.values())


def add_sketch(connection: Connection, article_id: int, sketch: Sequence[int]) -> None:
    """Enter the sketch of an article that has none."""
    if sketch:
        rows = [{"hash": value, "article_id": article_id} for value in sketch]
        connection.execute(_ENTER, rows)


def remove_sketch(connection: Connection, article_id: int) -> None:
    """Take the article's sketch out of the index."""
    connection.execute(_FORGET, {"of": article_id})


def expire_sketches(connection: Connection, *, before: datetime) -> None:
    """Take the oldest few of the articles that were stored before then out of the index.

    Called with every article that comes in, it holds the index to the window, a little at a time.
    """
    for _ in range(_EXPIRED):
        oldest = connection.execute(_OLDEST, {"before": before}).scalar()
        if oldest is None:
            return
        remove_sketch(connection, oldest)


_IDS: sa.BindParameter[Sequence[int]] = sa.bindparam("ids", expanding=True)
_NOW = sa.select(
    sa.select(sa.func.coalesce(sa.func.max(articles.c.id), 0)).scalar_subquery(),
    sa.exists().where(articles.c.url == sa.bindparam("url")),
)
_ENTER = sa.insert(sketches)
_FORGET = sa.delete(sketches).where(sketches.c.article_id == sa.bindparam("of"))
_OLDEST = sa.select(articles.c.id).where(
    articles.c.id == sa.select(sa.func.min(sketches.c.article_id)).scalar_subquery(),
    articles.c.stored_at < sa.bindparam("before"),
)
_LIKENESSES = (
    sa.select(
        articles.c.id.label("article_id"),
        articles.c.story_id,
        articles.c.source,
        articles.c.url,
        articles.c.title,
        articles.c.text,
        articles.c.credit,
        articles.c.published_at,
    )
    .where(articles.c.id.in_(_IDS))
    .where(articles.c.stored_at >= sa.bindparam("since"))
    .where(articles.c.url != sa.bindparam("besides"))
)


# As text: of so many parameters SQLAlchemy makes a key for its cache with every execution, which
# takes several times as long as the answer.


@lru_cache(maxsize=8)
def _newest_of(count: int) -> sa.TextClause:
    """Of each of so many hashes, the newest articles that hold it."""
    part = (
        "SELECT * FROM (SELECT hash, article_id FROM sketches WHERE hash = :h{place} "
        "ORDER BY article_id DESC LIMIT {limit}) AS s{place}"
    )
    parts = (part.format(place=i, limit=_NEWEST_OF_ONE) for i in range(count))
    return sa.text(" UNION ALL ".join(parts))


@lru_cache(maxsize=8)
def _newer(count: int) -> sa.TextClause:
    """The articles after the watermark that hold any of so many hashes."""
    hashes = ", ".join(f":h{place}" for place in range(count))
    query = "SELECT hash, article_id FROM sketches WHERE article_id > :watermark AND hash IN"
    return sa.text(f"{query} ({hashes})")
