"""Statistics by source: how each has been doing, as the store remembers it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.model.observation import DAYS, PAGES
from crawler.storage.crawl.runs import FAILED, NEXT, PUSHED, READ, Run, newest_polls, read_run
from crawler.storage.schema import (
    UtcDateTime,
    articles,
    documents,
    matches,
    observations,
    pages,
    runs,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

_COUNTED = 50  # failures in a row; there may be more
_NEWEST = sa.select(sa.func.max(articles.c.published_at)).where(
    articles.c.source == sa.bindparam("source")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One source: its last run, how many failed in a row, its newest article.

    Where it is `learned` how often it publishes, a condition tells when it is silent.
    """

    last: Run | None = None
    failing: int = 0
    newest: datetime | None = None
    learned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that the store holds of one source; the rows are as the schema has them."""

    runs: tuple[Run, ...] = ()
    documents: tuple[Mapping[str, Any], ...] = ()
    pages: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    flagged: int = 0


def failing(connection: Connection, source: str) -> int:
    """How many polls in a row failed, up to fifty."""
    newest = connection.execute(newest_polls(source, _COUNTED)).mappings()
    count = 0
    for row in newest:
        if row["outcome"] != FAILED:
            break
        count += 1
    return count


def newest_published(connection: Connection, sources: Iterable[str]) -> dict[str, datetime | None]:
    """When the newest article of each was published; None where there is none."""
    return {name: connection.scalar(_NEWEST, {"source": name}) for name in sources}


def learned(connection: Connection) -> set[str]:
    """The sources whose norm tells when they are silent."""
    first, last = (
        edge(observations.c.hour, type_=UtcDateTime()) for edge in (sa.func.min, sa.func.max)
    )
    query = sa.select(observations.c.source, first, last).group_by(observations.c.source)
    query = query.having(sa.func.sum(observations.c.found) >= PAGES)
    rows = connection.execute(query)
    return {source for source, begin, end in rows if end - begin >= timedelta(days=DAYS)}


def stored(connection: Connection) -> dict[str, int]:
    """How many articles there are of each source."""
    query = sa.select(articles.c.source, sa.func.count()).group_by(articles.c.source)
    return dict(connection.execute(query).all())


def polls_since(connection: Connection, since: datetime) -> list[Run]:
    """The newest poll of each source that was planned since then and has ended."""
    newest = (
        sa.select(sa.func.max(runs.c.id))
        .where(
            runs.c.planned_at >= since,
            runs.c.outcome.in_((*READ, FAILED)),
            runs.c.cause != PUSHED,
        )
        .group_by(runs.c.source)
    )
    query = sa.select(runs).where(runs.c.id.in_(newest))
    return [read_run(row) for row in connection.execute(query).mappings()]


def record(connection: Connection, source: str, *, limit: int = 5) -> Record:
    """The newest runs of a source, what is known of its documents, and what its pages became."""
    of_pages = pages.c.source == source
    flagged = (
        sa.select(sa.func.count(sa.distinct(matches.c.article_id)))
        .join(articles, articles.c.id == matches.c.article_id)
        .where(articles.c.source == source)
    )
    newest = (
        sa.select(runs)
        .where(runs.c.source == source, runs.c.outcome != NEXT)
        .order_by(runs.c.id.desc())
        .limit(limit)
    )
    asked = sa.select(documents).where(documents.c.source == source).order_by(documents.c.url)
    refused = sa.and_(of_pages, pages.c.state == "rejected")
    return Record(
        runs=tuple(read_run(row) for row in connection.execute(newest).mappings()),
        documents=tuple(dict(row) for row in connection.execute(asked).mappings()),
        pages=_counted(connection, pages.c.state, of_pages),
        rejected=_counted(connection, pages.c.reason, refused),
        flagged=connection.scalar(flagged) or 0,
    )


def _counted(
    connection: Connection, column: sa.Column[Any], where: sa.ColumnElement[bool]
) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(where).group_by(column).order_by(column)
    return {value: count for value, count in connection.execute(query)}  # noqa: C416 - rows
