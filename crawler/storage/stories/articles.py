"""Articles, the stories they make up, and what the rules found in them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.model.former_urls import keys_of
from crawler.storage.database import insert
from crawler.storage.schema import articles, matches, revisions, stories, story_links
from crawler.storage.stories import similar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.model.items import Article, Extracted, Membership

    #: Does what is stored say the same as what was found now?
    Same = Callable[[sa.RowMapping, Extracted], bool]

_BATCH = 500  # articles at a time


class OutdatedLookup(Exception):
    """Since the look-up, an article was stored that may be of the same story: look again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """What became of an article. `first_hit`: it matched, the first of its story to do so.

    `changed`: it was not held already as it is; `revised`: it was held with another text.
    """

    article_id: int
    story_id: int
    first_hit: bool
    changed: bool
    revised: bool = False


def _is_equal(held: sa.RowMapping, content: Extracted) -> bool:
    return (content.title, content.text) == (held["title"], held["text"])


def find_article(connection: Connection, url: str) -> sa.RowMapping | None:
    """The stored article with this canonical URL."""
    return connection.execute(_HELD, {"at": url}).mappings().first()


def find_by_story_or_url(connection: Connection, name: str) -> sa.RowMapping | None:
    """The stored article of this URL, as its page is known or as it was fetched; or of a story.

    Of a story, by its number: the first article that a rule matched, else its first.
    """
    if name.isdecimal():
        which: sa.ColumnElement[bool] = articles.c.story_id == int(name)
    else:
        which = articles.c.url.in_({name, *keys_of(name)}) | (articles.c.link == name)
    is_matched = sa.exists().where(matches.c.article_id == articles.c.id)
    query = sa.select(articles).where(which).order_by(is_matched.desc(), articles.c.id).limit(1)
    return connection.execute(query).mappings().first()


def stored_since(
    connection: Connection, since: datetime, until: datetime | None = None
) -> Iterator[list[sa.RowMapping]]:
    """The articles stored since then, and before `until`, in batches."""
    before = sa.true() if until is None else articles.c.stored_at < until
    last = 0
    while True:
        wanted = (
            sa.select(articles)
            .where(articles.c.stored_at >= since, before, articles.c.id > last)
            .order_by(articles.c.id)
            .limit(_BATCH)
        )
        batch = list(connection.execute(wanted).mappings())
        if not batch:
            return
        yield batch
        last = batch[-1]["id"]


def matches_of(connection: Connection, ids: Collection[int]) -> dict[int, dict[str, sa.RowMapping]]:
    """By article and rule: what fired on these articles."""
    found: dict[int, dict[str, sa.RowMapping]] = defaultdict(dict)
    wanted = sa.select(matches).where(matches.c.article_id.in_(ids))
    for row in connection.execute(wanted).mappings():
        found[row["article_id"]][row["rule"]] = row
    return found


def save_article(
    connection: Connection, article: Article, *, now: datetime, same: Same = _is_equal
) -> StoredArticle:
    """Write an article, its story, its sketch and its matches; for the store pipeline alone.

    Of a page that is held, `same` tells whether it still says what it said: then it stays.
    Raises `OutdatedLookup` where a similar article was stored after the article's look-up.
    """
    membership = article.membership
    if membership is None:
        raise ValueError("an article without its membership reached the store")
    held = find_article(connection, article.url)
    if held is not None:
        if same(held, article.content):
            return _unchanged(held)
        return _revise(connection, article, held, now)
    _lock(connection)
    if similar.is_outdated(connection, membership.sketch, membership.watermark):
        raise OutdatedLookup
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
    article_id: int = connection.execute(_INSERT, values).scalar_one()
    similar.add_sketch(connection, article_id, membership.sketch)
    _link(connection, story_id, membership)
    first = _is_first_hit(connection, article, story_id)
    _note_matches(connection, article_id, article, now)
    return StoredArticle(article_id=article_id, story_id=story_id, first_hit=first, changed=True)


def _revise(
    connection: Connection, article: Article, held: sa.RowMapping, now: datetime
) -> StoredArticle:
    article_id, story_id = held["id"], held["story_id"]
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
    first = _is_first_hit(connection, article, story_id)
    connection.execute(sa.delete(matches).where(matches.c.article_id == article_id))
    similar.remove_sketch(connection, article_id)
    if article.membership is not None:
        similar.add_sketch(connection, article_id, article.membership.sketch)
    _note_matches(connection, article_id, article, now)
    return StoredArticle(
        article_id=article_id, story_id=story_id, first_hit=first, changed=True, revised=True
    )


def _link(connection: Connection, story_id: int, membership: Membership) -> None:
    rows = {
        (min(story_id, related.story_id), max(story_id, related.story_id)): related
        for related in membership.related
        if related.story_id != story_id
    }
    told = [
        {
            "story_id": smaller,
            "other_id": greater,
            "score": related.score,
            "evidence": related.evidence,
        }
        for (smaller, greater), related in rows.items()
    ]
    if told:
        connection.execute(insert(connection, story_links).on_conflict_do_nothing(), told)


def _lock(connection: Connection) -> None:
    # SQLite has one writer. PostgreSQL has many: without this, two halves of a pair that are
    # stored at one moment would not see each other.
    if connection.dialect.name != "sqlite":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(0x73746F72)))


# Built once: SQLAlchemy takes longer to build a statement than SQLite to run it.
_HELD = sa.select(articles).where(articles.c.url == sa.bindparam("at"))
_INSERT = sa.insert(articles).returning(articles.c.id)
_NEW_STORY = sa.insert(stories).returning(stories.c.id)
_HAS_MATCH = (
    sa.select(matches.c.id)
    .join(articles, articles.c.id == matches.c.article_id)
    .where(articles.c.story_id == sa.bindparam("story"))
    .limit(1)
)


def _unchanged(held: sa.RowMapping) -> StoredArticle:
    return StoredArticle(
        article_id=held["id"], story_id=held["story_id"], first_hit=False, changed=False
    )


def _new_story(connection: Connection, article: Article, now: datetime) -> int:
    values = {"created_at": now, "title": article.content.title}
    story_id: int = connection.execute(_NEW_STORY, values).scalar_one()
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


def _is_first_hit(connection: Connection, article: Article, story_id: int) -> bool:
    """No article of the story had matched before this one does."""
    if not article.matches:
        return False
    return connection.execute(_HAS_MATCH, {"story": story_id}).first() is None


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
