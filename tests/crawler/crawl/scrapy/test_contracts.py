"""`scrapy check` finds a declaration whose every word is accepted, and which makes no sense."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.crawl.scrapy.contracts import faults
from tests.factories import declared


def test_a_declaration_that_holds_together_has_no_faults() -> None:
    assert list(faults(declared(article_urls=r"^https://wire\.example/n/\d+$"))) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"article_urls": "wire.example"}, "article_urls takes https://wire.example/rss for an"),
        ({"unproven": "Nobody saw it.", "packs": ("un",)}, "in a pack all the same"),
    ],
)
def test_what_makes_no_sense_is_named(words: dict[str, Any], said: str) -> None:
    found = list(faults(declared(**words)))
    assert len(found) == 1
    assert said in found[0]
