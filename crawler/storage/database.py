"""Database access: SQLite by default, PostgreSQL by URL, behind one small interface.

This is the only module that knows which database it is. Work is a function of a connection,
run in a thread of its own inside one transaction: `await database.write(lambda c: ...)`.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import RowMapping, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from crawler.config import private_files
from crawler.model.exceptions import Unusable
from crawler.storage.soundness import Soundness

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Engine

logger = logging.getLogger(__name__)
T = TypeVar("T")

BUSY_MS = 10_000  # how long SQLite waits for another process's write before it says "locked"
SQLITE_THREADS = 1, 2  # that write, that read
POSTGRES_THREADS = 4, 2
_LOG_BYTES = 64 * 1024 * 1024  # that the write-ahead log keeps of the disk when it was longer

#: What SQLite says, and what to do about it.
_TODO = {
    "file is not a database": "store.url names some other file, or this one was overwritten",
    "malformed": "the file is damaged: `wirewatch db check` says where; restore a backup",
    "readonly": "this user must be able to write the file and its folder",
    "unable to open": "this user must be able to write the file and its folder",
    "locked": f"another program held it for {BUSY_MS // 1000} s; end that one, or wait",
    "is full": "make room on the disk",
    "disk I/O error": "the disk is full or failing",
    "moved or deleted": "put it back, or restart Wirewatch, which begins with what is there",
}


class Database:
    """Transactions on one database. Close it to give the file or the connections back."""

    def __init__(self, url: str) -> None:
        self.url = _parse(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        self._writer = self._engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        # SQLite has one writer, which waits for the disk at every commit; readers need not.
        writers, readers = SQLITE_THREADS if self.is_sqlite else POSTGRES_THREADS
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="store")
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="look-up")
        self._soundness = Soundness(self.file, explain_error)

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def label(self) -> str:
        """The URL as it may be shown: without its password."""
        query = {
            key: "***" if "password" in key else value for key, value in self.url.query.items()
        }
        return self.url.set(query=query).render_as_string(hide_password=True)

    @property
    def is_there(self) -> bool:
        """False where the first write would make the file; a server is taken to be there."""
        return self.file is None or self.file.exists()

    @property
    def trouble(self) -> str:
        """What ails it, as far as its last reads and writes tell, and what to do; "" if nothing."""
        return self._soundness.trouble

    @property
    def file(self) -> Path | None:
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one read-write transaction; it is committed when this returns."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writers, self.write_now, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction that sees a single state of the data."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self.read_now, work)

    async def apart(self, work: Callable[[Connection], T]) -> T:
        """Run what must not be in a transaction while nobody of this process writes."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writers, self.apart_now, work)

    def write_now(self, work: Callable[[Connection], T]) -> T:
        with self._soundness.writing():
            if self._soundness.has_lost_its_log():
                self._save_the_log()
            with self._writer.begin() as connection:
                return work(connection)

    def read_now(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._soundness.reading(), self._engine.begin() as connection:
                return work(connection)
        except DBAPIError:
            # Its log may have been made anew. A writer's connections hold what nobody else does.
            if self.is_sqlite and self._soundness.only_reads:
                self._engine.dispose()
            raise

    def apart_now(self, work: Callable[[Connection], T]) -> T:
        with self._engine.execution_options(sqlite_begin="").connect() as connection:
            return work(connection)

    def vacuum(self) -> None:
        """Write a SQLite file anew without its holes. Nobody else writes meanwhile."""

        def work(connection: Connection) -> None:
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.exec_driver_sql(statement)

        self.apart_now(work)

    def _save_the_log(self) -> None:
        """Somebody removed the write-ahead log: we hold it still, and bring it into the file."""
        logger.error("the store's write-ahead log was removed; writing what it holds into the file")
        self.apart_now(lambda c: c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)"))
        self._engine.dispose()  # the next connections begin a log of their own

    def close(self) -> None:
        self._writers.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._engine.dispose()


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        raise Unusable(
            "store.url is not a database URL; expected sqlite:///wirewatch.db "
            "or postgresql://user@host/name"
        ) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return parsed
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise Unusable(f"store.url names {backend!r}; Wirewatch stores in sqlite or postgresql")


def _sqlite(url: sa.URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise Unusable("store.url needs a file (sqlite:///wirewatch.db): memory would be forgotten")
    folder = Path(url.database).parent
    if not folder.is_dir():
        raise Unusable(f"store.url: the folder {folder} does not exist; create it first")
    # Transactions are ours to begin: the driver's own would start as a read and fail to upgrade.
    engine = sa.create_engine(
        url, connect_args={"isolation_level": None, "timeout": BUSY_MS / 1000}
    )

    file = Path(url.database)

    @event.listens_for(engine, "do_connect")
    def _make(*_: object) -> None:
        with suppress(OSError):  # SQLite says in words what is wrong
            private_files.make(file)  # its log and its index get the same mode

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        # Before the first table: its free pages can be given back in small steps then. Of a file
        # that was made without, VACUUM makes one.
        cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
        # A committed "sending" row must survive a power cut: an alert may leave right after it.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if begin := connection.get_execution_options().get("sqlite_begin", "BEGIN"):
            connection.exec_driver_sql(begin)

    return engine


def _postgres(url: sa.URL) -> Engine:
    return sa.create_engine(
        url,
        pool_size=sum(POSTGRES_THREADS),
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10},
    )


def insert(connection: Connection, table: sa.Table) -> Any:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_for_dialect(connection.dialect.name, table)


def insert_for_dialect(dialect: str, table: sa.Table) -> Any:
    """An INSERT like that of `insert`, for the dialect of this name: of a statement built once."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def time_of(connection: Connection) -> datetime:
    """What the database's own clock says: the one clock that all processes of a store share."""
    if connection.dialect.name == "sqlite":
        milliseconds = connection.exec_driver_sql(
            "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"
        ).scalar_one()
        return datetime.fromisoformat(milliseconds).replace(tzinfo=UTC)
    said: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return said.astimezone(UTC)


def reason(error: SQLAlchemyError) -> str:
    """What the database said, in one line and without the SQL or its parameters."""
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return " ".join(str(said).split())


def password_of(url: str) -> str:
    """The password in a database URL; "" where there is none, or it is no URL."""
    try:
        return sa.make_url(url).password or ""
    except ArgumentError:
        return ""


def ping(connection: Connection) -> None:
    """Have the database answer. Raises `SQLAlchemyError` where it does not."""
    connection.execute(sa.select(1))


def explain_error(error: SQLAlchemyError) -> str:
    """Error of the database in one line, and what to do about it where that is known."""
    said = reason(error)
    return next((f"{said}; {todo}" for sign, todo in _TODO.items() if sign in said), said)


def no_store_yet(database: Database) -> str:
    """What a command that only reads says where there is nothing to read."""
    return f"no store yet at {database.file or database.label}; `wirewatch run` creates it"


__all__ = [
    "Connection",
    "Database",
    "OperationalError",
    "RowMapping",
    "SQLAlchemyError",
    "explain_error",
    "insert",
    "insert_for_dialect",
    "no_store_yet",
    "password_of",
    "ping",
    "reason",
    "time_of",
]
