"""The wheel, in an environment of its own: all that is imported is named, all files are in it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from crawler.config.environment import PREFIX

ROOT = Path(__file__).parents[2]


def _run(*words: str | Path, at: Path, within: float) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith((PREFIX, "PYTHON"))}
    done = subprocess.run(
        words, cwd=at, env=clean, capture_output=True, text=True, timeout=within, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, by the pip that Python brings; what it needs is lent to it."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(
        *(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder),
        at=ROOT,
        within=120,
    )
    (wheel,) = folder.glob("*.whl")
    place = folder / "venv"
    _run(sys.executable, "-m", "venv", place, at=folder, within=120)
    _run(
        *(place / "bin" / "pip", "install", "--quiet", "--no-index", "--no-deps", wheel),
        at=folder,
        within=120,
    )
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place


def test_all_that_is_imported_is_named(installed: Path) -> None:
    """An older pip does not install what is asked for as an extra of an extra."""
    (info,) = installed.glob("lib/python*/site-packages/wirewatch-*.dist-info")
    requires = PathDistribution(info).requires or []
    assert any(line.startswith("lxml-html-clean") for line in requires)


@pytest.mark.timeout(400)
def test_the_demo_runs_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    python = installed / "bin" / "python"
    where = _run(python, "-c", "import crawler; print(crawler.__file__)", at=tmp_path, within=60)
    assert where.startswith(str(installed))
    said = _run(installed / "bin" / "wirewatch", "demo", "--pace", "0.5", at=tmp_path, within=300)
    assert "6 stories, 6 alerts, nothing else" in said
