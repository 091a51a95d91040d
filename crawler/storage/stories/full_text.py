"""Full-text search of stories: by words, time, source, and whether a rule matched.

A story is found when any article of it answers to everything that was asked. Words are looked for
as they are written, in title and text, whatever their case: each must occur. That reads the
articles of the time in question; nothing is kept for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.schema import articles, matches, stories, story_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

_BATCH = 200  # stories read at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryQuery:
    """Query for stories: everything must hold; empty or None asks nothing. `until` is exclusive."""

    words: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    source: str = ""
    flagged: bool = False


def find_stories(
    connection: Connection, question: StoryQuery, *, limit: int | None = None
) -> list[int]:
    """Find stories, the newest first: the time of a story is that of its newest such article."""
    when = sa.func.coalesce(articles.c.published_at, articles.c.first_seen)
    query = (
        sa.select(articles.c.story_id)
        .where(*_conditions(question, when))
        .group_by(articles.c.story_id)
        .order_by(sa.func.max(when).desc(), articles.c.story_id.desc())
        .limit(limit)
    )
    return list(connection.scalars(query))


def count_stories(connection: Connection, question: StoryQuery) -> int:
    """How many stories there are that answer to it."""
    when = sa.func.coalesce(articles.c.published_at, articles.c.first_seen)
    distinct = sa.func.count(sa.distinct(articles.c.story_id))
    return connection.scalar(sa.select(distinct).where(*_conditions(question, when))) or 0


def _conditions(
    question: StoryQuery, when: sa.ColumnElement[datetime]
) -> Iterator[sa.ColumnElement[bool]]:
    for word in question.words:
        # SQLite folds the case of ASCII only: the other spellings are asked for beside.
        spellings = {word, word.lower(), word.upper(), word.capitalize()}
        yield sa.or_(
            *(
                column.icontains(spelling, autoescape=True)
                for spelling in sorted(spellings)
                for column in (articles.c.title, articles.c.text)
            )
        )
    if question.since is not None:
        yield when >= question.since
    if question.until is not None:
        yield when < question.until
    if question.source:
        yield articles.c.source == question.source
    if question.flagged:
        yield articles.c.id.in_(sa.select(matches.c.article_id))


def stories_as_dicts(connection: Connection, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Each of these stories with its articles, the oldest first, and what it is linked to."""
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        members = _members(connection, batch)
        links = _links(connection, batch)
        titles = sa.select(stories.c.id, stories.c.title).where(stories.c.id.in_(batch))
        named = {row["id"]: row["title"] for row in connection.execute(titles).mappings()}
        for story in batch:
            yield {
                "story": story,
                "title": named[story],
                "articles": members[story],
                "related": links[story],
            }


def _members(connection: Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    rules: dict[int, list[str]] = {}
    fired = (
        sa.select(matches.c.article_id, matches.c.rule)
        .join(articles, articles.c.id == matches.c.article_id)
        .where(articles.c.story_id.in_(ids))
        .order_by(matches.c.rule)
    )
    for row in connection.execute(fired).mappings():
        rules.setdefault(row["article_id"], []).append(row["rule"])
    query = sa.select(articles).where(articles.c.story_id.in_(ids)).order_by(articles.c.id)
    members: dict[int, list[dict[str, Any]]] = {story: [] for story in ids}
    for row in connection.execute(query).mappings():
        members[row["story_id"]].append(
            {
                "id": row["id"],
                "relation": row["relation"],
                "of": row["of_id"],
                "evidence": row["evidence"],
                "source": row["source"],
                "url": row["link"],
                "title": row["title"],
                "text": row["text"],
                "language": row["language"],
                "credit": row["credit"],
                "dateline": row["dateline"],
                "authors": row["authors"],
                "published_at": _iso(row["published_at"]),
                "first_seen": _iso(row["first_seen"]),
                "version": row["version"],
                "rules": rules.get(row["id"], []),
            }
        )
    return members


def _links(connection: Connection, ids: Sequence[int]) -> dict[int, list[int]]:
    links: dict[int, list[int]] = {story: [] for story in ids}
    one, other = story_links.c.story_id, story_links.c.other_id
    for here, there in ((one, other), (other, one)):
        query = sa.select(here.label("here"), there.label("there")).where(here.in_(ids))
        for row in connection.execute(query.order_by(there)).mappings():
            links[row["here"]].append(row["there"])
    return links


def _iso(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
