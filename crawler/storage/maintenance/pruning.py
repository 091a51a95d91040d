"""Pruning: what retention calls old is deleted from the store, in small batches.

Pages stay, whatever their age: they are how an address that was read once is known. So do the
newest runs of a source, which tell its next poll from its first, and stories that staff judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.crawl.runs import DONE, NOTHING_NEW, OPEN, SKIPPED
from crawler.storage.schema import (
    articles,
    canaries,
    conditions,
    documents,
    envelopes,
    gaps,
    matches,
    observations,
    outbox,
    revisions,
    runs,
    sketches,
    stories,
    story_links,
    verdicts,
    vitals,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

_AT_A_LOOK = 50_000  # keys that are looked up at a time, while nobody waits
# Keys in one transaction, for which others wait: some ten milliseconds.
_BATCH = 500
_STORIES = 50
_ENDED = ("sent", "dead", "digested", "muted")  # nothing will be said of such a row
# What a run counts that met with a page.
_MET = ("fetched", "extracted", "rejected", "failed", "withdrawn")


class ArticleAge(StrEnum):
    """What the age of an article goes by; where no date of publication is known, by first sight."""

    STORED = "stored"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionCutoffs:
    """Retention cutoffs: what is older than these may go; None: it stays for ever.

    `sketches` is since when stories gather reprints still.
    """

    sketches: datetime
    alerts: datetime | None
    runs: datetime | None
    uneventful: datetime | None  # runs that went well and met with nothing new
    revisions: datetime | None
    observations: datetime | None
    conditions: datetime | None
    articles: datetime | None = None
    articles_by: ArticleAge = ArticleAge.STORED


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneTarget:
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

    def due(self, connection: Connection) -> list[Sequence[Any]]:
        """The keys of what may go, in batches; not all of them where they are very many."""
        keys = connection.scalars(self.keys.distinct().limit(_AT_A_LOOK)).all()
        return [keys[at : at + self.batch] for at in range(0, len(keys), self.batch)]

    def take(self, connection: Connection, batch: Sequence[Any]) -> int:
        """Remove what may still go of a batch; returns how many rows that were."""
        keys = connection.scalars(self.keys.where(self.key.in_(batch)).distinct()).all()
        if not keys:
            return 0
        if self.first:
            self.first(connection, keys)
        removed = connection.execute(sa.delete(self.table).where(self.key.in_(keys))).rowcount
        if self.last:
            self.last(connection, keys)
        return removed


def prune_targets(
    connection: Connection, before: RetentionCutoffs, sources: Collection[str]
) -> list[PruneTarget]:
    """What may go; `sources` are those that are declared."""
    return [
        *_of_alerts(before),
        *(_of_runs(connection, before)),
        *_of_sources(before, sources),
        PruneTarget(
            what="sketches",
            table=sketches,
            key=sketches.c.article_id,
            keys=_outside(before.sketches),
            batch=_STORIES,
        ),
        *_by_age("revisions", revisions, revisions.c.id, revisions.c.replaced_at, before.revisions),
        *_by_age("slack envelopes", envelopes, envelopes.c.id, envelopes.c.taken_at, before.alerts),
        *_of_stories(before),
    ]


def count_prunable(connection: Connection, chosen: Sequence[PruneTarget]) -> dict[str, int]:
    """How many rows of each kind would go."""
    return {sweep.what: sweep.count(connection) for sweep in chosen}


def prune_store(database: Database, chosen: Sequence[PruneTarget]) -> Iterator[tuple[str, int]]:
    """Remove them, each batch in a transaction of its own; tells the kind and the number."""
    for sweep in chosen:
        total, removed = 0, 1
        while removed:
            removed = sum(
                database.write_now(lambda c, of=sweep, keys=batch: of.take(c, keys))  # type: ignore[misc]
                for batch in database.read_now(sweep.due)
            )
            total += removed
        yield sweep.what, total


def _by_age(
    what: str,
    table: sa.Table,
    key: sa.ColumnElement[Any],
    time: sa.ColumnElement[Any],
    before: datetime | None,
) -> Iterator[PruneTarget]:
    if before is not None:
        yield PruneTarget(what=what, table=table, key=key, keys=sa.select(key).where(time < before))


def _of_alerts(before: RetentionCutoffs) -> Iterator[PruneTarget]:
    if before.alerts is not None:
        told, notices = _told(before.alerts), _notices(before.alerts)
        yield PruneTarget(
            what="alerts", table=outbox, key=outbox.c.story_id, keys=told, batch=_STORIES
        )
        yield PruneTarget(
            what="digests and notices",
            table=outbox,
            key=outbox.c.id,
            keys=notices,
            first=_forget_what_follows,
        )


def _of_stories(before: RetentionCutoffs) -> Iterator[PruneTarget]:
    if before.articles is not None:
        yield PruneTarget(
            what="articles",
            table=articles,
            key=articles.c.story_id,
            keys=_old_stories(before.articles, before.articles_by),
            batch=_STORIES,
            first=_forget,
            last=_forget_stories,
        )


def _of_runs(connection: Connection, before: RetentionCutoffs) -> Iterator[PruneTarget]:
    # The newest of each kind, that a source has: looked up once, for it reads all of them.
    kinds = runs.c.source, runs.c.outcome, runs.c.cause
    newest = sa.select(sa.func.max(runs.c.id)).where(runs.c.outcome != SKIPPED).group_by(*kinds)
    kept = connection.scalars(newest).all()
    ended = sa.select(runs.c.id).where(runs.c.outcome.not_in(OPEN), runs.c.id.not_in(kept))
    planned = runs.c.planned_at
    if before.runs is not None:
        keys = ended.where(planned < before.runs)
        yield PruneTarget(what="runs", table=runs, key=runs.c.id, keys=keys)
    if before.uneventful is not None and (before.runs is None or before.runs < before.uneventful):
        younger = sa.true() if before.runs is None else planned >= before.runs
        keys = ended.where(younger, planned < before.uneventful, _met_nothing())
        yield PruneTarget(what="runs without news", table=runs, key=runs.c.id, keys=keys)


def _met_nothing() -> sa.ColumnElement[bool]:
    counts = sa.cast(runs.c.counts, sa.Text())
    empty = sa.and_(*(counts.not_like(f'%"{what}%') for what in _MET))
    done = sa.and_(runs.c.outcome == DONE, runs.c.baseline.is_(sa.false()), empty)
    return sa.and_(runs.c.reason == "", sa.or_(runs.c.outcome == NOTHING_NEW, done))


def _of_sources(before: RetentionCutoffs, sources: Collection[str]) -> Iterator[PruneTarget]:
    """How sources did in the past; and all that is known of those that are not declared."""
    left = before.runs
    if left is not None:
        of_left = documents.c.fetched_at < left, documents.c.source.not_in(sources)
        keys = sa.select(documents.c.url).where(*of_left)
        yield PruneTarget(what="documents", table=documents, key=documents.c.url, keys=keys)
        for table in (canaries, vitals):
            key = table.c.source
            of_it = sa.select(key).where(key.not_in(sources))
            yield PruneTarget(what=table.name, table=table, key=key, keys=of_it)
    hour = observations.c.hour
    yield from _by_age("observations", observations, hour, hour, before.observations)
    cleared = conditions.c.cleared_at
    yield from _by_age("conditions", conditions, conditions.c.id, cleared, before.conditions)
    yield from _by_age("gaps", gaps, gaps.c.id, gaps.c.told_at, before.conditions)


def _outside(window: datetime) -> sa.Select[Any]:
    old = sa.select(articles.c.id).where(articles.c.stored_at < window)
    return sa.select(sketches.c.article_id).where(sketches.c.article_id.in_(old))


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
    # With what follows them, which waits for ever where they were not sent.
    later = outbox.alias()
    waits = sa.exists().where(later.c.parent_id == outbox.c.id, ~_is_over(later, before))
    return sa.select(outbox.c.id).where(
        outbox.c.story_id.is_(None),
        outbox.c.parent_id.is_(None),
        _is_over(outbox, before),
        sa.or_(outbox.c.state != "sent", ~waits),
    )


def _forget_what_follows(connection: Connection, ids: Sequence[int]) -> None:
    connection.execute(sa.delete(outbox).where(outbox.c.parent_id.in_(ids)))


def _old_stories(before: datetime, by: ArticleAge) -> sa.Select[Any]:
    """Stories all of whose articles are older than that, and of which nothing is to be said."""
    member, row = articles.alias(), outbox.alias()
    story = articles.c.story_id
    waits = row.c.state.not_in(_ENDED) if by is ArticleAge.PUBLISHED else ~_is_over(row, before)
    return sa.select(story).where(
        _age_of(articles, by) < before,
        ~sa.exists().where(member.c.story_id == story, _age_of(member, by) >= before),
        ~sa.exists().where(row.c.story_id == story, waits),
        ~sa.exists().where(verdicts.c.story_id == articles.c.story_id),
    )


def _age_of(member: sa.FromClause, by: ArticleAge) -> sa.ColumnElement[Any]:
    if by is ArticleAge.STORED:
        return member.c.stored_at
    return sa.func.coalesce(member.c.published_at, member.c.first_seen)


def _forget(connection: Connection, ids: Sequence[int]) -> None:
    members = sa.select(articles.c.id).where(articles.c.story_id.in_(ids))
    for table in (sketches, matches, revisions):
        connection.execute(sa.delete(table).where(table.c.article_id.in_(members)))
    either = sa.or_(story_links.c.story_id.in_(ids), story_links.c.other_id.in_(ids))
    connection.execute(sa.delete(story_links).where(either))
    connection.execute(sa.delete(outbox).where(outbox.c.story_id.in_(ids)))


def _forget_stories(connection: Connection, ids: Sequence[int]) -> None:
    connection.execute(sa.delete(stories).where(stories.c.id.in_(ids)))
