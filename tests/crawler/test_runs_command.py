"""Whoever asks for the runs of a source that is none is told so, unless the store knows some."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from crawler.cli import app
from crawler.storage.runs import Runs
from tests.factories import NOON

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.storage.database import Database


def test_a_mistyped_source_is_told_and_one_that_was_is_shown(
    database: Database, store_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f'[store]\nurl = "{store_url}"\n', encoding="utf-8")
    asyncio.run(Runs(database).begin("formerly", now=NOON))

    def runs(source: str) -> tuple[int, str]:
        said = CliRunner().invoke(app, ["runs", source, "--config", str(file)])
        return said.exit_code, said.output

    mistyped, told = runs("tas")
    assert mistyped == 2
    assert "no source is called 'tas'; did you mean 'tass'?" in told
    assert runs("tass")[0] == 0
    assert "formerly" in runs("formerly")[1]
