"""What is ours on the disk is for its owner only; what was there before is left, and told of."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from alerts.channels.jsonl import JsonLines
from crawler.config import private_files
from crawler.config.config import Config
from crawler.model.clock import utc_now
from crawler.storage.database import Database
from crawler.storage.maintenance.backup import back_up
from crawler.storage.maintenance.migrate import migrate
from tests.sample_alerts import alert

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def _modes(folder: Path) -> dict[str, str]:
    return {file.name: f"{file.stat().st_mode & 0o777:o}" for file in folder.iterdir()}


def test_a_store_with_its_log_and_a_copy_of_it_are_private(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'store.db'}")) as store:
        migrate(store)
        back_up(store, tmp_path / "copy.db")
        made = {name: mode for name, mode in _modes(tmp_path).items() if name != "store.db.upgrade"}
        assert made == dict.fromkeys(["store.db", "store.db-wal", "store.db-shm", "copy.db"], "600")


async def test_a_file_of_alerts_is_private(tmp_path: Path) -> None:
    lines = JsonLines(name="desk", path=tmp_path / "alerts.jsonl", clock=utc_now)
    await lines.send(alert())
    assert _modes(tmp_path) == {"alerts.jsonl": "600"}


async def test_what_everybody_may_read_is_left_and_told_of(tmp_path: Path) -> None:
    old, new = tmp_path / "alerts.jsonl", tmp_path / "store.db"
    old.write_text("")
    private_files.make(new)
    await JsonLines(name="desk", path=old, clock=utc_now).send(alert())
    channels = [{"name": "desk", "kind": "jsonl", "target": str(old)}]
    config = Config.model_validate({"channel": channels})
    assert private_files.warnings(config, new) == [
        f"{old} can be read by everybody on this machine: chmod 600 {old}"
    ]
