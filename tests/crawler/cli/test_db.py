"""`wirewatch db`: a backup is whole whatever is written meanwhile; only what is old goes."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from crawler.cli.common import StoreErrorFilter
from crawler.cli.db import app
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage import schema
from crawler.storage.alerts import outbox
from crawler.storage.database import Database, SQLAlchemyError, explain_error
from crawler.storage.maintenance.migrate import migrate
from crawler.storage.schema import documents, pages, revisions, runs, sketches, stories, verdicts
from crawler.storage.stories import articles
from tests.factories import article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

YEAR = timedelta(days=365)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(file: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{file}")) as opened:
        migrate(opened)
        yield opened


def _db(store_url: str, tmp_path: Path, *words: str) -> Result:
    config = tmp_path / "wirewatch.toml"
    config.write_text(f'[store]\nurl = "{store_url}"\n', encoding="utf-8")
    return CliRunner().invoke(app, [*words, "--config", str(config)])


def _count(database: Database, table: sa.Table) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    return database.read_now(lambda c: c.execute(query).scalar_one())


# -- backup ----------------------------------------------------------------------------------------


def test_a_backup_is_one_state_of_a_store_that_is_being_written(
    store: Database, file: Path, tmp_path: Path
) -> None:
    """Each write adds a story and a document; a backup must hold as many of the one as of both."""
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            story = sa.insert(stories).values(created_at=utc_now(), title="x" * 3000)
            seen = sa.insert(documents).values(url=f"u{number}", source="wire")
            store.write_now(lambda c, both=(story, seen): [c.execute(one) for one in both])  # type: ignore[misc]

    writing = threading.Thread(target=write)
    writing.start()
    try:
        sizes = []
        for number in range(5):
            target = tmp_path / f"copy-{number}.db"
            assert _db(f"sqlite:///{file}", tmp_path, "backup", str(target)).exit_code == 0
            with closing(Database(f"sqlite:///{target}")) as copy:
                assert _count(copy, stories) == _count(copy, documents)
                sizes.append(_count(copy, stories))
        assert sizes == sorted(sizes)
        assert sizes[-1] > 0
    finally:
        ended.set()
        writing.join()
    assert not list(tmp_path.glob(".*unfinished*"))


def test_a_backup_spares_the_file_that_is_there_unless_forced(
    store: Database, file: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious", encoding="utf-8")
    refused = _db(f"sqlite:///{file}", tmp_path, "backup", str(target))
    assert isinstance(refused.exception, Unusable)
    assert target.read_text("utf-8") == "precious"
    forced = _db(f"sqlite:///{file}", tmp_path, "backup", str(target), "--force")
    assert forced.exit_code == 0
    assert target.read_bytes().startswith(b"SQLite format 3")


def test_a_backup_never_goes_over_the_store_itself(
    store: Database, file: Path, tmp_path: Path
) -> None:
    refused = _db(f"sqlite:///{file}", tmp_path, "backup", str(file), "--force")
    assert "the store itself" in str(refused.exception)
    assert _count(store, stories) == 0


def test_a_backup_that_fails_leaves_the_older_one_alone(
    store: Database, file: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious", encoding="utf-8")
    _damage(store, file)
    failed = _db(f"sqlite:///{file}", tmp_path, "backup", str(target), "--force")
    assert isinstance(failed.exception, Unusable)
    assert target.read_text("utf-8") == "precious"
    assert not list(tmp_path.glob(".*unfinished*"))


def test_a_backup_that_cannot_be_begun_says_why(
    store: Database, file: Path, tmp_path: Path
) -> None:
    target = tmp_path / ("c" * 250)
    failed = _db(f"sqlite:///{file}", tmp_path, "backup", str(target))
    assert isinstance(failed.exception, Unusable)
    assert str(failed.exception).endswith("File name too long")


def test_postgresql_is_backed_up_by_its_own_program(tmp_path: Path) -> None:
    url = "postgresql://desk:secret@db.example/wire"
    said = str(_db(url, tmp_path, "backup", str(tmp_path / "x.dump")).exception)
    assert f"pg_dump --format=custom --file={tmp_path / 'x.dump'}" in said
    assert "'postgresql://desk@db.example/wire'" in said
    assert "secret" not in said


# -- check -----------------------------------------------------------------------------------------


def _damage(store: Database, file: Path) -> None:
    """Noise in the place of everything but the first page."""
    store.close()
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(os.urandom(file.stat().st_size - 4096))


def test_a_sound_store_is_called_sound(database: Database, store_url: str, tmp_path: Path) -> None:
    checked = _db(store_url, tmp_path, "check")
    assert checked.exit_code == 0
    assert "is sound" in checked.stdout


def test_a_damaged_store_is_not(store: Database, file: Path, tmp_path: Path) -> None:
    _damage(store, file)
    checked = _db(f"sqlite:///{file}", tmp_path, "check")
    assert checked.exit_code == 1
    assert "damaged" in checked.stderr


def test_an_index_that_lies_is_found_but_not_in_a_hurry(
    store: Database, file: Path, tmp_path: Path
) -> None:
    store.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute("INSERT INTO documents (url, source) VALUES ('a', 'one')")
        (index,) = raw.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'ix_documents_source'"
        ).fetchone()
        raw.execute(
            "UPDATE sqlite_master SET sql = ? WHERE name = 'ix_documents_source'",
            (index.replace("(source)", "(hub)"),),
        )
    assert _db(f"sqlite:///{file}", tmp_path, "check", "--quick").exit_code == 0
    checked = _db(f"sqlite:///{file}", tmp_path, "check")
    assert checked.exit_code == 1
    assert "ix_documents_source" in checked.stderr


def test_references_that_lead_nowhere_and_tables_of_another_version_are_told(
    store: Database, file: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute(
            "INSERT INTO revisions (article_id, version, title, text, replaced_at) "
            "VALUES (7, 1, '', '', '2026-01-01 00:00:00')"
        )
        raw.execute("UPDATE alembic_version SET version_num = '0001'")
    checked = _db(f"sqlite:///{file}", tmp_path, "check")
    assert checked.exit_code == 1
    assert "revisions row 1 refers to a row of articles that is not there" in checked.stderr
    assert "revision 0001, where this version has" in checked.stderr


def test_where_there_is_no_store_none_is_made(file: Path, tmp_path: Path) -> None:
    for command in ("backup", "check", "prune"):
        asked = _db(f"sqlite:///{file}", tmp_path, command)
        assert "no store yet" in str(asked.exception)
    assert not file.exists()


# -- prune -----------------------------------------------------------------------------------------


def _fill(database: Database) -> None:
    """Everything twice, of a year ago and of today; old runs in three states."""

    def at(connection: sa.Connection, name: str, now: Any) -> None:
        url = f"https://wire.example/{name}"
        stored = articles.save_article(connection, article(url, text=name, flagged=True), now=now)
        for table, values in (
            (sketches, {"hash": 2, "article_id": stored.article_id}),
            (
                revisions,
                {
                    "article_id": stored.article_id,
                    "version": 1,
                    "title": "",
                    "text": "",
                    "replaced_at": now,
                },
            ),
            (documents, {"url": f"{url}/feed", "source": "left", "fetched_at": now}),
            (documents, {"url": f"{url}/rss", "source": "un_news", "fetched_at": now}),
            (
                pages,
                {
                    "url": url,
                    "fetch_url": url,
                    "source": "wire",
                    "state": "stored",
                    "first_seen": now,
                },
            ),
            *(
                (
                    runs,
                    {
                        "source": "wire",
                        "planned_at": now,
                        "started_at": now,
                        "outcome": outcome,
                    },
                )
                for outcome in ("done", "done", "failed", "skipped")
            ),
        ):
            connection.execute(sa.insert(table).values(**values))
        story = stored.story_id
        outbox.enqueue(
            connection, story_id=story, channel="desk", kind="story", payload={}, now=now
        )
        first = connection.scalar(
            sa.select(schema.outbox.c.id).where(schema.outbox.c.story_id == story)
        )
        outbox.enqueue(
            connection,
            story_id=story,
            channel="desk",
            kind="update-1",
            payload={},
            now=now,
            parent_id=first,
        )
        outbox.enqueue(
            connection, story_id=None, channel="desk", kind=f"d-{name}", payload={}, now=now
        )

    def work(connection: sa.Connection) -> None:
        now = utc_now()
        at(connection, "old", now - YEAR)
        connection.execute(sa.update(schema.outbox).values(state="sent", sent_at=now - YEAR))
        at(connection, "new", now)

    database.write_now(work)


def test_a_dry_run_tells_what_prune_then_removes(
    database: Database, store_url: str, tmp_path: Path
) -> None:
    _fill(database)
    age = ("--older-than", "90d", "--articles")
    dry = _db(store_url, tmp_path, "prune", "--dry-run", *age)
    assert dry.stdout.splitlines() == [
        "alerts: 2 would go",
        "digests and notices: 1 would go",
        "runs: 4 would go",
        "documents: 1 would go",
        "canaries: 0 would go",
        "vitals: 0 would go",
        "observations: 0 would go",
        "conditions: 0 would go",
        "gaps: 0 would go",
        "sketches: 1 would go",
        "revisions: 1 would go",
        "slack envelopes: 0 would go",
        "articles: 1 would go",
    ]
    assert _count(database, schema.articles) == 2
    pruned = _db(store_url, tmp_path, "prune", "--vacuum", *age)
    told = dry.stdout.replace("would go", "removed").splitlines()
    assert pruned.stdout.splitlines()[:-1] == told
    assert (_count(database, schema.articles), _count(database, stories)) == (1, 1)
    assert _count(database, pages) == 2, "an address that was read once stays known"


def test_the_age_of_an_article_goes_by_when_it_was_stored_or_published(
    database: Database, store_url: str, tmp_path: Path
) -> None:
    _fill(database)
    long_ago = sa.update(schema.articles).values(published_at=utc_now() - YEAR)
    database.write_now(lambda c: c.execute(long_ago))
    database.write_now(lambda c: c.execute(sa.update(schema.outbox).values(state="sent")))
    dry = ("prune", "--dry-run", "--articles")
    by_store = _db(store_url, tmp_path, *dry)
    assert by_store.stdout.splitlines()[-1] == "articles: 1 would go"
    assert "articles go that were stored before" in by_store.stderr
    by_press = _db(store_url, tmp_path, *dry, "--age", "published")
    assert by_press.stdout.splitlines()[-1] == "articles: 2 would go"
    assert "articles go that were published before" in by_press.stderr
    assert "--articles" in str(_db(store_url, tmp_path, "prune", "--age", "published").exception)


def test_articles_stay_unless_asked(database: Database, store_url: str, tmp_path: Path) -> None:
    _fill(database)
    assert _db(store_url, tmp_path, "prune").exit_code == 0
    assert (_count(database, schema.articles), _count(database, stories)) == (2, 2)


def test_what_waits_or_was_judged_stays_whatever_its_age(
    database: Database, store_url: str, tmp_path: Path
) -> None:
    _fill(database)

    def work(connection: sa.Connection) -> None:
        old = connection.scalar(sa.select(sa.func.min(stories.c.id)))
        reply = schema.outbox.c.story_id == old, schema.outbox.c.kind == "update-1"
        connection.execute(
            sa.update(schema.outbox).where(*reply).values(state="held", sent_at=None)
        )
        new = connection.scalar(sa.select(sa.func.max(stories.c.id)))
        told = {"user_id": "U1", "question": "relevance", "answer": "yes", "given_at": utc_now()}
        connection.execute(sa.insert(verdicts).values(story_id=new, **told))
        connection.execute(sa.update(schema.articles).values(stored_at=utc_now() - YEAR))
        is_new = schema.outbox.c.story_id == new
        connection.execute(
            sa.update(schema.outbox).where(is_new).values(state="sent", sent_at=utc_now() - YEAR)
        )

    database.write_now(work)
    assert _db(store_url, tmp_path, "prune", "--articles").exit_code == 0
    assert _count(database, stories) == 2
    left = (
        sa.select(schema.outbox.c.kind)
        .where(schema.outbox.c.story_id.is_not(None))
        .order_by(schema.outbox.c.id)
    )
    assert database.read_now(lambda c: c.scalars(left).all()) == ["story", "update-1"]


def test_a_source_whose_runs_are_all_old_is_not_new_again(
    database: Database, store_url: str, tmp_path: Path
) -> None:
    """Its next poll would be a baseline, and alert nobody."""
    _fill(database)
    new = sa.delete(runs).where(runs.c.planned_at > utc_now() - YEAR / 2)
    database.write_now(lambda c: c.execute(new))
    assert _db(store_url, tmp_path, "prune").exit_code == 0
    left = sa.select(runs.c.outcome).order_by(runs.c.id)
    assert database.read_now(lambda c: c.scalars(left).all()) == ["done", "failed"]


@pytest.mark.parametrize("age", ["6d", "soon", "0d"])
def test_what_is_in_use_still_or_no_age_is_refused(age: str, file: Path, tmp_path: Path) -> None:
    asked = _db(f"sqlite:///{file}", tmp_path, "prune", "--older-than", age)
    assert f"--older-than {age}" in str(asked.exception).replace("'", "")


# -- what a store that cannot be used says ---------------------------------------------------------


def _complaint(file: Path) -> str:
    with closing(Database(f"sqlite:///{file}")) as database, pytest.raises(Unusable) as caught:
        migrate(database)
    return str(caught.value)


def test_a_file_that_is_no_database_is_told_as_one(file: Path) -> None:
    file.write_bytes(os.urandom(8192))
    assert "file is not a database; store.url names some other file" in _complaint(file)
    assert file.stat().st_size == 8192


def test_a_damaged_file_is_told_with_what_to_do(store: Database, file: Path) -> None:
    _damage(store, file)
    assert "`wirewatch db check` says where" in _complaint(file)


def test_a_full_disk_is_told_and_costs_nothing_that_was_stored(store: Database) -> None:
    """What is stored stays; what was not is refused as a whole, and goes in once there is room."""
    one = sa.insert(stories).values(created_at=utc_now(), title="first")
    store.write_now(lambda c: c.execute(one))
    limit = {"pages": 1}  # SQLite holds it to what there is already

    @sa.event.listens_for(store.engine, "begin")
    def _room(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limit['pages']}")

    many = [{"created_at": utc_now(), "title": "x" * 4000}] * 20
    with pytest.raises(SQLAlchemyError) as caught:
        store.write_now(lambda c: c.execute(sa.insert(stories), many))
    assert explain_error(caught.value) == "database or disk is full; make room on the disk"
    assert _count(store, stories) == 1
    limit["pages"] = 10_000
    store.write_now(lambda c: c.execute(sa.insert(stories), many))
    assert _count(store, stories) == 21


def test_what_ails_the_store_is_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(trouble := StoreErrorFilter())
    full = sa.exc.OperationalError(None, None, sqlite3.OperationalError("database or disk is full"))
    for page in range(40):
        logging.getLogger("crawler").error("page %d failed", page, exc_info=full)
    logging.getLogger("crawler").error("a defect", exc_info=ValueError("x"))
    caplog.handler.removeFilter(trouble)
    assert caplog.messages == [
        "the store: database or disk is full; make room on the disk",
        "a defect",
    ]
