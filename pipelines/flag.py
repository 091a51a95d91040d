"""Flag: the item pipeline that applies the rules: which match, why, and who is named."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from crawler.runtime.services import Services
from pipelines.rules import Findings, RuleSet, rule_book
from pipelines.rules.hot_reload import ReloadingRules

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.config.config import Config
    from crawler.model.items import Article, Extracted
    from crawler.model.vocabulary import Vocabulary

AT_ONCE = 20_000  # characters that are looked through on the loop: some twenty milliseconds
logger = logging.getLogger(__name__)


def build(services: Services) -> ReloadingRules:
    """The rules that ship and those of the configured folders; one for all who ask."""
    return services.once(_of_folders, "rules")


def _of_folders(services: Services) -> ReloadingRules:
    return ReloadingRules(services.config.rules.folders)


def refusal(services: Services) -> str:
    """Why the rules of the configured folders cannot be used as they stand; "" where they can.

    A running daemon goes on with those it had.
    """
    if not services.config.rules.folders:
        return ""
    try:
        RuleSet.load(services.config.rules.folders)
    except Unusable as error:
        return str(error)
    return ""


def vocabulary(config: Config) -> Vocabulary:
    """The names in the rules that ship and those of the configured folders."""
    return rule_book.vocabulary(config.rules.folders)


def find(rule_set: RuleSet, content: Extracted, source: str = "") -> Findings:
    """What the rules see in an extracted page of a source; pure, so it can run in any process."""
    return rule_set.match(
        content.title, content.text, content.language, source=source, credit=content.credit
    )


class Flag:
    """Adds matches and entities to an article; changes and drops nothing."""

    def __init__(self, rules: ReloadingRules) -> None:
        self.rules = rules

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Flag:
        return cls(build(Services.of(crawler)))

    async def process_item(self, item: Article) -> Article:
        rules, source = await self.rules.current(), item.page.source
        if len(item.content.text) <= AT_ONCE:
            found = find(rules, item.content, source)
        else:
            found = await asyncio.to_thread(find, rules, item.content, source)
        for match in found.matches:
            logger.info(
                "article flagged rule=%s score=%g url=%s", match.rule, match.score, item.url
            )
        return replace(item, matches=found.matches, entities=found.entities)
