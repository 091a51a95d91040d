"""The first pipeline: a page becomes an article, or is dropped with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Spider
from scrapy.utils.test import get_crawler

from crawler.config.config import Config
from crawler.model.dropped_items import Rejected
from crawler.model.exceptions import Unusable
from crawler.model.items import Hints
from crawler.runtime.services import SETTING, Services
from pipelines.extract import Extract
from tests.factories import NOON, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.model.items import Page

SENTENCE = "Services of five states will train together against terrorist groups this autumn."
HTML = f"<html><body><h1>Five states to train</h1>{f'<p>{SENTENCE}</p>' * 3}</body></html>"
SEED = Path(__file__).parents[3] / "shared" / "seed"


class Wire(Spider):
    name = "wire"
    hints = Hints(languages=("en",), timezone="Europe/Minsk", credits=("BelTA",))


@pytest.fixture
def services() -> Iterator[Services]:
    services = Services(Config())
    yield services
    services.close()


def pipeline(services: Services, spider: type[Spider] = Wire, **attributes: Any) -> Extract:
    crawler = get_crawler(spider, settings_dict={SETTING: services})
    crawler.spider = spider.from_crawler(crawler)
    for name, value in attributes.items():
        setattr(crawler.spider, name, value)
    extract = Extract.from_crawler(crawler)
    extract.open_spider()
    return extract


def fetched(html: str | bytes) -> Page:
    return replace(page(), html=html.encode() if isinstance(html, str) else html)


async def test_a_page_becomes_an_article(services: Services) -> None:
    item = fetched(
        f"<html><body><h1>Met</h1><p>MINSK, 2 May (BelTA) – {SENTENCE}</p></body></html>"
    )
    article = await pipeline(services).process_item(item)
    assert article.page is item
    assert article.content.title == "Met"
    assert (article.content.credit, article.content.dateline) == ("BelTA", "MINSK")
    assert article.content.lead == SENTENCE


async def test_a_page_without_text_is_rejected_with_the_reason(services: Services) -> None:
    with pytest.raises(Rejected) as rejected:
        await pipeline(services).process_item(fetched(b""))
    assert rejected.value.reason == "empty-page"


async def test_the_spiders_hints_reach_extraction(services: Services) -> None:
    html = HTML.replace("</h1>", "</h1><div id=when>3 мая 2026, 10:30</div>")
    hints = Hints(languages=("ru",), timezone="Europe/Minsk", date="#when")
    article = await pipeline(services, hints=hints).process_item(fetched(html))
    assert article.content.published is not None
    assert article.content.published.at == datetime(2026, 5, 3, 7, 30, tzinfo=UTC)


async def test_a_spider_without_hints_is_served_too(services: Services) -> None:
    class Plain(Spider):
        name = "plain"

    article = await pipeline(services, Plain).process_item(fetched(HTML))
    assert article.content.title == "Five states to train"


async def test_a_date_after_the_fetch_is_refused(services: Services) -> None:
    head = (
        '<head><meta property="article:published_time" content="2026-11-24T12:00:00+03:00"></head>'
    )
    assert datetime(2026, 11, 24, tzinfo=UTC) > NOON
    article = await pipeline(services).process_item(
        fetched(HTML.replace("<body>", head + "<body>"))
    )
    assert article.content.published is None


def test_all_crawls_share_one_pool(services: Services) -> None:
    assert pipeline(services)._pool is pipeline(services)._pool


@pytest.mark.parametrize("hints", [Hints(body="div[["), Hints(date="::nothing")])
def test_a_selector_that_is_none_is_refused_before_the_first_page(
    services: Services, hints: Hints
) -> None:
    with pytest.raises(Unusable, match=r"wire: (body|date) is not a CSS selector"):
        pipeline(services, hints=hints)


@pytest.mark.skipif(not SEED.is_dir(), reason="the seed story is not part of the project")
async def test_the_seed_story_is_read_as_it_must_be(services: Services) -> None:
    text = next(SEED.glob("*.txt")).read_text(encoding="utf-8")
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))
    html = f"<html><head><title>CIS and UN</title></head><body>{body}</body></html>"
    found = (
        await pipeline(services, hints=Hints(languages=("en",))).process_item(fetched(html))
    ).content
    assert found.published is not None
    assert found.published.at == datetime(2019, 9, 3, tzinfo=UTC)
    assert (found.credit, found.dateline, found.language) == ("BelTA", "MINSK", "en")
    assert found.lead.startswith("The Commonwealth of Independent States (CIS) views")
    assert "has learned" not in found.lead
