"""Rules and entities: which articles matter, and why. `RuleBook.load` is the way in."""

from pipelines.rules.rule_book import Findings, RuleBook

__all__ = ["Findings", "RuleBook"]
