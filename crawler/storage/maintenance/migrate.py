"""Schema upgrade: brings a database to the tables of this version, whatever version wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from filelock import FileLock

from crawler.model.exceptions import Unusable
from crawler.storage.crawl.run_lock import RunLock
from crawler.storage.database import Database, SQLAlchemyError, explain_error
from crawler.storage.maintenance.backup import back_up_before_upgrade

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

_SCRIPTS = "crawler.storage:migrations"
_LOCK = 0x6D696772  # "migr": the advisory lock that keeps two starts apart in PostgreSQL


def migrate(database: Database) -> None:
    """Upgrade to the newest tables, in one transaction; raises `Unusable` where that cannot be."""
    config = _alembic()
    head = newest_revision()

    def work(connection: Connection) -> None:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        was = revision_of(connection)
        if was == head:
            return
        if was is not None:
            _refuse_under_a_daemon(database)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    try:
        if database.is_sqlite and database.is_there:
            _once_backed_up(database, head, lambda: database.write_now(work))
        else:
            database.write_now(work)
    except CommandError as error:
        raise Unusable(
            f"{database.label}: written by a newer version of Wirewatch ({error}). "
            "Upgrade Wirewatch, or point store.url at another database."
        ) from None
    except SQLAlchemyError as error:
        raise Unusable(
            f"{database.label}: the store cannot be used: {explain_error(error)}"
        ) from None
    except OSError as error:
        raise Unusable(f"cannot write beside {database.file}: {error.strerror}") from None


def _once_backed_up(database: Database, head: str | None, upgrade: Callable[[], None]) -> None:
    """Upgrade what is there; tables of an older version are copied first, by one of us."""
    if database.read_now(revision_of) == head:
        return
    with FileLock(f"{database.file}.upgrade"):
        was = database.read_now(revision_of)
        if was not in (None, head):
            _refuse_under_a_daemon(database)
            ScriptDirectory.from_config(_alembic()).get_revision(was)  # raises for a newer one
            back_up_before_upgrade(database, head or "")
        upgrade()


def _refuse_under_a_daemon(database: Database) -> None:
    """One of another version is at work on the tables as they are."""
    if RunLock(database).is_taken():
        raise Unusable(
            f"{database.label}: a running `wirewatch run` of an older version works on it; stop "
            "it and start this version: that brings the tables up"
        )


def newest_revision() -> str | None:
    """The revision of the tables of this version."""
    return ScriptDirectory.from_config(_alembic()).get_current_head()


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables that are there; None where there are none of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def _alembic() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", _SCRIPTS)
    return config
