"""`wirewatch demo` from outside: what a newcomer sees, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = (sys.executable, "-m", "crawler.cli.main", "demo")


def test_each_story_alerts_once_and_the_demo_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    # Settings of a real installation must not reach the demonstration.
    real = {"WIREWATCH_STORE__URL": f"sqlite:///{tmp_path}/production.db"}
    ended = subprocess.run(
        [*COMMAND, "--keep", folder, "--pace", "0.5"],
        capture_output=True,
        text=True,
        env={**os.environ, **real},
        timeout=90,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "6 stories, 6 alerts, nothing else" in ended.stdout
    lines = [json.loads(line) for line in (folder / "alerts.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines if "follows" not in line] == ["story"] * 6
    assert not (tmp_path / "production.db").exists()
    with closing(sqlite3.connect(folder / "wirewatch.db")) as store:
        states = dict(store.execute("SELECT state, count(*) FROM pages GROUP BY state"))
        twice = store.execute("SELECT url FROM articles GROUP BY url HAVING count(*) > 1")
        assert states == {"stored": 60, "rejected": 3}
        assert twice.fetchall() == []
        revised = "SELECT count(*) FROM articles WHERE version = 2"
        assert store.execute(revised).fetchone() == (1,)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_when_it_is_told_to(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [*COMMAND, "--keep", tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert "replica outlets" in process.stdout.readline()
        children = _children(process.pid)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == "wirewatch demo: stopped\n"
    assert children
    assert psutil.wait_procs(children, timeout=3)[1] == []


def test_a_folder_is_not_used_twice(tmp_path: Path) -> None:
    (tmp_path / "wirewatch.db").touch()
    ended = subprocess.run(
        [*COMMAND, "--keep", tmp_path], capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode != 0
    assert "name another folder" in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr


def _children(pid: int) -> list[psutil.Process]:
    """The processes that the demonstration started, once there are any."""
    parent = psutil.Process(pid)
    for _ in range(100):
        if found := parent.children(recursive=True):
            return found
        signal.sigtimedwait([], 0.05)
    return []
