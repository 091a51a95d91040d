"""Pages that sources announced, and the state of each: pending, stored, rejected or failed.

A page is *known* once it is stored, a duplicate, or rejected with a reason. A pending page was
announced and is not settled: a poll that was killed leaves it, the next poll of the source takes
it up again. A failed page says when it may be tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.model.backoff import backoff
from crawler.model.items import Entry
from crawler.storage.database import insert
from crawler.storage.schema import UtcDateTime, pages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.engine import Connection


_CHUNK = 400  # URLs a query: SQLite takes 32,766 parameters, a planner prefers fewer
_ARRIVALS = 300  # pages of one source that tell how often it publishes
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_RETRY_FIRST = timedelta(minutes=1)
_RETRY_LAST = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedPage:
    """A page that should be fetched now."""

    url: str  # canonical
    entry: Entry
    first_seen: datetime
    baseline: bool
    tries: int = 0


def known_pages(connection: Connection, urls: Iterable[str]) -> dict[str, sa.RowMapping]:
    """The rows of those of these pages that are known."""
    wanted, found = list(urls), {}
    for start in range(0, len(wanted), _CHUNK):
        query = sa.select(pages).where(pages.c.url.in_(wanted[start : start + _CHUNK]))
        found.update({row["url"]: row for row in connection.execute(query).mappings()})
    return found


def missing_dates(
    rows: Mapping[str, sa.RowMapping], found: Mapping[str, Entry]
) -> dict[str, datetime]:
    """The update times that `found` tells of known pages which were announced without one."""
    return {
        url: updated
        for url, row in rows.items()
        if row["updated_at"] is None and (updated := found[url].updated) is not None
    }


def add(
    connection: Connection,
    source: str,
    new: Mapping[str, Entry],
    *,
    now: datetime,
    baseline: bool,
    job: int | None = None,
) -> None:
    """Write down pages that are new, by their canonical URLs.

    Those of a backfill's `job` are not taken up by polls.
    """
    values = [
        _pending(source, url, entry, now, baseline=baseline) | {"job_id": job}
        for url, entry in new.items()
    ]
    statement = insert(connection, pages).on_conflict_do_nothing(index_elements=["url"])
    if values:
        connection.execute(statement, values)


def set_dates(connection: Connection, updated: Mapping[str, datetime]) -> None:
    """Give pages that were announced without one the update time that another feed tells."""
    for url, when in updated.items():
        connection.execute(sa.update(pages).where(pages.c.url == url).values(updated_at=when))


def to_fetch(
    rows: Mapping[str, sa.RowMapping],
    found: Mapping[str, Entry],
    *,
    now: datetime,
    baseline: bool,
    revive: Collection[str] = (),
) -> list[AnnouncedPage]:
    """Of the pages `found`, by canonical URL, those to fetch, in the order they were found.

    New pages (those without a row), pending ones, failed ones that are due, and stored ones whose
    entry was updated since. An archive may hold what the site has lost: pages that were rejected
    for a reason in `revive` are fetched, too.
    """
    wanted: list[AnnouncedPage] = []
    for url, entry in found.items():
        row = rows.get(url)
        if row is None:
            wanted.append(AnnouncedPage(url=url, entry=entry, first_seen=now, baseline=baseline))
        elif _wants_a_fetch(row, entry, now) or row["reason"] in revive:
            wanted.append(_announced(row, entry))
    return wanted


def unsettled(
    connection: Connection, source: str, *, now: datetime, limit: int = 500
) -> list[AnnouncedPage]:
    """Pages that earlier polls left pending, and failed ones whose time has come; news first."""
    query = (
        sa.select(pages)
        .where(
            pages.c.source == source,
            pages.c.job_id.is_(None),
            sa.or_(
                pages.c.state == "pending",
                sa.and_(pages.c.state == "failed", pages.c.retry_at <= now),
            ),
        )
        .order_by(pages.c.baseline, pages.c.first_seen, pages.c.id)
        .limit(limit)
    )
    rows = connection.execute(query).mappings().all()
    return [to_announced(row) for row in rows]


def publication_times(
    connection: Connection, sources: Iterable[str], *, since: datetime
) -> dict[str, list[datetime]]:
    """When each source published its newest pages, as far as its entries or our polls tell."""
    found = {}
    for source in sources:
        query = (
            sa.select(pages.c.first_seen, pages.c.published_at, pages.c.baseline)
            .where(pages.c.source == source, pages.c.first_seen >= since)
            .order_by(pages.c.first_seen.desc())
            .limit(_ARRIVALS)
        )
        rows = connection.execute(query)
        found[source] = [when for row in rows if (when := _arrival(*row)) >= since]
    return found


def watched_since(connection: Connection, sources: Iterable[str]) -> dict[str, datetime]:
    """When the first page of each source was seen."""
    query = (
        sa.select(pages.c.source, sa.func.min(pages.c.first_seen, type_=UtcDateTime()))
        .where(pages.c.source.in_(list(sources)))
        .group_by(pages.c.source)
    )
    return dict(connection.execute(query).all())


def record_failure(
    connection: Connection,
    url: str,
    reason: str,
    *,
    now: datetime,
    max_tries: int,
    after: timedelta | None,
) -> str:
    """Record a failure that may pass; returns the state: `failed`, or `rejected` at the end.

    The next try waits twice as long each time, or as long as the server asked (`after`).
    """
    tries = connection.scalar(sa.select(pages.c.tries).where(pages.c.url == url)) or 0
    if tries + 1 >= max_tries:
        said = f"gave up after {tries + 1} tries: {reason}"
        settle(connection, url, "rejected", said, now=now)
        return "rejected"
    wait = pause(tries, after)
    connection.execute(
        sa.update(pages)
        .where(pages.c.url == url)
        .values(state="failed", reason=reason, tries=tries + 1, retry_at=now + wait)
    )
    return "failed"


def pause(tries: int, after: timedelta | None) -> timedelta:
    """Until the next try: twice as long each time, or as long as the server asked (`after`)."""
    return max(after or timedelta(0), backoff(tries, first=_RETRY_FIRST, cap=_RETRY_LAST))


def to_announced(row: sa.RowMapping) -> AnnouncedPage:
    """A row of `pages` as it was announced."""
    return _announced(row, _entry(row))


def settle(connection: Connection, url: str, state: str, reason: str, *, now: datetime) -> None:
    """Within a transaction of the caller's: this page is settled."""
    values = {"at": url, "state": state, "reason": reason, "settled_at": now, "retry_at": None}
    connection.execute(_SETTLE, values)


# Built once: this runs for every page, and building it takes longer than running it.
_SETTLE = sa.update(pages).where(pages.c.url == sa.bindparam("at"))


def mark_stored(
    connection: Connection, url: str, updated: datetime | None, *, now: datetime
) -> None:
    """Within the transaction that stores the article: its page is known from now on."""
    settle(connection, url, "stored", "", now=now)
    if updated is not None:
        connection.execute(sa.update(pages).where(pages.c.url == url).values(updated_at=updated))


def count_pending(connection: Connection, source: str) -> int:
    """How many pages of the source's polls are announced and not settled, nor to be tried again."""
    query = sa.select(sa.func.count()).where(
        pages.c.source == source, pages.c.state == "pending", pages.c.job_id.is_(None)
    )
    return connection.execute(query).scalar_one()


def newest_seen(connection: Connection, source: str) -> datetime | None:
    """When a page of the source was last seen for the first time by a poll."""
    query = (
        sa.select(pages.c.first_seen)
        .where(pages.c.source == source, pages.c.job_id.is_(None))
        .order_by(pages.c.first_seen.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()


def _arrival(first_seen: datetime, published: datetime | None, baseline: bool) -> datetime:  # noqa: FBT001
    """A first poll finds pages of any age: of these, only a stated date tells anything."""
    if published is not None and published <= first_seen:
        return published
    return _LONG_AGO if baseline else first_seen


def _wants_a_fetch(row: sa.RowMapping, entry: Entry, now: datetime) -> bool:
    if row["state"] == "pending":
        return True
    if row["state"] == "failed":
        return row["retry_at"] is None or row["retry_at"] <= now
    known = row["updated_at"]
    return (
        row["state"] == "stored"
        and entry.updated is not None
        and known is not None
        and entry.updated > known
    )


def _pending(
    source: str, url: str, entry: Entry, now: datetime, *, baseline: bool
) -> dict[str, object]:
    return {
        "url": url,
        "fetch_url": entry.url,
        "source": source,
        "state": "pending",
        "first_seen": now,
        "baseline": baseline,
        "title": entry.title,
        "summary": entry.summary,
        "published_at": entry.published,
        "updated_at": entry.updated,
    }


def _entry(row: sa.RowMapping) -> Entry:
    return Entry(
        url=row["fetch_url"],
        title=row["title"],
        summary=row["summary"],
        published=row["published_at"],
        updated=row["updated_at"],
    )


def _announced(row: sa.RowMapping, entry: Entry) -> AnnouncedPage:
    return AnnouncedPage(
        url=row["url"],
        entry=entry,
        first_seen=row["first_seen"],
        baseline=row["baseline"],
        tries=row["tries"],
    )
