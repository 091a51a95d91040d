"""An upgrade is the new tables or the old ones; and a SQLite store is copied before it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.crawl.run_lock import RunLock
from crawler.storage.database import Database
from crawler.storage.maintenance import backup
from crawler.storage.maintenance.migrate import _alembic, migrate, newest_revision, revision_of
from crawler.storage.schema import stories

OLD = "0009"
UPGRADING = [sys.executable, str(Path(__file__).with_name("upgrading.py"))]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store as an older version left it, with one story."""
    file = tmp_path / "wire.db"
    config = _alembic()

    def work(connection: sa.Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, OLD)
        connection.execute(sa.insert(stories).values(created_at=utc_now(), title="kept"))

    with closing(Database(f"sqlite:///{file}")) as store:
        store.write_now(work)
    return file


def _state(file: Path) -> tuple[str | None, list[str]]:
    with closing(Database(f"sqlite:///{file}")) as store:
        titles = sa.select(stories.c.title)
        return store.read_now(lambda c: (revision_of(c), list(c.scalars(titles))))


def _before(file: Path) -> Path:
    return file.with_name(f"wire-before-{newest_revision()}.db")


def _upgrade(file: Path, statements: int = 0) -> subprocess.Popen[bytes]:
    place = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    words = [*UPGRADING, f"sqlite:///{file}", str(statements)]
    return subprocess.Popen(words, env=place, stderr=subprocess.PIPE)


def test_a_store_is_copied_before_it_is_upgraded(file: Path) -> None:
    with closing(Database(f"sqlite:///{file}")) as store:
        migrate(store)
    assert _state(file) == (newest_revision(), ["kept"])
    assert _state(_before(file)) == (OLD, ["kept"])


def test_a_new_store_and_one_of_this_version_are_not_copied(tmp_path: Path) -> None:
    for _ in range(2):
        with closing(Database(f"sqlite:///{tmp_path / 'wire.db'}")) as store:
            migrate(store)
    assert not list(tmp_path.glob("*before*"))


def test_two_that_start_at_once_upgrade_it_once(file: Path) -> None:
    both = [_upgrade(file) for _ in range(2)]
    said = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert _state(file) == (newest_revision(), ["kept"])
    assert _state(_before(file)) == (OLD, ["kept"])
    assert len(list(file.parent.glob("*before*"))) == 1


@pytest.mark.parametrize("statements", [1, 3, 9, 16])
def test_one_that_is_killed_leaves_the_old_tables_and_the_next_goes_on(
    file: Path, statements: int
) -> None:
    process = _upgrade(file, statements)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert _state(file) == (OLD, ["kept"])
    with closing(Database(f"sqlite:///{file}")) as store:
        migrate(store)
    assert _state(file) == (newest_revision(), ["kept"])
    assert not list(file.parent.glob(".*unfinished*"))


def test_the_newest_two_copies_are_kept(file: Path) -> None:
    for age, revision in enumerate(("0007", "0006", "0005")):
        copy = file.with_name(f"wire-before-{revision}.db")
        copy.touch()
        os.utime(copy, (1_000_000 - age, 1_000_000 - age))
    other = file.with_name("other-before-0001.db")
    other.touch()
    with closing(Database(f"sqlite:///{file}")) as store:
        migrate(store)
    kept = {path.name for path in file.parent.glob("*before*")}
    assert kept == {_before(file).name, "wire-before-0007.db", other.name}


def test_without_room_for_the_copy_nothing_is_changed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_copy", full)
    with (
        closing(Database(f"sqlite:///{file}")) as store,
        pytest.raises(Unusable, match=r"No space left on device. Nothing was changed; make room"),
    ):
        migrate(store)
    assert _state(file) == (OLD, ["kept"])
    assert not list(file.parent.glob("*before*"))


def test_no_command_upgrades_a_store_under_a_running_daemon(database: Database) -> None:
    def step_down(connection: sa.Connection) -> None:
        config = _alembic()
        config.attributes["connection"] = connection
        command.downgrade(config, OLD)

    database.write_now(step_down)
    lock = RunLock(database)
    assert lock.take()
    with pytest.raises(Unusable, match="stop it and start this version"):
        migrate(database)
    assert database.read_now(revision_of) == OLD
    lock.close()
    migrate(database)
    assert database.read_now(revision_of) == newest_revision()
