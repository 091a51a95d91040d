"""`enabled` means names, packs, and what is taken out of them."""

from __future__ import annotations

import pytest

from crawler.config.config import Config
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.crawl.selection import members, select
from crawler.daemon.daemon import warn_of_unproven
from crawler.model.exceptions import Unusable
from tests.factories import declared

ONE = declared("one", packs=["north", "all"])
TWO = declared("two", packs=["all"])
DOUBTFUL = declared("doubtful", packs=["all"], unproven="Nobody has seen it.")
WIRES = {source.name: source for source in (TWO, ONE, DOUBTFUL)}


def _names(*words: str) -> list[str]:
    return [spider.name for spider in select(words, WIRES)]


def test_a_pack_stands_for_its_sources() -> None:
    assert _names("@all") == ["one", "two"]
    assert _names("two", "@all", "@north") == ["two", "one"]


def test_what_is_unproven_comes_by_its_name_only() -> None:
    assert members(WIRES.values()) == {"all": ("one", "two"), "north": ("one",)}
    assert _names("@all", "doubtful") == ["one", "two", "doubtful"]


def test_a_minus_takes_a_source_or_a_pack_out_wherever_it_stands() -> None:
    assert _names("@all", "-one") == ["two"]
    assert _names("-@north", "@all") == ["two"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("onee", "enabled: no source is called 'onee'; did you mean 'one'? `wirewatch sources`"),
        ("@nort", "enabled: no pack is called '@nort'; did you mean '@north'? "),
        ("north", "enabled: no source is called 'north'; did you mean '@north'? "),
        ("-@nort", "enabled: no pack is called '@nort'; did you mean '@north'? "),
        ("@", "enabled: no pack is called '@'. `wirewatch sources packs` lists them all"),
    ],
)
def test_a_word_that_means_nothing_is_refused_with_the_nearest_that_does(
    word: str, said: str
) -> None:
    with pytest.raises(Unusable) as refused:
        select([word], WIRES, where="enabled")
    assert str(refused.value).startswith(said)


def test_a_source_of_the_configuration_is_in_its_packs_and_on_unless_taken_out() -> None:
    table = {
        "name": "paper",
        "packs": ["mine", "un"],
        "feeds": ["http://127.0.0.1/feed.xml"],
    }
    config = Config.model_validate({"enabled": ["@mine", "tass"], "source": [table]})
    loader = SourceLoader.of(config)
    assert [spider.name for spider in loader.enabled(config)] == ["paper", "tass"]
    assert "paper" in members(loader.wires().values())["un"]
    config = Config.model_validate({"enabled": ["@un", "-paper"], "source": [table]})
    assert [spider.name for spider in loader.enabled(config)] == ["un_news", "un_press"]


def test_who_starts_an_unproven_source_is_told_why_it_is_one() -> None:
    said: list[str] = []
    warn_of_unproven([ONE, DOUBTFUL], said.append)
    assert said == [
        "doubtful is unproven: Nobody has seen it. `wirewatch sources probe doubtful` tries it."
    ]
