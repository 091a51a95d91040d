"""Disk space: how much the store takes, and how free pages go back to the system."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

STEP = 256  # pages given back at a time: a megabyte
_WORTH_IT = 2_000  # free pages; fewer are soon written to again
_SHARE = 10  # as much: one page in ten
_INCREMENTAL = 2
_WAIT_MS = 100  # for readers, while the log is cut short: writers wait meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class PageUsage:
    """A SQLite file in pages. Where `gives_back` is false, only VACUUM gives anything back."""

    pages: int
    free: int
    gives_back: bool

    @property
    def is_much(self) -> bool:
        """So much is free that the disk had better have it."""
        return self.free > max(_WORTH_IT, self.pages // _SHARE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskUsage:
    """Bytes of the disk that holds the store."""

    free: int
    total: int


def store_size(connection: Connection) -> int:
    """Bytes: of a SQLite file and its log, or of the whole database on a server."""
    if connection.dialect.name != "sqlite":
        query = sa.select(sa.func.pg_database_size(sa.func.current_database()))
        return int(connection.scalar(query) or 0)
    file = connection.engine.url.database
    files = (Path(f"{file}"), Path(f"{file}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def disk_usage(file: Path | None) -> DiskUsage | None:
    """The disk of a SQLite file; None where the store is elsewhere: a server."""
    if file is None:
        return None
    usage = shutil.disk_usage(file.absolute().parent)
    return DiskUsage(free=usage.free, total=usage.total)


def page_usage(connection: Connection) -> PageUsage:
    """Pages of a SQLite file, in use and free."""

    def pragma(name: str) -> int:
        return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())

    return PageUsage(
        pages=pragma("page_count"),
        free=pragma("freelist_count"),
        gives_back=pragma("auto_vacuum") == _INCREMENTAL,
    )


def release_free_pages(connection: Connection) -> None:
    """Cut one step off the end of a SQLite file. Not in a transaction: it is one of its own."""
    with closing(connection.connection.cursor()) as cursor:
        # The driver would stop after the first page of any other call.
        cursor.executescript(f"PRAGMA incremental_vacuum({STEP})")


def truncate_wal(connection: Connection) -> None:
    """Bring what is in SQLite's write-ahead log into the file, and make the log empty.

    While a reader looks at an older state that cannot be; it is done another day.
    """
    before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {_WAIT_MS}")
    try:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {before}")
