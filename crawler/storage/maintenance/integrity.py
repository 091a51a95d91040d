"""Integrity check: the store's file, its references, its schema version; and what is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.database import SQLAlchemyError, explain_error
from crawler.storage.maintenance.migrate import newest_revision, revision_of
from crawler.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

_SHOWN = 5  # defects of one kind


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityReport:
    """What was found; sound where there are no `defects`."""

    revision: str | None
    defects: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)  # rows by table


def check_integrity(database: Database, *, quick: bool) -> IntegrityReport:
    """Read the whole store, or with `quick` leave out whether its indexes tell the truth."""

    def work(connection: Connection) -> IntegrityReport:
        defects = list(_damage(connection, quick=quick)) if database.is_sqlite else []
        revision = revision_of(connection)
        if revision != newest_revision():
            was = f"revision {revision}" if revision else "no tables of Wirewatch"
            defects.append(
                f"{was}, where this version has {newest_revision()}: `wirewatch run` brings an "
                "older store up to it"
            )
        there = sa.inspect(connection).get_table_names()
        counts = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
            if table.name in there
        }
        return IntegrityReport(revision=revision, defects=tuple(defects), counts=counts)

    try:
        return database.read_now(work)
    except SQLAlchemyError as error:
        return IntegrityReport(
            revision=None, defects=(f"it cannot be read: {explain_error(error)}",)
        )


def _damage(connection: Connection, *, quick: bool) -> Iterator[str]:
    pragma = "quick_check" if quick else "integrity_check"
    for (said,) in connection.exec_driver_sql(f"PRAGMA {pragma}({_SHOWN})"):
        if said != "ok":
            yield f"damaged: {' '.join(said.split())}"
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    for table, row, parent, _ in dangling[:_SHOWN]:
        yield f"{table} row {row} refers to a row of {parent} that is not there"
    if len(dangling) > _SHOWN:
        yield f"{len(dangling) - _SHOWN} more references lead nowhere"
