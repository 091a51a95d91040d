"""Every kind of condition has what a reader of it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.health.conditions.advice import advice
from crawler.model.conditions import ConditionKind

PAGE = (Path(__file__).parents[4] / "docs" / "health.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ConditionKind)
def test_each_condition_has_advice_and_a_line_in_the_docs(kind: ConditionKind) -> None:
    assert advice(kind, "tass")
    assert str(kind) in PAGE
