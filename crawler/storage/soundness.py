"""Soundness of the store: whether it can be relied on, as its readers and writers find."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What no later success makes good: the pages that are damaged are not read every time.
_FOR_GOOD = ("malformed", "not a database")


class Soundness:
    """Remembers what failed. A write that succeeds clears it, unless the file is damaged."""

    def __init__(self, file: Path | None, told: Callable[[SQLAlchemyError], str]) -> None:
        self._file = file
        self._log = Path(f"{file}-wal")
        self._told = told
        self._opened: tuple[int, int] | None = None  # device and inode
        self._logged = False
        self.trouble = ""

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._noted():
            self._is_in_its_place()
            yield
            self._remember()
        if not self._is_damaged:
            self.trouble = ""

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self._noted():
            yield

    @property
    def only_reads(self) -> bool:
        """Nothing was written so far."""
        return not self._logged

    def has_lost_its_log(self) -> bool:
        """The write-ahead log was there, and is not: what it held is in our hands only."""
        return self._logged and not self._log.exists()

    @property
    def _is_damaged(self) -> bool:
        return any(sign in self.trouble for sign in _FOR_GOOD)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if not self._is_damaged and self._ails(error):
                self.trouble = self._told(error)
            raise

    def _ails(self, error: DBAPIError) -> bool:
        """It is no fault of the statement."""
        return self._told(error) != " ".join(str(error.orig).split())

    def _is_in_its_place(self) -> None:
        """What is written into a file that has no name any more is lost with this process."""
        if self._opened is not None and _identity(self._file) != self._opened:
            gone = sqlite3.OperationalError("the store's file was moved or deleted")
            raise OperationalError(None, None, gone)

    def _remember(self) -> None:
        if self._file is None:
            return
        self._opened = self._opened or _identity(self._file)
        self._logged = self._logged or self._log.exists()


def _identity(file: Path | None) -> tuple[int, int] | None:
    try:
        found = file.stat() if file else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None
