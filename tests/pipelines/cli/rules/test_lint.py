"""`wirewatch rules check --strict` on the rules and entities that ship."""

from __future__ import annotations

from typer.testing import CliRunner

from pipelines.cli.rules.rules_commands import app


def test_what_ships_passes_the_strict_check() -> None:
    checked = CliRunner().invoke(app, ["check", "--strict"])
    assert checked.exit_code == 0, checked.output
