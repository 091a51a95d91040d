"""A wirewatch.toml that the version before read says the same today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.config.config import load

if TYPE_CHECKING:
    import pytest

OLD = Path(__file__).with_name("previous_version")


def test_a_configuration_of_the_version_before_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "our-rules").mkdir()
    file = tmp_path / "wirewatch.toml"
    file.write_bytes((OLD / "wirewatch.toml").read_bytes())
    for name, value in json.loads((OLD / "environment.json").read_text("utf-8")).items():
        monkeypatch.setenv(name, value)
    said = load(file).model_dump(mode="json", by_alias=True)
    told = json.dumps(said, ensure_ascii=False).replace(f"{tmp_path}/", "")
    _holds(json.loads(told), json.loads((OLD / "expected.json").read_text("utf-8")), "")


def _holds(now: Any, then: Any, where: str) -> None:
    """All that was said then is said now; settings that came since are no matter."""
    if isinstance(then, dict):
        assert isinstance(now, dict), where
        for key, value in then.items():
            assert key in now, f"{where}.{key}"
            _holds(now[key], value, f"{where}.{key}")
    elif isinstance(then, list):
        assert isinstance(now, list), where
        assert len(now) == len(then), where
        for number, (one, other) in enumerate(zip(now, then, strict=True)):
            _holds(one, other, f"{where}[{number}]")
    else:
        assert now == then, where
