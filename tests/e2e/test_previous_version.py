"""A store and a configuration that the version before wrote are read, and answer as they did then.

`previous_version/` holds a store of the demonstration as SQL, its wirewatch.toml, and what each
command of that version answered at one instant.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.storage.database import Database
from crawler.storage.maintenance.migrate import migrate

ROOT = Path(__file__).parents[2]
OLD = Path(__file__).with_name("previous_version")
INSTANT = "2026-11-29T01:30:00+00:00"
ANSWERS: dict[str, str] = json.loads((OLD / "answers.json").read_text("utf-8"))
#: They name the folder that the store lies in, and the moment.
ELSEWHERE = ("at", "store")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation as the version before left it, and its store brought up to this one."""
    folder = tmp_path_factory.mktemp("installation")
    file = folder / "store.db"
    with closing(sqlite3.connect(file)) as store:
        store.executescript((OLD / "store.sql").read_text("utf-8"))
    (folder / "wirewatch.toml").write_bytes((OLD / "wirewatch.toml").read_bytes())
    with closing(Database(f"sqlite:///{file}")) as database:
        migrate(database)
    return folder


def _answer(folder: Path, words: str) -> str:
    done = subprocess.run(
        [sys.executable, OLD / "at_instant.py", INSTANT, *words.split()],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    no_daemon = 3 if words.startswith("status") else 0
    assert done.returncode == no_daemon, done.stdout + done.stderr
    return done.stdout


def _read(answer: str) -> list[Any]:
    return [json.loads(line) for line in answer.splitlines()]


def _holds(now: Any, before: Any, at: str = "") -> None:
    """What was said is said; there may be more keys than there were."""
    if isinstance(before, dict):
        for key in before.keys() - set(ELSEWHERE):
            assert key in now, f"{at}.{key} is gone"
            _holds(now[key], before[key], f"{at}.{key}")
    elif isinstance(before, list):
        assert len(now) == len(before), at
        for number, (one, other) in enumerate(zip(now, before, strict=True)):
            _holds(one, other, f"{at}[{number}]")
    else:
        assert now == before, at


@pytest.mark.parametrize("words", ANSWERS)
def test_each_command_answers_as_the_version_before_did(folder: Path, words: str) -> None:
    _holds(_read(_answer(folder, words)), _read(ANSWERS[words]))
