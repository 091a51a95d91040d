"""Every spider that ships: its declaration holds together, and reads pages of its site's shape.

`pages/SOURCE/CASE/` holds `page.html`, `meta.json` (`url`, `charset`, `now`) and `expected.json`.
A source whose articles are behind a wall has `feed.xml` instead, and the entries expected of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.discovery.feeds import parse_feed
from crawler.wire import WireSpider
from tests.page_folder import check, read

PAGES = Path(__file__).parent / "pages"


def _registry() -> dict[str, type[WireSpider]]:
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["spiders"]}))
    found = {name: loader.load(name) for name in sorted(loader.list())}
    return {name: spider for name, spider in found.items() if issubclass(spider, WireSpider)}


REGISTRY = _registry()
CASES = sorted(case for source in PAGES.iterdir() for case in source.iterdir())


@pytest.mark.parametrize("name", REGISTRY)
def test_a_spider_has_a_page_of_its_sites_shape(name: str) -> None:
    assert any((PAGES / name).iterdir()) if (PAGES / name).is_dir() else False, (
        f"write tests/spiders/pages/{name}/CASE/"
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_spider_reads_its_pages(case: Path) -> None:
    spider = REGISTRY[case.parent.name]()
    if (case / "feed.xml").exists():
        entries = parse_feed((case / "feed.xml").read_bytes(), read(case / "meta.json")["url"])
        shown = [{"url": e.url, "title": e.title, "summary": e.summary} for e in entries]
        assert shown == read(case / "expected.json")["entries"]
        assert all(re.search(spider.article_urls, entry.url) for entry in entries)
        return
    assert re.search(spider.article_urls, read(case / "meta.json")["url"])
    check(case, spider.hints)


@pytest.mark.parametrize("name", REGISTRY)
def test_a_declaration_is_complete(name: str) -> None:
    spider = REGISTRY[name]
    assert spider.title
    assert spider.country
    assert spider.kind in {"wire", "institution", "site"}
    assert spider.packs or spider.unproven
    assert spider.languages
    assert spider.article_urls
    assert spider.evidence, "what does it rest on, and when was that seen?"
    assert spider.documents() or spider.home
    assert not (spider.interval and spider.cron)


@pytest.mark.parametrize("name", REGISTRY)
def test_a_documents_own_site_is_the_articles_site_too(name: str) -> None:
    """What is announced elsewhere would be refused as offsite; the pattern shows it early."""
    spider = REGISTRY[name]
    pattern = re.compile(spider.article_urls)
    assert not any(pattern.search(document) for document in spider.documents()), (
        "a feed or listing is taken for an article"
    )
