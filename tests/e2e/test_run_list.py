"""Whoever asks for the runs of a source that is none is told so, unless the store knows some."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.storage.crawl import runs
from tests.factories import NOON

if TYPE_CHECKING:
    from crawler.storage.database import Database

ROOT = Path(__file__).parents[2]


def _runs(source: str, config: Path) -> tuple[int, str]:
    words = [sys.executable, "-m", "crawler", "runs", source, "--config", str(config)]
    place = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = subprocess.run(words, capture_output=True, check=False, env=place, timeout=60, text=True)
    return said.returncode, said.stdout + said.stderr


async def test_a_mistyped_source_is_told_and_one_that_was_is_shown(
    database: Database, store_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f'[store]\nurl = "{store_url}"\n', encoding="utf-8")
    await database.write(lambda connection: runs.begin(connection, "formerly", now=NOON))
    mistyped, told = _runs("tas", file)
    assert mistyped == 2
    assert "no source is called 'tas'; did you mean 'tass'?" in told
    assert _runs("tass", file)[0] == 0
    assert "formerly" in _runs("formerly", file)[1]
