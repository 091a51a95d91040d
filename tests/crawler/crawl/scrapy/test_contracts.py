"""A declaration in Python is held to what the same words in TOML would be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crawler.crawl.scrapy.contracts import faults
from crawler.crawl.wire_spider import WireSpider

FEED = "https://wire.example/rss.xml"


def _declared(**words: Any) -> type[WireSpider]:
    given = {"name": "wire", "feeds": (FEED,), "article_urls": r"^https://wire\.example/n/\d+$"}
    return type("Declared", (WireSpider,), {**given, **words})


def test_a_declaration_that_holds_together_has_no_faults() -> None:
    assert list(faults(_declared())) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"feeds": ()}, "give at least one of feeds"),
        ({"feeds": ("wire.example/rss",)}, "feeds.0: "),
        ({"listings": (FEED,), "article_urls": ""}, "listings need article_urls"),
        ({"article_urls": "("}, "article_urls: "),
        ({"timezone": "Europe/Minks"}, "did you mean Europe/Minsk?"),
        ({"body": "div..text"}, "body: "),
        ({"kind": "agency"}, "kind: "),
        ({"interval": timedelta(minutes=1), "cron": "* * * * *"}, "interval or cron"),
        ({"article_urls": "wire.example"}, f"article_urls takes {FEED} for an article"),
        ({"unproven": "Nobody saw it.", "packs": ("un",)}, "in a pack all the same"),
    ],
)
def test_a_fault_is_named(words: dict[str, Any], said: str) -> None:
    found = list(faults(_declared(**words)))
    assert len(found) == 1
    assert said in found[0]
