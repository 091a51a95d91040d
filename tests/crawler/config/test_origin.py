"""It is known what a configuration was read from, and whether any of that was edited since."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from crawler.config.origin import read, stamp
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "wirewatch.toml"
    path.write_text('enabled = ["tass"]\n', encoding="utf-8")
    return path


def test_the_origin_names_the_file_and_its_digest(file: Path) -> None:
    config, origin = read(file)
    assert config.enabled == ["tass"]
    assert origin.file == file
    assert origin.digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert origin.stamp == stamp(file)


def test_an_edit_of_the_file_or_of_one_that_holds_a_secret_shows_in_the_stamp(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tmp_path / "token"
    token.write_text("xoxb-1", encoding="utf-8")
    monkeypatch.setenv("WIREWATCH_SLACK__TOKEN_FILE", str(token))
    first = stamp(file)
    token.write_text("xoxb-rotated", encoding="utf-8")
    second = stamp(file)
    file.write_text('enabled = ["belta", "tass"]\n', encoding="utf-8")
    assert len({first, second, stamp(file)}) == 3


def test_a_file_that_is_made_later_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WIREWATCH_CONFIG", raising=False)
    _, origin = read(None)
    assert (origin.file, origin.digest, origin.stamp) == (None, "", frozenset())
    (tmp_path / "wirewatch.toml").write_text("enabled = []\n", encoding="utf-8")
    assert stamp(origin.file)


def test_a_file_that_went_away_is_no_configuration(file: Path) -> None:
    _, origin = read(file)
    file.unlink()
    assert stamp(origin.file) != origin.stamp
    with pytest.raises(Unusable, match="no such file"):
        read(origin.file)
