"""Reader of what the watched program writes: its alerts file, its store, its totals."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler.model.urls import canonical_url
from crawler.storage.crawl import pages, runs
from crawler.storage.crawl.runs import READ
from crawler.storage.database import Database, SQLAlchemyError
from replica.configuration import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedAlert:
    """An alert as the JSON-lines channel wrote it."""

    story: str
    url: str
    title: str
    sent_at: datetime


class Journal:
    """The alerts file, read as it grows."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = 0
        self.received: list[ReceivedAlert] = []

    def news(self) -> list[ReceivedAlert]:
        """The alerts written since the last call, without what followed on them.

        A line that is still being written waits.
        """
        if not self._file.exists():
            return []
        with self._file.open("rb") as handle:
            handle.seek(self._read)
            whole, _, _ = handle.read().rpartition(b"\n")
        if not whole:
            return []
        self._read += len(whole) + 1
        lines = [json.loads(line) for line in whole.splitlines() if line.strip()]
        fresh = [_received(line) for line in lines if "follows" not in line]
        self.received += fresh
        return fresh


def _received(row: dict[str, Any]) -> ReceivedAlert:
    return ReceivedAlert(
        story=str(row["story"]),
        url=row["url"],
        title=row["title"],
        sent_at=datetime.fromisoformat(row["sent_at"]),
    )


class CrawlProgress:
    """How far the watched program has come, read from its store; a missing store is no progress."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._database: Database | None = None

    async def baselines(self) -> set[str]:
        """The outlets whose first poll is over: what they publish from now on is news."""
        database = self._open()
        if database is None:
            return set()
        try:
            last = await database.read(runs.last)
        except SQLAlchemyError:  # its tables are being made
            return set()
        return {
            name.removeprefix(PREFIX)
            for name, run in last.items()
            if run.outcome in READ or not run.baseline
        }

    async def unsettled(self, urls: Iterable[str]) -> set[str]:
        """Those of `urls` that have not ended yet as stored, duplicate, rejected or failed."""
        database = self._open()
        waited = {canonical_url(url) for url in urls}
        if database is None:
            return waited
        known = await database.read(lambda connection: pages.known_pages(connection, waited))
        return waited - {url for url, row in known.items() if row["state"] != "pending"}

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def _open(self) -> Database | None:
        if self._database is None and self._file.exists():
            self._database = Database(f"sqlite:///{self._file}")
        return self._database
