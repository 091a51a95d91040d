"""A source is a value that answers for itself."""

from __future__ import annotations

from datetime import timedelta

from crawler.config.source import Archive, DocumentKind, JsonList
from tests.factories import declared

FEED = "https://wire.example/rss"


def test_an_institution_may_be_silent_for_longer_and_a_source_may_say_how_long() -> None:
    month = timedelta(days=30)
    office, rare = declared(kind="institution"), declared(frozen_after=timedelta(days=400))
    assert [one.silent_after(month).days for one in (declared(), office, rare)] == [30, 120, 400]


def test_what_it_declares_is_asked_and_its_home_page_too() -> None:
    lists = [{"url": "https://api.example/list", "address": "https://site.example/{link}"}]
    source = declared(feeds=[FEED], json_lists=lists, home="https://wire.example/")
    assert list(source.declared()) == [
        (DocumentKind.FEED, FEED),
        (DocumentKind.JSON_LIST, "https://api.example/list"),
    ]
    assert source.documents()[-1] == "https://wire.example/"
    assert source.allowed_domains == ("api.example", "site.example", "wire.example")


def test_an_article_is_known_by_its_pattern_else_by_its_site() -> None:
    by_site, by_pattern = declared(), declared(article_urls=r"/news/\d+$")
    assert by_site.is_article("https://wire.example/about")
    assert not by_site.is_article("https://other.example/news/1")
    assert by_pattern.is_article("https://wire.example/news/1")
    assert not by_pattern.is_article("https://wire.example/about")


def test_a_table_and_a_declaration_in_python_are_the_same_source() -> None:
    table = declared(json_lists=[{"url": FEED}], archive={"feeds": [FEED]}, packs=["un"])
    python = declared(
        json_lists=(JsonList(url=FEED),), archive=Archive(feeds=(FEED,)), packs=("un",)
    )
    assert table == python
    assert hash(table) == hash(python)
