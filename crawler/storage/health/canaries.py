"""Canary pages: one good page of each source as it came, and what was extracted from it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.model.items import Entry
from crawler.storage.database import insert
from crawler.storage.schema import canaries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A page, the entry that announced it, and what was `expected` of it by `made_by`."""

    source: str
    url: str
    charset: str | None
    entry: Entry
    html: bytes = field(repr=False)
    expected: Mapping[str, Any]
    made_by: str
    taken_at: datetime  # when it was fetched


def capture_times(connection: Connection) -> dict[str, datetime]:
    """When that of each source was taken."""
    return dict(_pairs(connection, canaries.c.taken_at))


def made_by(connection: Connection) -> dict[str, str]:
    """Who made what is expected of that of each source."""
    return dict(_pairs(connection, canaries.c.made_by))


def canary_of(connection: Connection, source: str) -> Canary | None:
    """The canary of this source."""
    query = sa.select(canaries).where(canaries.c.source == source)
    row = connection.execute(query).mappings().first()
    return None if row is None else _canary(row)


def put_canary(connection: Connection, canary: Canary) -> None:
    """In the place of the one that there may be."""
    values = {
        "url": canary.url,
        "charset": canary.charset or "",
        "entry": _told(canary.entry),
        "html": gzip.compress(canary.html, mtime=0),
        "expected": dict(canary.expected),
        "made_by": canary.made_by,
        "taken_at": canary.taken_at,
    }
    adding = insert(connection, canaries).values(source=canary.source, **values)
    connection.execute(adding.on_conflict_do_update(index_elements=["source"], set_=values))


def expect(connection: Connection, source: str, expected: Mapping[str, Any], made_by: str) -> None:
    """Keep the canary's page, and change what is expected of it from now on."""
    statement = sa.update(canaries).where(canaries.c.source == source)
    connection.execute(statement.values(expected=dict(expected), made_by=made_by))


def drop(connection: Connection, source: str) -> None:
    """Remove the canary of this source."""
    connection.execute(sa.delete(canaries).where(canaries.c.source == source))


def _pairs(connection: Connection, column: sa.Column[Any]) -> list[tuple[str, Any]]:
    query = sa.select(canaries.c.source, column).order_by(canaries.c.source)
    rows = connection.execute(query).all()
    return [(source, value) for source, value in rows]


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "published": entry.published.isoformat() if entry.published else None,
        "updated": entry.updated.isoformat() if entry.updated else None,
    }


def _canary(row: sa.RowMapping) -> Canary:
    told = row["entry"]
    published, updated = (
        datetime.fromisoformat(told[key]) if told.get(key) else None
        for key in ("published", "updated")
    )
    return Canary(
        source=row["source"],
        url=row["url"],
        charset=row["charset"] or None,
        entry=Entry(
            url=told["url"],
            title=told["title"],
            summary=told["summary"],
            published=published,
            updated=updated,
        ),
        html=gzip.decompress(row["html"]),
        expected=row["expected"],
        made_by=row["made_by"],
        taken_at=row["taken_at"],
    )
