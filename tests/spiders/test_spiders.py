"""Every spider that ships: its declaration holds together, and reads pages of its site's shape.

`pages/SOURCE/CASE/` holds `page.html`, `meta.json` (`url`, `charset`, `now`) and `expected.json`.
A source whose articles are behind a wall has `feed.xml` or `sitemap.xml` instead, and the entries
expected of it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.crawl.selection import PACKS, members
from crawler.crawl.wire_spider import WireSpider
from crawler.discovery.feeds import parse_feed
from crawler.discovery.sitemaps import parse_sitemap
from tests.page_fixtures import check, read

if TYPE_CHECKING:
    from crawler.config.source import Source
    from crawler.model.items import Entry

PAGES = Path(__file__).parent / "pages"


def _registry() -> dict[str, Source]:
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["spiders"]}))
    found = {name: loader.load(name) for name in sorted(loader.list())}
    return {name: one.source for name, one in found.items() if issubclass(one, WireSpider)}


REGISTRY = _registry()
CASES = sorted(case for source in PAGES.iterdir() for case in source.iterdir())


@pytest.mark.parametrize("name", REGISTRY)
def test_a_spider_has_a_page_of_its_sites_shape(name: str) -> None:
    assert any((PAGES / name).iterdir()) if (PAGES / name).is_dir() else False, (
        f"write tests/spiders/pages/{name}/CASE/"
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_spider_reads_its_pages(case: Path) -> None:
    source = REGISTRY[case.parent.name]
    if entries := _announced(case):
        shown = [{"url": e.url, "title": e.title, "summary": e.summary} for e in entries]
        assert shown == read(case / "expected.json")["entries"]
        assert all(re.search(source.article_urls, entry.url) for entry in entries)
        return
    assert re.search(source.article_urls, read(case / "meta.json")["url"])
    check(case, source.hints)


def _announced(case: Path) -> tuple[Entry, ...]:
    """What the feed or sitemap of a case announces; nothing where it is a page."""
    url = read(case / "meta.json")["url"]
    if (feed := case / "feed.xml").exists():
        return tuple(parse_feed(feed.read_bytes(), url))
    if (sitemap := case / "sitemap.xml").exists():
        return parse_sitemap(sitemap.read_bytes(), url).entries
    return ()


@pytest.mark.parametrize("name", REGISTRY)
def test_a_declaration_is_complete(name: str) -> None:
    source = REGISTRY[name]
    assert source.title
    assert source.country
    assert source.kind in {"wire", "institution", "site"}
    assert bool(source.packs) != bool(source.unproven), "the unproven are in no pack"
    assert set(source.packs) <= PACKS.keys()
    assert source.languages
    assert source.article_urls
    assert source.evidence, "what does it rest on, and when was that seen?"
    assert source.documents() or source.home
    assert not (source.interval and source.cron)


@pytest.mark.parametrize("name", REGISTRY)
def test_an_address_matches_as_a_whole_or_not_at_all(name: str) -> None:
    alternatives = re.split(r"\|(?=\^)", REGISTRY[name].article_urls)
    assert all(regex.startswith("^") and regex.endswith("$") for regex in alternatives)
    assert not re.compile(REGISTRY[name].article_urls).groupindex


@pytest.mark.parametrize("name", REGISTRY)
def test_a_documents_own_site_is_the_articles_site_too(name: str) -> None:
    """What is announced elsewhere would be refused as offsite; the pattern shows it early."""
    source = REGISTRY[name]
    pattern = re.compile(source.article_urls)
    assert not any(pattern.search(document) for document in source.documents()), (
        "a feed or listing is taken for an article"
    )


def test_every_pack_has_a_source_and_says_what_it_is_for() -> None:
    assert list(members(REGISTRY.values())) == list(PACKS)


def test_nothing_unproven_comes_with_a_pack() -> None:
    for names in members(REGISTRY.values()).values():
        assert not [name for name in names if REGISTRY[name].unproven]
