"""The store opens, migrates and says in one line what is wrong with it."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from crawler.model.exceptions import Unusable
from crawler.storage.database import Database
from crawler.storage.maintenance.migrate import migrate
from crawler.storage.schema import leases, metadata

if TYPE_CHECKING:
    from pathlib import Path


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(database: Database) -> None:
    differences = database.read_now(
        lambda c: compare_metadata(MigrationContext.configure(c), metadata)
    )
    assert differences == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)


async def test_many_at_once_are_written_one_after_the_other(
    database: Database, now: datetime
) -> None:
    async def write(n: int) -> None:
        values = {"name": f"{n}", "owner": "o", "until": now}
        await database.write(lambda c: c.execute(sa.insert(leases).values(values)))

    await asyncio.gather(*(write(n) for n in range(50)))
    count = sa.select(sa.func.count()).select_from(leases)
    assert await database.read(lambda c: c.scalar(count)) == 50


async def test_times_come_back_aware_and_naive_ones_are_refused(
    database: Database, now: datetime
) -> None:
    row = {"name": "a", "owner": "o", "until": now.astimezone()}
    await database.write(lambda c: c.execute(sa.insert(leases).values(row)))
    kept = await database.read(lambda c: c.scalar(sa.select(leases.c.until)))
    assert kept == now
    assert kept is not None
    assert kept.tzinfo is UTC or kept.utcoffset() is not None
    naive = {"name": "b", "owner": "o", "until": datetime(2026, 1, 1)}  # noqa: DTZ001
    with pytest.raises(sa.exc.StatementError, match="naive"):
        await database.write(lambda c: c.execute(sa.insert(leases).values(naive)))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("wirewatch.db", "not a database URL"),
        ("mysql://desk@localhost/wire", "stores in sqlite or postgresql"),
        ("sqlite://", "needs a file"),
        ("sqlite:////nowhere/at/all/w.db", "does not exist"),
    ],
)
def test_a_wrong_url_is_explained(url: str, said: str) -> None:
    with pytest.raises(Unusable, match=said):
        Database(url)


def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("not a database" * 100, encoding="utf-8")
    store = Database(f"sqlite:///{file}")
    with pytest.raises(Unusable, match="not a database"):
        migrate(store)
    store.close()


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "newer.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.close()
    store = Database(f"sqlite:///{file}")
    with pytest.raises(Unusable, match="newer version"):
        migrate(store)
    store.close()


def test_a_password_is_never_shown() -> None:
    store = Database("postgresql://desk:s3cret@127.0.0.1:1/wire")
    assert "s3cret" not in store.label
    with pytest.raises(Unusable) as refused:
        migrate(store)
    assert "s3cret" not in str(refused.value)
    store.close()


def test_a_store_is_shown_without_its_password() -> None:
    for url in ("postgresql://desk:hidden@db/wire", "postgresql://desk@db/wire?password=hidden"):
        store = Database(url)
        assert "hidden" not in store.label
        store.close()
