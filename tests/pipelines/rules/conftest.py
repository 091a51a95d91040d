"""One rule set for all tests of rules, and a folder to write one's own rules in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.rules import RuleSet
from pipelines.rules.inflection.word_forms import Inflection

if TYPE_CHECKING:
    from pathlib import Path

RULE = """
id = "{id}"
title = "Harbour works"
topics = ["harbours"]
severity = "normal"
threshold = 2

[terms.harbour]
en = ["harbour*", "port of call"]

[terms.work]
en = ["{{dredge|dredging}}"]

[[clues]]
name = "dredging of a harbour"
query = 'SAME SENTENCE($harbour AND $work)'
weight = 2

[[examples.must]]
title = "Dredging of the harbour begins"

[[examples.must_not]]
title = "Harbour lights"
"""


@pytest.fixture(scope="session")
def rule_set() -> RuleSet:
    return RuleSet.load()


@pytest.fixture(scope="session")
def inflection() -> Inflection:
    return Inflection()


@pytest.fixture
def rule_text() -> str:
    return RULE.format(id="harbour_works")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of rules of one's own, with nothing in it yet."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "entities").mkdir()
    return tmp_path
