"""The run lock: one `wirewatch run` a store, dropped with its process, however it ends.

Held by the operating system (SQLite) or the server (PostgreSQL): it is stronger than a lease.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa
import xxhash
from filelock import FileLock, Timeout

from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

_LOOKED_AT = 0.2  # seconds
_NOTICED_IN = 3.0  # seconds in which a server notices that a process was killed
_RUN_LOCK = 0x77697265  # "wire": the advisory lock's number in PostgreSQL


def _number(connection: Connection) -> int:
    """Of the advisory lock: a store in another schema than `public` has one of its own."""
    schema = str(connection.scalar(sa.select(sa.func.current_schema())) or "public")
    return _RUN_LOCK + (
        0 if schema == "public" else xxhash.xxh32_intdigest(schema.encode()) >> 1 << 32
    )


def _is_locked(file: Path) -> bool:
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # daemons may share it
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


class _SharedLock:
    """Of the same file as a `FileLock`, and in its way: many hold this one, or one holds that."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._handle: IO[Any] | None = None

    def acquire(self, *, timeout: float, poll_interval: float) -> None:
        """Raises `Timeout` where somebody holds it alone for so many seconds."""
        self._handle = self._path.open("ab")
        ends = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < ends:
                    time.sleep(poll_interval)
                    continue
                self.release()
                raise Timeout(str(self._path)) from None
            return

    def release(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None


class RunLock:
    """Held by the `wirewatch run` of a store, and gone with its process, however it ends."""

    def __init__(self, database: Database, *, shared: bool = False) -> None:
        """`shared`: held together with others that share it, and with nobody who does not."""
        self._database = database
        self._shared = shared
        self._file: FileLock | _SharedLock | None = None
        self._connection: Connection | None = None

    def take(self) -> bool:
        if self._database.file is not None:
            path = f"{self._database.file}.lock"
            self._file = _SharedLock(path) if self._shared else FileLock(path)
            try:
                # Whoever looks whether it is taken holds it up for a moment.
                self._file.acquire(timeout=_LOOKED_AT, poll_interval=_LOOKED_AT / 4)
            except Timeout:
                return False
            except OSError as error:
                raise Unusable(
                    f"cannot write beside {self._database.file}: {error.strerror}"
                ) from None
            return True
        self._connection = self._database.engine.connect()
        lock = sa.func.pg_try_advisory_lock_shared if self._shared else sa.func.pg_try_advisory_lock
        take = sa.select(lock(_number(self._connection)))
        ends = time.monotonic() + _NOTICED_IN
        while not (taken := self._connection.scalar(take)):
            if time.monotonic() > ends:
                break
            time.sleep(_LOOKED_AT)
        self._connection.commit()
        return bool(taken)

    def is_taken(self) -> bool:
        """Does somebody hold it? Takes nothing, and makes no file."""
        if self._database.file is not None:
            return _is_locked(Path(f"{self._database.file}.lock"))
        query = sa.text(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
            "AND (classid::bigint << 32) + objid::bigint = :number AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return self._database.read_now(
            lambda c: c.execute(query, {"number": _number(c)}).first() is not None
        )

    def close(self) -> None:
        if self._file is not None:
            self._file.release()
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
