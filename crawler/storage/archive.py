"""The articles, the stories they make up, and what the rules found in them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.schema import articles, matches, revisions, sketches, stories
from crawler.types import Article, Membership, Relation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database


class Outdated(Exception):
    """Since the look-up, an article was stored that may be of the same story: look again."""


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
class Stored:
    """What became of an article. `first_hit`: no article of its story had matched before."""

    article_id: int
    story_id: int
    first_hit: bool
    changed: bool


class Archive:
    """Reads for everyone; `save` is for the store pipeline alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, url: str) -> sa.RowMapping | None:
        """The stored article with this canonical URL."""
        query = sa.select(articles).where(articles.c.url == url)
        return await self._database.read(lambda c: c.execute(query).mappings().first())

    async def likenesses(
        self, sketch: Sequence[int], *, since: datetime, besides: str, limit: int = 8
    ) -> tuple[list[Likeness], int]:
        """Articles stored since then that share most of these hashes, best first; the watermark."""

        def work(connection: Connection) -> tuple[list[Likeness], int]:
            watermark = connection.scalar(sa.select(sa.func.max(articles.c.id))) or 0
            rows = connection.execute(_alike(sketch, since, besides, limit)).mappings().all()
            return [Likeness(**row) for row in rows], watermark

        return await self._database.read(work)

    def save(self, connection: Connection, article: Article, *, now: datetime) -> Stored:
        """Write an article, its story, its sketch and its matches, in the caller's transaction.

        Raises `Outdated` where a likeness was stored after the article's look-up.
        """
        membership = article.membership
        if membership is None:
            raise ValueError("an article without its membership reached the store")
        query = sa.select(articles).where(articles.c.url == article.url)
        held = connection.execute(query).mappings().first()
        if held is not None:
            return self._revise(connection, article, held, now)
        self._lock(connection)
        if _overtaken(connection, membership):
            raise Outdated
        story_id = membership.story_id or _new_story(connection, article, now)
        values = _columns(article) | {
            "url": article.url,
            "story_id": story_id,
            "relation": membership.relation.value,
            "of_id": membership.of,
            "evidence": membership.evidence,
            "first_seen": article.page.first_seen,
            "stored_at": now,
        }
        statement = sa.insert(articles).values(values).returning(articles.c.id)
        article_id = connection.execute(statement).scalar_one()
        _index(connection, article_id, membership.sketch)
        first = not _has_match(connection, story_id)
        _note_matches(connection, article_id, article, now)
        return Stored(article_id=article_id, story_id=story_id, first_hit=first, changed=True)

    def _revise(
        self, connection: Connection, article: Article, held: sa.RowMapping, now: datetime
    ) -> Stored:
        article_id, story_id = held["id"], held["story_id"]
        content = article.content
        if (content.title, content.text) == (held["title"], held["text"]):
            return Stored(article_id=article_id, story_id=story_id, first_hit=False, changed=False)
        connection.execute(
            sa.insert(revisions).values(
                article_id=article_id,
                version=held["version"],
                title=held["title"],
                text=held["text"],
                replaced_at=now,
            )
        )
        values = _columns(article) | {"version": held["version"] + 1}
        connection.execute(sa.update(articles).where(articles.c.id == article_id).values(values))
        first = not _has_match(connection, story_id)
        connection.execute(sa.delete(sketches).where(sketches.c.article_id == article_id))
        connection.execute(sa.delete(matches).where(matches.c.article_id == article_id))
        if article.membership is not None:
            _index(connection, article_id, article.membership.sketch)
        _note_matches(connection, article_id, article, now)
        return Stored(article_id=article_id, story_id=story_id, first_hit=first, changed=True)

    def _lock(self, connection: Connection) -> None:
        # SQLite has one writer. PostgreSQL has many: without this, two halves of a pair that are
        # stored at one moment would not see each other.
        if not self._database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(0x73746F72)))

    async def counts(self) -> dict[str, Any]:
        """How many articles, stories, reprints and flagged stories there are, in all."""

        def work(connection: Connection) -> dict[str, Any]:
            relation = sa.select(articles.c.relation, sa.func.count()).group_by(articles.c.relation)
            by_relation: dict[str, int] = dict(connection.execute(relation).tuples().all())
            flagged = sa.select(sa.func.count(sa.distinct(articles.c.story_id))).select_from(
                articles.join(matches, matches.c.article_id == articles.c.id)
            )
            return {
                "articles": sum(by_relation.values()),
                "stories": by_relation.get(Relation.NEW, 0),
                "reprints": by_relation.get(Relation.REPRINT, 0),
                "flagged": connection.scalar(flagged) or 0,
            }

        return await self._database.read(work)

    async def by_source(self, *, since: datetime) -> dict[str, int]:
        """Articles first stored since then, for each source."""
        query = (
            sa.select(articles.c.source, sa.func.count())
            .where(articles.c.stored_at >= since)
            .group_by(articles.c.source)
        )
        rows = await self._database.read(lambda c: c.execute(query).all())
        return dict(rows)


def _alike(
    sketch: Sequence[int], since: datetime, besides: str, limit: int
) -> sa.Select[tuple[Any, ...]]:
    shared = sa.func.count().label("shared")
    ranked = (
        sa.select(sketches.c.article_id, shared)
        .where(sketches.c.hash.in_(list(sketch)))
        .group_by(sketches.c.article_id)
        .having(sa.func.count() >= 2)
        .order_by(shared.desc(), sketches.c.article_id)
        .limit(limit * 4)
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
        .where(articles.c.stored_at >= since, articles.c.url != besides)
        .order_by(ranked.c.shared.desc(), articles.c.id)
        .limit(limit)
    )


def _overtaken(connection: Connection, membership: Membership) -> bool:
    query = (
        sa.select(sketches.c.article_id)
        .where(
            sketches.c.hash.in_(list(membership.sketch)),
            sketches.c.article_id > membership.watermark,
        )
        .group_by(sketches.c.article_id)
        .having(sa.func.count() >= 2)
        .limit(1)
    )
    return connection.execute(query).first() is not None


def _new_story(connection: Connection, article: Article, now: datetime) -> int:
    statement = (
        sa.insert(stories)
        .values(created_at=now, title=article.content.title)
        .returning(stories.c.id)
    )
    story_id: int = connection.execute(statement).scalar_one()
    return story_id


def _columns(article: Article) -> dict[str, Any]:
    content, page = article.content, article.page
    published = content.published
    return {
        "link": page.url,
        "source": page.source,
        "title": content.title,
        "text": content.text,
        "authors": list(content.authors),
        "language": content.language,
        "published_at": published.at if published else None,
        "published_receipt": _receipt(article),
        "modified_at": content.modified.at if content.modified else None,
        "credit": content.credit,
        "dateline": content.dateline,
        "lead": content.lead,
        "entities": [asdict(entity) for entity in article.entities],
        "fetched_at": page.fetched_at,
    }


def _receipt(article: Article) -> dict[str, Any] | None:
    published = article.content.published
    if published is None:
        return None
    return asdict(published) | {"at": published.at.isoformat()}


def _index(connection: Connection, article_id: int, sketch: Sequence[int]) -> None:
    if sketch:
        rows = [{"hash": value, "article_id": article_id} for value in sketch]
        connection.execute(sa.insert(sketches), rows)


def _has_match(connection: Connection, story_id: int) -> bool:
    query = (
        sa.select(matches.c.id)
        .join(articles, articles.c.id == matches.c.article_id)
        .where(articles.c.story_id == story_id)
        .limit(1)
    )
    return connection.execute(query).first() is not None


def _note_matches(connection: Connection, article_id: int, article: Article, now: datetime) -> None:
    if article.matches:
        rows = [
            {
                "article_id": article_id,
                "rule": match.rule,
                "version": match.version,
                "score": match.score,
                "threshold": match.threshold,
                "receipt": asdict(match),
                "created_at": now,
            }
            for match in article.matches
        ]
        connection.execute(sa.insert(matches), rows)
