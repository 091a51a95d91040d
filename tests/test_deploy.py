"""What deploy/ names is there: paths, commands, settings."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from typer.main import get_command

from crawler.cli import main
from crawler.config.models import MetricsConfig
from crawler.config.reference import render

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
FILES = [*sorted(DEPLOY.iterdir()), ROOT / "docs" / "deployment.md"]
NOT_SETTINGS = {"WIREWATCH_CONFIG"}


def _unit() -> dict[str, list[str]]:
    """The keys of the unit, each with all its values."""
    lines = (
        line.partition("=") for line in (DEPLOY / "wirewatch.service").read_text().splitlines()
    )
    keys: dict[str, list[str]] = {}
    for key, equals, value in lines:
        if equals and not key.startswith("#"):
            keys.setdefault(key, []).append(value)
    return keys


def _compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return read


def _steps() -> Iterator[tuple[str, str]]:
    """The instructions of the Dockerfile, whole lines."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest


def _commands() -> set[str]:
    names = set(get_command(main.app).commands)  # type: ignore[attr-defined]
    return names | set(main.MOUNTED) | set(main.COMMANDS) | {"demo"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_setting_that_is_named_exists(file: Path) -> None:
    settings = set(re.findall(r"`(WIREWATCH_\w+)`", render()))
    for name in re.findall(r"WIREWATCH_\w+", file.read_text("utf-8")):
        assert name in settings | NOT_SETTINGS or name.removesuffix("_FILE") in settings, name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_command_that_is_named_exists(file: Path) -> None:
    text = file.read_text("utf-8")
    named = re.findall(r"(?:`|bin/|^ {4,}|\")wirewatch ([a-z]+)\b", text, re.MULTILINE)
    assert set(named) <= _commands()


def test_the_unit_runs_the_daemon_and_leaves_it_time_to_end() -> None:
    unit = _unit()
    program, *words = shlex.split(unit["ExecStart"][0])
    assert program.endswith("/.venv/bin/wirewatch")
    assert words == ["run"]
    assert int(unit["TimeoutStopSec"][0]) > 10


def test_a_reload_of_the_unit_has_the_configuration_read_anew() -> None:
    assert _unit()["ExecReload"] == ["/bin/kill -HUP $MAINPID"]


def test_the_unit_writes_only_where_it_may() -> None:
    unit = _unit()
    assert unit["ProtectSystem"] == ["strict"]
    surroundings = dict(value.split("=", 1) for value in unit["Environment"])
    store = surroundings["WIREWATCH_STORE__URL"].removeprefix("sqlite:///")
    assert Path(store).parent == Path("/var/lib") / unit["StateDirectory"][0]
    cache = Path(surroundings["XDG_CACHE_HOME"]) / "wirewatch"
    assert cache == Path("/var/cache") / unit["CacheDirectory"][0]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "wirewatch.service"
    text = (DEPLOY / "wirewatch.service").read_text("utf-8")
    # It looks for the program, too.
    unit.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text), encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", unit],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def test_the_image_is_made_of_what_is_here_and_let_through() -> None:
    let_through = {
        line.removeprefix("!")
        for line in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    copied: set[str] = set()
    for word, rest in _steps():
        if word == "COPY" and not rest.startswith("--from"):
            copied.update(rest.split()[:-1])
    assert copied == let_through
    assert all((ROOT / path).exists() for path in copied)


def test_the_image_holds_every_room_of_the_wheel() -> None:
    wheel = re.search(r"packages = \[(.*)\]", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert wheel is not None
    rooms = set(re.findall(r'"(\w+)"', wheel[1]))
    copied = {rest.split()[0] for word, rest in _steps() if word == "COPY"}
    assert rooms <= copied


def test_the_image_is_run_by_nobody_in_particular() -> None:
    steps = dict(_steps())
    assert steps["USER"] == "wirewatch"
    assert steps["VOLUME"] == "/data"


def test_the_image_is_healthy_while_the_loop_of_its_daemon_answers() -> None:
    steps = dict(_steps())
    port = MetricsConfig().listen.rpartition(":")[2]
    assert f"http://127.0.0.1:{port}/healthz" in steps["HEALTHCHECK"]
    service = _compose()["services"]["wirewatch"]
    assert "healthcheck" not in service, "the image's own is asked"
    assert service["environment"]["WIREWATCH_METRICS__LISTEN"] == f"0.0.0.0:{port}"
    assert service["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_compose_keeps_the_root_read_only() -> None:
    service = _compose()["services"]["wirewatch"]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    build = service["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).exists()


def test_compose_declares_all_volumes_and_secrets_that_it_uses() -> None:
    compose = _compose()
    for service in compose["services"].values():
        named = {volume.split(":")[0] for volume in service["volumes"] if volume[0] != "."}
        assert named <= set(compose["volumes"])
        assert set(service["secrets"]) <= set(compose["secrets"])
    assert compose["services"]["postgres"]["profiles"] == ["postgres"]
