"""The pipeline adds what the rules found to an article, and changes nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from scrapy import Spider
from scrapy.utils.test import get_crawler

from crawler.config.config import Config
from crawler.runtime.services import SETTING, Services
from pipelines.flag import Flag, find
from pipelines.rules import RuleSet
from tests.factories import article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.crawler import Crawler

HIT = "OSCE and CIS agree on counter-terrorism cooperation"


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    made = Services(Config())
    yield made
    made.close()


def crawler(services: Services) -> Crawler:
    return get_crawler(Spider, {SETTING: services})


async def test_a_hit_leaves_with_its_match_and_its_entities(services: Services) -> None:
    item = article(title=HIT, text="Experts of both bodies met.")
    flagged = await Flag.from_crawler(crawler(services)).process_item(item)
    assert [match.rule for match in flagged.matches] == ["ct_cooperation"]
    assert [entity.id for entity in flagged.entities] == ["osce", "cis"]
    assert replace(flagged, matches=(), entities=()) == item


async def test_any_other_article_passes_with_its_entities_only(services: Services) -> None:
    item = article(title="OSCE elects a chair", text="Delegates voted in Vienna.")
    flagged = await Flag.from_crawler(crawler(services)).process_item(item)
    assert flagged.matches == ()
    assert [entity.id for entity in flagged.entities] == ["osce"]


async def test_all_crawls_of_a_process_share_one_book(services: Services) -> None:
    first, second = (Flag.from_crawler(crawler(services)) for _ in range(2))
    assert first.rules is second.rules


async def test_the_find_of_a_worker_is_that_of_the_pipeline(services: Services) -> None:
    item = article(title=HIT)
    rule_set = RuleSet.load(services.config.rules.folders)
    flagged = await Flag.from_crawler(crawler(services)).process_item(item)
    assert find(rule_set, item.content).matches == flagged.matches
