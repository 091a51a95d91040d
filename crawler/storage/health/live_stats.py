"""Live statistics of the dashboard, every two seconds: each is brief, out of an index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.alerts.outbox import MAY_FOLLOW, UNDELIVERED, WITH_PARENT
from crawler.storage.crawl.runs import RUNNING, Run, read_run
from crawler.storage.schema import articles, matches, outbox, pages, runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

_UNSENT = (*UNDELIVERED, "held")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentArticle:
    """An article that was stored, and what became of it."""

    stored_at: datetime
    source: str
    title: str
    relation: str
    flagged: bool
    alerted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is to be said in a channel, by state; `why` it waits, where that is known."""

    counts: Mapping[str, int] = field(default_factory=dict)
    oldest: datetime | None = None  # of those that are due or under way
    why: str = ""


def in_flight(connection: Connection, since: datetime) -> list[Run]:
    """Runs that go on; `since` is before any of them can have begun."""
    query = sa.select(runs).where(runs.c.planned_at >= since, runs.c.outcome == RUNNING)
    rows = connection.execute(query.order_by(runs.c.planned_at)).mappings()
    return [read_run(row) for row in rows]


def stored_since(
    connection: Connection, since: datetime, after: int
) -> list[tuple[int, str, datetime]]:
    """Of each article stored since then, and after that one: its id, its source, and when.

    What a backfill found is the past, and not among them.
    """
    past = sa.exists().where(pages.c.url == articles.c.url, pages.c.job_id.is_not(None))
    query = sa.select(articles.c.id, articles.c.source, articles.c.stored_at)
    if after:
        query = query.where(articles.c.id > after)
    rows = connection.execute(query.where(articles.c.stored_at >= since, ~past))
    return [(number, source, at) for number, source, at in rows]


def newest_articles(connection: Connection, limit: int) -> list[RecentArticle]:
    """What was stored last, newest first."""
    # Not by its state: SQLite would look through all that was ever sent.
    said = sa.exists().where(
        outbox.c.story_id == articles.c.story_id, outbox.c.sent_at.is_not(None)
    )
    query = (
        sa.select(
            articles.c.stored_at,
            articles.c.source,
            articles.c.title,
            articles.c.relation,
            sa.exists().where(matches.c.article_id == articles.c.id).label("flagged"),
            said.label("alerted"),
        )
        .order_by(articles.c.id.desc())
        .limit(limit)
    )
    columns = RecentArticle.__dataclass_fields__
    rows = connection.execute(query).mappings()
    return [RecentArticle(**{name: row[name] for name in columns}) for row in rows]


def waiting(connection: Connection) -> dict[str, Waiting]:
    """By channel that has anything to say: how much. What waits for another row is not counted."""
    query = (
        sa.select(
            outbox.c.channel, outbox.c.state, sa.func.count(), sa.func.min(outbox.c.created_at)
        )
        .select_from(WITH_PARENT)
        .where(outbox.c.state.in_(_UNSENT), MAY_FOLLOW)
        .group_by(outbox.c.channel, outbox.c.state)
    )
    found: dict[str, dict[str, tuple[int, datetime]]] = {}
    for channel, state, count, oldest in connection.execute(query):
        found.setdefault(channel, {})[state] = count, oldest
    return {
        channel: Waiting(
            counts={state: count for state, (count, _) in states.items()},
            oldest=min((at for state, (_, at) in states.items() if state != "held"), default=None),
        )
        for channel, states in found.items()
    }
