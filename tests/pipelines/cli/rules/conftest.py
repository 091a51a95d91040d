"""A configuration with a folder of rules of its own, and a store that holds two articles."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from crawler.storage.database import Database
from crawler.storage.maintenance.migrate import migrate
from crawler.storage.schema import articles, matches, stories

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

RULE = """
id = "harbour_works"
title = "Harbour works"
topics = ["harbours"]
severity = "normal"
threshold = 2
vetoes = ['title:fair']
[terms.harbour]
en = ["harbour*", "harbour master", "wharf"]
[terms.idle]
en = ["crane"]
[[clues]]
name = "dredging of a harbour"
query = 'SAME SENTENCE($harbour AND dredg*)'
weight = 2
[[clues]]
name = "a harbour"
query = '$harbour'
weight = 1
[[examples.must]]
title = "Dredging of the harbour begins"
[[examples.must_not]]
title = "Harbour lights"
"""


@pytest.fixture
def cli() -> CliRunner:
    return CliRunner(env={"COLUMNS": "160"})


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    """The file of the one rule of our own."""
    (tmp_path / "mine" / "rules").mkdir(parents=True)
    path = tmp_path / "mine" / "rules" / "harbour.toml"
    path.write_text(RULE, encoding="utf-8")
    return path


@pytest.fixture
def config(tmp_path: Path, rule: Path) -> str:
    path = tmp_path / "wirewatch.toml"
    path.write_text('[rules]\nfolders = ["mine"]\n', encoding="utf-8")
    return str(path)


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two articles of yesterday: one was flagged by a rule that is gone, one is for ours."""
    from crawler.model.clock import utc_now

    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("WIREWATCH_STORE__URL", url)
    database = Database(url)
    migrate(database)
    now = utc_now() - timedelta(days=1)
    try:
        database.write_now(lambda connection: _fill(connection, now))
    finally:
        database.close()


def _fill(connection: sa.Connection, now: datetime) -> None:
    for number, title in ((1, "Ships leave"), (2, "Dredging of the harbour begins")):
        connection.execute(sa.insert(stories).values(id=number, created_at=now, title=title))
        connection.execute(
            sa.insert(articles).values(
                id=number,
                url=f"https://wire.example/{number}",
                link=f"https://wire.example/{number}",
                source="wire",
                story_id=number,
                relation="new",
                title=title,
                text="Nothing more is known.",
                language="en",
                first_seen=now,
                fetched_at=now,
                stored_at=now,
            )
        )
    connection.execute(
        sa.insert(matches).values(
            article_id=1,
            rule="ships",
            version="1",
            score=3,
            threshold=1,
            receipt={"reason": "ships"},
            created_at=now,
        )
    )
