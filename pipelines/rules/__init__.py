"""Rules and entities: which articles matter, and why. `RuleSet.load` is the way in."""

from pipelines.rules.rule_book import Findings, RuleSet

__all__ = ["Findings", "RuleSet"]
