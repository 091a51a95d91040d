"""A declaration in Python is held to what the same words in TOML would be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crawler.crawl.wire_spider import WireSpider
from crawler.model.exceptions import Unusable
from tests.factories import declared

FEED = "https://wire.example/rss.xml"


def _spider(of: type[WireSpider] = WireSpider, **words: Any) -> type[WireSpider]:
    return type("Declared", (of,), {"name": "wire", "feeds": (FEED,), **words})


def test_a_spiders_declaration_is_its_source() -> None:
    assert _spider(country="KZ").source == declared(feeds=[FEED], country="KZ")


def test_a_declaration_is_inherited() -> None:
    assert _spider(_spider(country="KZ"), name="other").source.country == "KZ"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"feeds": ()}, "give at least one of feeds"),
        ({"feeds": FEED}, f'feeds = "{FEED}": expected a list of texts'),
        ({"feeds": ("wire.example/rss",)}, 'feeds[0] = "wire.example/rss": expected a web address'),
        ({"listings": (FEED,), "article_urls": ""}, "listings need article_urls"),
        ({"article_urls": "("}, "article_urls = "),
        ({"timezone": "Europe/Minks"}, "did you mean Europe/Minsk?"),
        ({"body": "div..text"}, "body = "),
        ({"kind": "agency"}, "kind = "),
        ({"interval": timedelta(minutes=1), "cron": "* * * * *"}, "interval or cron"),
    ],
)
def test_a_bad_declaration_names_its_spider_and_the_field(words: dict[str, Any], said: str) -> None:
    with pytest.raises(Unusable) as refused:
        _spider(**words)
    assert str(refused.value).startswith(f"{__name__}.Declared: ")
    assert said in str(refused.value)
