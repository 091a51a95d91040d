"""What the tests of alerts share: an alert, a filled outbox, a mock Slack."""

from __future__ import annotations

import io
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from crawler.model.clock import utc_now
from crawler.storage.alerts.outbox import Outbox
from crawler.storage.schema import stories
from tests.doubles.slack.mock_slack import MockSlack
from tests.sample_alerts import alert

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that reaches the root logger, as a log file would hold it.

    Unlike `caplog`, which also listens where nobody else does: at loggers cut off from the root.
    """
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
async def slack() -> AsyncIterator[MockSlack]:
    async with MockSlack() as server:
        yield server


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


@pytest.fixture
def put(database: Database, outbox: Outbox) -> Callable[..., list[int]]:
    """Put new stories' alerts into the outbox, for each of the channels; returns story ids."""

    def fill(count: int = 1, *, channels: Sequence[str] = ("desk",)) -> list[int]:
        def work(connection: Connection) -> list[int]:
            made = []
            for _ in range(count):
                now = utc_now()
                insert = database.insert(stories).values(created_at=now).returning(stories.c.id)
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
