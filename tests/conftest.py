"""What all tests share: a store of each kind, and a clock that stands still."""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.model.clock import utc_now
from crawler.storage.alerts import outbox
from crawler.storage.database import Database
from crawler.storage.maintenance.migrate import migrate
from crawler.storage.schema import stories
from tests.sample_alerts import alert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.engine import Connection

POSTGRES = os.environ.get("WIREWATCH_TEST_POSTGRES", "postgresql://postgres@127.0.0.1/test")


@pytest.fixture(autouse=True, scope="session")
def _a_cache_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What rules keep on disk stays out of the developer's home; all tests share it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        environment.delenv("WIREWATCH_TEST_POSTGRES", raising=False)  # it is no setting
        yield


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store: one test kit for both databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    engine = sa.create_engine(
        sa.make_url(POSTGRES).set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": 2},
    )
    schema = f"wirewatch_{uuid.uuid4().hex[:12]}"
    try:
        with engine.begin() as connection:
            connection.execute(sa.schema.CreateSchema(schema))
    except sa.exc.OperationalError:
        pytest.skip(f"no PostgreSQL answers at {POSTGRES} (WIREWATCH_TEST_POSTGRES)")
    yield f"{POSTGRES}?options=-csearch_path%3D{schema}"
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(schema, cascade=True))
    engine.dispose()


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """A migrated store of each kind."""
    store = Database(store_url)
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def put(database: Database) -> Callable[..., list[int]]:
    """Put new stories' alerts into the outbox, for each of the channels; returns story ids."""

    def fill(count: int = 1, *, channels: Sequence[str] = ("desk",)) -> list[int]:
        def work(connection: Connection) -> list[int]:
            made = []
            for _ in range(count):
                now = utc_now()
                insert = sa.insert(stories).values(created_at=now).returning(stories.c.id)
                story = connection.execute(insert).scalar_one()
                payload = replace(alert(), story_id=story, first_seen=now).to_json()
                for channel in channels:
                    outbox.enqueue(
                        connection,
                        story_id=story,
                        channel=channel,
                        kind="story",
                        payload=payload,
                        now=now,
                    )
                made.append(story)
            return made

        return database.write_now(work)

    return fill
