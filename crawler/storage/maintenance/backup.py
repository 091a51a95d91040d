"""Backup: copies a SQLite store to one whole file while others go on writing to it."""

from __future__ import annotations

import glob
import logging
import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.config import private_files
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.storage.database import Database


logger = logging.getLogger(__name__)
_COPIES = 2  # of those that were made before upgrades


def back_up(database: Database, target: Path) -> int:
    """Write the store, as it is now, to `target`, in whose place a file may be; returns its size.

    It has that name only once it is whole and on the disk.
    """
    source = database.file
    if source is None:
        raise Unusable(
            "a PostgreSQL store is backed up by its own program: pg_dump --format=custom "
            f"--file={target} '{_for_libpq(database)}'"
        )
    if target.exists() and target.samefile(source):
        raise Unusable(f"{target} is the store itself; name another file")
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        private_files.make(unfinished)
        _copy(source, unfinished)
        unfinished.replace(target)
        _to_disk(target.parent)
        return target.stat().st_size
    except (sqlite3.Error, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise Unusable(f"{source} could not be backed up to {target}: {why}") from None
    finally:
        with suppress(OSError):  # where nothing can be written, nothing was
            unfinished.unlink(missing_ok=True)


def back_up_before_upgrade(database: Database, revision: str) -> None:
    """Copy a SQLite store beside itself, before its tables become those of this revision."""
    store = database.file
    if store is None:
        return
    target = store.with_name(f"{store.stem}-before-{revision}{store.suffix}")
    logger.warning("the store is copied to %s before its tables are upgraded", target)
    try:
        back_up(database, target)
    except Unusable as error:
        raise Unusable(
            f"the store is of an older version, and is copied before it is upgraded: {error}. "
            "Nothing was changed; make room, or move older copies away"
        ) from None
    copies = sorted(
        store.parent.glob(f"{glob.escape(store.stem)}-before-*{store.suffix}"),
        key=lambda copy: copy.stat().st_mtime,
    )
    for copy in copies[:-_COPIES]:
        copy.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as store, closing(sqlite3.connect(target)) as copy:
        # All pages in one step, out of one snapshot: in several, each write of another process
        # would have it begin again.
        store.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file: no log beside it
        (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged, and so is the store: {verdict}")
    _to_disk(target)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _for_libpq(database: Database) -> str:
    """The URL as pg_dump takes it; without the password, which it asks for."""
    url = database.url
    return sa.URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query=url.query,
    ).render_as_string()
