"""An installation whose polls come when a test says so; and what its store says of its health."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.database import Database
from crawler.storage.health import observations
from crawler.storage.maintenance.migrate import migrate
from crawler.storage.schema import conditions, outbox
from tests.e2e import paper
from tests.e2e.wire import RSS, Reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from crawler.model.observation import Hour
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

PATIENCE = 60.0  # seconds for a poll


class Watched:
    """One running program, and the time that it is told."""

    def __init__(self, desk: Desk, process: asyncio.subprocess.Process, now: datetime) -> None:
        self._desk = desk
        self._process = process
        self.now = now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    async def poll(self, source: str = "paper", **span: float) -> dict[str, Any]:
        """So much later, poll it; returns how that ended."""
        self.later(**span)
        self.begin_poll(source)
        return await self.ended()

    def begin_poll(self, source: str = "paper") -> None:
        self._tell("poll", source, self.now.isoformat())

    async def look(self, **span: float) -> None:
        self.later(**span)
        self._tell("look", self.now.isoformat())
        await self.ended()

    async def ended(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE)
        told: dict[str, Any] = json.loads(line)
        return told

    def _tell(self, *words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write((" ".join(words) + "\n").encode())

    # -- what is known ---------------------------------------------------------------------------

    def ails(self, source: str = "paper") -> dict[str, str]:
        """The open conditions, and what is seen of them."""
        query = sa.select(conditions).where(
            conditions.c.cleared_at.is_(None), conditions.c.source == source
        )
        return {row["kind"]: row["detail"] for row in self._desk.rows(query)}

    def told(self) -> list[tuple[str, str]]:
        """Titles and texts of the notices, in their order."""
        rows = self._desk.rows(sa.select(outbox).order_by(outbox.c.id))
        return [
            (row["payload"]["title"], row["payload"]["lead"])
            for row in rows
            if row["kind"].startswith("ops-")
        ]


@asynccontextmanager
async def watched(
    desk: Desk, now: datetime, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Watched]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.e2e.health.driven",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"WIREWATCH_CONFIG": str(desk.config)} | dict(environment or {}),
    )
    try:
        yield Watched(desk, process, now)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            process.kill()
            raise


def began(now: datetime | None = None) -> datetime:
    """A quarter past the hour, a little before now: an hour has room for some polls."""
    now = now or datetime.now(UTC)
    return now.replace(minute=15, second=0, microsecond=0) - timedelta(hours=1)


def history(desk: Desk, hours: int, until: datetime, saw: Hour) -> None:
    """The store remembers so many hours of polls until then, each of which `saw` this."""
    database = Database(desk.store_url)
    try:
        migrate(database)
        last = until.replace(minute=0, second=0, microsecond=0)

        def work(connection: sa.Connection) -> None:
            for ago in range(hours, 0, -1):
                hour = replace(saw, hour=last - timedelta(hours=ago))
                observations.add(connection, "paper", hour)

        database.write_now(work)
    finally:
        database.close()


def feed(wire: Wire, *lines: paper.Line, at: datetime, etag: str = "") -> None:
    """The feed at /feed.xml announces these as published then."""
    body = re.sub(r"(?<=<pubDate>)[^<]+", format_datetime(at), paper.rss(lines))
    wire.put("/feed.xml", Reply(body=body.encode(), content_type=RSS, etag=etag))


def pages(
    wire: Wire, first: int, count: int, *, at: datetime, reply: Reply | None = None
) -> list[paper.Line]:
    """So many articles, published then."""
    return [
        wire.page(
            number,
            reply=reply or Reply(body=paper.page(number, published=at.isoformat()).encode()),
        )
        for number in range(first, first + count)
    ]
