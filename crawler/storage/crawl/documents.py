"""Documents (feeds, sitemaps, listings): validators of each, failures, and when to ask again.

The validators (what a server gave us to ask "changed since?" with) are saved only after all entries
of that fetch are settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.database import insert
from crawler.storage.schema import UtcDateTime, documents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection


_CHUNK = 400  # addresses of a query
_WELL: dict[str, Any] = {"failures": 0, "error": "", "trouble": "", "failing_since": None}
# Built once: it runs after every poll.
_OF_SOURCE = (
    sa.select(documents).where(documents.c.source == sa.bindparam("of")).order_by(documents.c.url)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is known of one feed, sitemap or listing.

    `not_before` is when it may be asked again: after our own back-off, or after the rest that its
    server asked for, which is kept in `rest_until` as well. `pace` is how often the publisher says
    that it changes. `hub` and `topic` are where and as what it can be subscribed to.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    not_before: datetime | None = None
    rest_until: datetime | None = None
    failures: int = 0
    error: str = ""
    fetched_at: datetime | None = None  # None: never read to its end; what it says is a baseline
    pace: timedelta | None = None
    hub: str = ""
    topic: str = ""
    newest_at: datetime | None = None  # of its entries
    found_on: str = ""  # the home page that names it, or the index that named it when first read


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedDocument:
    """A document that is not asked for a while, and why."""

    source: str
    url: str
    until: datetime
    failures: int
    error: str


def get_document(connection: Connection, url: str) -> Document:
    """What is known of the document of this address."""
    query = sa.select(documents).where(documents.c.url == url)
    row = connection.execute(query).mappings().first()
    return Document(url=url) if row is None else _document(row)


def get_documents(connection: Connection, urls: Sequence[str]) -> list[Document]:
    """What is known of the documents of these addresses, in their order."""
    found: dict[str, Document] = {}
    for start in range(0, len(urls), _CHUNK):
        part = urls[start : start + _CHUNK]
        rows = connection.execute(sa.select(documents).where(documents.c.url.in_(part)))
        found.update({row["url"]: _document(row) for row in rows.mappings()})
    return [found.get(url) or Document(url=url) for url in urls]


def is_named_on(connection: Connection, url: str) -> bool:
    """Is any document known to be named there?"""
    query = sa.select(documents.c.url).where(documents.c.found_on == url).limit(1)
    return connection.execute(query).first() is not None


def name_children(connection: Connection, source: str, index: str, children: Iterable[str]) -> None:
    """An index of sitemaps was read for the first time, and names these."""
    values = [{"url": url, "source": source, "found_on": index} for url in children]
    statement = insert(connection, documents).on_conflict_do_update(
        index_elements=["url"], set_={"found_on": index}
    )
    if values:
        connection.execute(statement, values)


def save_document(
    connection: Connection, source: str, document: Document, *, now: datetime
) -> None:
    """All entries of a fetch are settled: from now on, ask the server what changed since."""
    newest = {"newest_at": document.newest_at} if document.newest_at else {}
    _upsert(
        connection,
        source,
        document.url,
        etag=document.etag,
        last_modified=document.last_modified,
        pace=None if document.pace is None else int(document.pace.total_seconds()),
        hub=document.hub,
        topic=document.topic,
        fetched_at=now,
        not_before=None,
        rest_until=None,
        **_WELL,
        **newest,
    )


def clear_failures(connection: Connection, source: str, url: str) -> None:
    """The server answered as it should; earlier failures are forgotten."""
    statement = (
        sa.update(documents)
        .where(documents.c.url == url, documents.c.source == source, documents.c.failures > 0)
        .values(**_WELL, not_before=None, rest_until=None)
    )
    connection.execute(statement)


def record_failure(
    connection: Connection,
    source: str,
    url: str,
    error: str,
    *,
    failures: int,
    not_before: datetime | None,
    now: datetime,
    rest_until: datetime | None = None,
    trouble: str = "",
) -> None:
    """It could not be had, for the `failures`th time in a row; `trouble` is why, in a word."""
    values = {
        "error": error,
        "trouble": trouble,
        "failures": failures,
        "not_before": not_before,
        "rest_until": rest_until,
    }
    since = sa.func.coalesce(documents.c.failing_since, now, type_=UtcDateTime())
    statement = (
        insert(connection, documents)
        .values(url=url, source=source, failing_since=now, **values)
        .on_conflict_do_update(index_elements=["url"], set_={**values, "failing_since": since})
    )
    connection.execute(statement)


def documents_of(connection: Connection, source: str) -> Sequence[sa.RowMapping]:
    """All that is kept of each document of a source."""
    return connection.execute(_OF_SOURCE, {"of": source}).mappings().all()


def forget_failures(connection: Connection, troubles: Collection[str], *, since: datetime) -> None:
    """Forget failures of these kinds that began since then, in whatever source; ask again."""
    statement = (
        sa.update(documents)
        .where(documents.c.failing_since >= since, documents.c.trouble.in_(troubles))
        .values(**_WELL, not_before=documents.c.rest_until)
    )
    connection.execute(statement)


def paused_documents(
    connection: Connection, sources: Iterable[str], *, now: datetime
) -> list[PausedDocument]:
    """The documents of these sources that are not asked now, in the order of their end."""
    query = (
        sa.select(documents)
        .where(documents.c.source.in_(list(sources)), documents.c.not_before > now)
        .order_by(documents.c.not_before, documents.c.url)
    )
    rows = connection.execute(query).mappings().all()
    return [
        PausedDocument(
            source=row["source"],
            url=row["url"],
            until=row["not_before"],
            failures=row["failures"],
            error=row["error"],
        )
        for row in rows
    ]


def minimum_intervals(connection: Connection, sources: Iterable[str]) -> dict[str, timedelta]:
    """How often at most it makes sense to ask each source, where all of its documents say so.

    Asking a feed more often than it says it changes gives nothing new, unless it stands beside
    one that says nothing.
    """
    query = (
        sa.select(documents.c.source, sa.func.min(documents.c.pace))
        .where(documents.c.source.in_(list(sources)), documents.c.fetched_at.is_not(None))
        .group_by(documents.c.source)
        .having(sa.func.count() == sa.func.count(documents.c.pace))
    )
    rows = connection.execute(query).all()
    return {source: timedelta(seconds=pace) for source, pace in rows}


def found_on(connection: Connection, home: str) -> list[Document]:
    """The feeds that this page named when it was last read."""
    query = sa.select(documents).where(documents.c.found_on == home).order_by(documents.c.url)
    rows = connection.execute(query).mappings().all()
    return [_document(row) for row in rows]


def set_found_on(connection: Connection, source: str, home: str, feeds: Iterable[str]) -> None:
    """Remember that `home` names these feeds, and no others any more."""
    named = list(dict.fromkeys(feeds))

    others = documents.c.url.not_in(named)
    connection.execute(
        sa.update(documents).where(documents.c.found_on == home, others).values(found_on="")
    )
    for url in named:
        connection.execute(
            insert(connection, documents)
            .values(url=url, source=source, found_on=home)
            .on_conflict_do_update(index_elements=["url"], set_={"found_on": home})
        )


def _upsert(connection: Connection, source: str, url: str, **values: object) -> None:
    statement = (
        insert(connection, documents)
        .values(url=url, source=source, **values)
        .on_conflict_do_update(index_elements=["url"], set_=values)
    )
    connection.execute(statement)


def _document(row: sa.RowMapping) -> Document:
    pace = row["pace"]
    return Document(
        url=row["url"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        not_before=row["not_before"],
        rest_until=row["rest_until"],
        failures=row["failures"],
        error=row["error"],
        fetched_at=row["fetched_at"],
        pace=None if pace is None else timedelta(seconds=pace),
        hub=row["hub"],
        topic=row["topic"],
        newest_at=row["newest_at"],
        found_on=row["found_on"],
    )
