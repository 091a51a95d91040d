"""`wirewatch rules check --strict` on the rules and entities that ship."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from pipelines.cli.rules.rules_commands import app


@pytest.mark.timeout(300)  # 16 s of work: all rules, all terms, all forms
def test_what_ships_passes_the_strict_check() -> None:
    checked = CliRunner().invoke(app, ["check", "--strict"])
    assert checked.exit_code == 0, checked.output
