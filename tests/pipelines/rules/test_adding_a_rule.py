"""What docs/adding-a-rule.md shows can be copied and works."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.rules import RuleSet

PAGE = Path(__file__).parents[3] / "docs" / "adding-a-rule.md"


def test_the_rule_and_the_entity_on_the_page_load_and_fire(folder: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    rule = next(block for block in blocks if block.startswith("id = "))
    entity = next(block for block in blocks if block.startswith("[[entity]]"))
    (folder / "rules" / "border_security.toml").write_text(rule, encoding="utf-8")
    (folder / "entities" / "mine.toml").write_text(entity, encoding="utf-8")
    rule_set = RuleSet.load([folder])

    found = rule_set.match(
        "Tajikistan and Afghanistan sign a border control pact",
        "The Eurasian Border Forum helped. The Forum meets again. EBF Bank paid nothing.",
    )
    assert [match.rule for match in found.matches] == ["border_security"]
    assert "border_forum" in {entity.id for entity in found.entities}
