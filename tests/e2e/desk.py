"""One installation in a folder of its own: configuration, store, alerts file, and its commands."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, ProgrammingError

from crawler.storage.database import Database
from crawler.storage.schema import articles, pages, runs
from tests.e2e.program import COMMAND, Ended, Running

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_CRAWL: dict[str, object] = {"delay": 0, "requests_per_host": 8, "interval": "1s", "slowest": "1s"}


class Desk:
    """`async with` it: every process that was started is gone at the end."""

    def __init__(self, folder: Path, *, store_url: str = "") -> None:
        self.folder = folder
        self.config = folder / "wirewatch.toml"
        self.journal = folder / "alerts.jsonl"
        self.store_url = store_url or f"sqlite:///{folder / 'wirewatch.db'}"
        self.environment: dict[str, str] = {}
        self._started: list[Running] = []
        self._database: Database | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for running in self._started:
            await running.kill()
        if self._database is not None:
            self._database.close()

    # -- the configuration ---------------------------------------------------------------------

    def configure(
        self,
        *sources: Mapping[str, object],
        channels: Sequence[Mapping[str, object]] = (),
        **tables: Mapping[str, object],
    ) -> None:
        """Write wirewatch.toml: these sources, a JSON-lines channel and others, these tables."""
        written = {
            **tables,
            "store": {"url": self.store_url, **tables.get("store", {})},
            "crawl": {**_CRAWL, **tables.get("crawl", {})},
            "metrics": {"listen": "", **tables.get("metrics", {})},
        }
        lines = ["enabled = []"]
        for name, values in written.items():
            lines += [f"[{name}]", *_settings(values)]
        journal = {"name": "journal", "kind": "jsonl", "target": str(self.journal)}
        for channel in (journal, *channels):
            lines += ["[[channel]]", *_settings(channel)]
        for source in sources:
            lines += ["[[source]]", *_settings(source)]
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    # -- its commands --------------------------------------------------------------------------

    async def start(
        self, *words: str, program: Sequence[str] = COMMAND, at: Path | None = None
    ) -> Running:
        """Start a command that reads this configuration, in our folder or `at` another."""
        running = await Running.start(
            [*program, *words],
            at=at or self.folder,
            folder=self.folder,
            number=len(self._started),
            environment={"WIREWATCH_CONFIG": str(self.config)} | self.environment,
        )
        self._started.append(running)
        return running

    async def ask(
        self, *words: str, program: Sequence[str] = COMMAND, at: Path | None = None
    ) -> Ended:
        """Run a command to its end."""
        return await (await self.start(*words, program=program, at=at)).ended()

    async def status(self) -> dict[str, Any]:
        """What `wirewatch status --json` says, with the sources by name."""
        ended = await self.ask("status", "--json")
        assert (ended.status in {0, 3}, ended.err) == (True, "")  # 3: no daemon runs
        told: dict[str, Any] = json.loads(ended.out)
        told["by_name"] = {source["name"]: source for source in told["sources"]}
        return told

    # -- what is in the store ------------------------------------------------------------------

    def rows(self, query: sa.Select[Any]) -> list[sa.RowMapping]:
        """What the store holds; nothing where there is no store yet."""
        if self._database is None:
            self._database = Database(self.store_url)
        file = self._database.file
        if file is not None and not file.exists():
            return []
        try:
            return self._database.read_now(lambda c: list(c.execute(query).mappings()))
        except (OperationalError, ProgrammingError):  # its tables are being made
            return []

    def pages(self) -> dict[str, sa.RowMapping]:
        """Every page by the path at the end of its address."""
        rows = self.rows(sa.select(pages))
        return {row["url"].partition("://")[2].partition("/")[2]: row for row in rows}

    def articles(self) -> list[sa.RowMapping]:
        return self.rows(sa.select(articles).order_by(articles.c.id))

    def runs(self) -> list[sa.RowMapping]:
        """Every run but those that are yet to come."""
        return self.rows(sa.select(runs).where(runs.c.outcome != "planned").order_by(runs.c.id))

    def last(self) -> dict[str, sa.RowMapping]:
        """The newest run of each source that did take place."""
        return {run["source"]: run for run in self.runs() if run["outcome"] != "skipped"}

    def stored(self) -> Counter[str]:
        """How many articles of each source there are."""
        return Counter(article["source"] for article in self.articles())

    def alerts(self) -> list[dict[str, Any]]:
        """Every whole line of the alerts file."""
        if not self.journal.exists():
            return []
        whole = self.journal.read_text("utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]


def _settings(values: Mapping[str, object]) -> list[str]:
    return [f"{key} = {_toml(value)}" for key, value in values.items()]


def _toml(value: object) -> str:
    # A JSON string, number or boolean is TOML as well.
    if isinstance(value, dict):
        return "{" + ", ".join(_settings(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
