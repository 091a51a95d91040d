"""Take out of the store what is of no use any more, a little at a time.

Pages stay, whatever their age: they are how an address that was read once is known. So do the
newest runs of a source, which tell its next poll from its first, and stories that staff judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.runs import PUSHED
from crawler.storage.schema import (
    articles,
    conditions,
    documents,
    matches,
    observations,
    outbox,
    revisions,
    runs,
    sketches,
    stories,
    story_links,
    verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

# Keys in one transaction: a daemon that waits for it waits a moment.
_BATCH = 5000
_STORIES = 200
_ENDED = ("sent", "dead", "digested", "muted")  # nothing will be said of such a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One kind of row that may go: those of `table` whose `key` is among `keys`."""

    what: str
    table: sa.Table
    key: sa.ColumnElement[Any]
    keys: sa.Select[Any]
    batch: int = _BATCH
    #: What refers to them and goes first; what they refer to, and goes last.
    first: Callable[[Connection, Sequence[Any]], None] | None = None
    last: Callable[[Connection, Sequence[Any]], None] | None = None

    def count(self, connection: Connection) -> int:
        query = sa.select(sa.func.count()).select_from(self.table).where(self.key.in_(self.keys))
        return connection.execute(query).scalar_one()

    def take(self, connection: Connection) -> int | None:
        """Remove one batch; returns how many rows that were, None where nothing is left."""
        keys = connection.scalars(self.keys.distinct().limit(self.batch)).all()
        if not keys:
            return None
        if self.first:
            self.first(connection, keys)
        removed = connection.execute(sa.delete(self.table).where(self.key.in_(keys))).rowcount
        if self.last:
            self.last(connection, keys)
        return removed


def sweeps(
    *, before: datetime, window: datetime, sources: Collection[str], with_articles: bool
) -> list[Sweep]:
    """What may go of things older than `before`.

    Stories gather reprints of what was stored since `window`; `sources` are those there are.
    """
    chosen = [
        Sweep(what="sketches", table=sketches, key=sketches.c.article_id, keys=_outside(window)),
        Sweep(what="alerts", table=outbox, key=outbox.c.story_id, keys=_told(before)),
        Sweep(what="digests and notices", table=outbox, key=outbox.c.id, keys=_notices(before)),
        Sweep(what="runs", table=runs, key=runs.c.id, keys=_old_runs(before)),
        Sweep(what="documents", table=documents, key=documents.c.url, keys=_gone(before, sources)),
        Sweep(
            what="observations", table=observations, key=observations.c.hour, keys=_hours(before)
        ),
        Sweep(what="conditions", table=conditions, key=conditions.c.id, keys=_over(before)),
        Sweep(what="revisions", table=revisions, key=revisions.c.id, keys=_replaced(before)),
    ]
    if with_articles:
        story = articles.c.story_id
        chosen.append(
            Sweep(
                what="articles",
                table=articles,
                key=story,
                keys=_old_stories(before),
                batch=_STORIES,
                first=_forget,
                last=_forget_stories,
            )
        )
    return chosen


def counted(database: Database, chosen: Sequence[Sweep]) -> dict[str, int]:
    """How many rows of each kind would go."""
    return database.read_now(lambda c: {sweep.what: sweep.count(c) for sweep in chosen})


def prune(database: Database, chosen: Sequence[Sweep]) -> Iterator[tuple[str, int]]:
    """Remove them, each batch in a transaction of its own; tells the kind and the number."""
    for sweep in chosen:
        total = 0
        while (removed := database.write_now(sweep.take)) is not None:
            total += removed
        yield sweep.what, total


def _outside(window: datetime) -> sa.Select[Any]:
    old = sa.select(articles.c.id).where(articles.c.stored_at < window)
    return sa.select(sketches.c.article_id).where(sketches.c.article_id.in_(old))


def _old_runs(before: datetime) -> sa.Select[Any]:
    done, poll = runs.c.outcome == "done", runs.c.cause != PUSHED
    newest = [
        sa.select(sa.func.max(runs.c.id)).where(*of).group_by(runs.c.source)
        for of in ((done,), (done, poll), (runs.c.outcome != "skipped", poll))
    ]
    return sa.select(runs.c.id).where(
        runs.c.planned_at < before,
        runs.c.outcome != "running",
        *(runs.c.id.not_in(kept) for kept in newest),
    )


def _gone(before: datetime, sources: Collection[str]) -> sa.Select[Any]:
    return sa.select(documents.c.url).where(
        documents.c.fetched_at < before, documents.c.source.not_in(sources)
    )


def _hours(before: datetime) -> sa.Select[Any]:
    return sa.select(observations.c.hour).where(observations.c.hour < before)


def _over(before: datetime) -> sa.Select[Any]:
    return sa.select(conditions.c.id).where(conditions.c.cleared_at < before)


def _replaced(before: datetime) -> sa.Select[Any]:
    return sa.select(revisions.c.id).where(revisions.c.replaced_at < before)


def _is_over(row: sa.FromClause, before: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        row.c.state.in_(_ENDED), sa.func.coalesce(row.c.sent_at, row.c.created_at) < before
    )


def _is_quiet(story: sa.ColumnElement[Any], before: datetime) -> sa.ColumnElement[bool]:
    """Nothing was stored of the story since, and nothing is to be said of it."""
    member, row = articles.alias(), outbox.alias()
    return sa.and_(
        ~sa.exists().where(member.c.story_id == story, member.c.stored_at >= before),
        ~sa.exists().where(row.c.story_id == story, ~_is_over(row, before)),
    )


def _told(before: datetime) -> sa.Select[Any]:
    # All rows of a story or none: they refer to one another, and number one another.
    return sa.select(outbox.c.story_id).where(
        outbox.c.story_id.is_not(None), _is_quiet(outbox.c.story_id, before)
    )


def _notices(before: datetime) -> sa.Select[Any]:
    return sa.select(outbox.c.id).where(outbox.c.story_id.is_(None), _is_over(outbox, before))


def _old_stories(before: datetime) -> sa.Select[Any]:
    return sa.select(articles.c.story_id).where(
        articles.c.stored_at < before,
        _is_quiet(articles.c.story_id, before),
        ~sa.exists().where(verdicts.c.story_id == articles.c.story_id),
    )


def _forget(connection: Connection, ids: Sequence[int]) -> None:
    members = sa.select(articles.c.id).where(articles.c.story_id.in_(ids))
    for table in (sketches, matches, revisions):
        connection.execute(sa.delete(table).where(table.c.article_id.in_(members)))
    either = sa.or_(story_links.c.story_id.in_(ids), story_links.c.other_id.in_(ids))
    connection.execute(sa.delete(story_links).where(either))
    connection.execute(sa.delete(outbox).where(outbox.c.story_id.in_(ids)))


def _forget_stories(connection: Connection, ids: Sequence[int]) -> None:
    connection.execute(sa.delete(stories).where(stories.c.id.in_(ids)))
