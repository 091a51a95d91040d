"""Every sitemap of an index that dates none is read once; then those that change."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.config.source import DocumentKind, Source
from crawler.crawl.poll.sitemap_children import UNREAD_AT_ONCE, undated_to_ask
from crawler.storage.crawl.documents import Document
from tests.crawler.crawl.poll.polling import Poll, open_store
from tests.factories import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.runtime.services import Services

SITE = "https://wire.example"
INDEXED = Source(name="wire", title="The Wire", sitemaps=(f"{SITE}/index.xml",))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def services(store_url: str) -> Iterator[Services]:
    made = open_store(store_url)
    yield made
    made.close()


def index(*numbers: int) -> str:
    children = "".join(f"<sitemap><loc>{SITE}/s{n}.xml</loc></sitemap>" for n in numbers)
    return f"<sitemapindex>{children}</sitemapindex>"


def urlset(number: int) -> str:
    return f"<urlset><url><loc>{SITE}/news/{number}</loc></url></urlset>"


async def polled(services: Services, minute: int, *numbers: int) -> tuple[list[str], Poll]:
    """The sitemaps that a poll asks, each of one page; its pages end."""
    poll = Poll(services, source=INDEXED, now=NOON + minute * MINUTE)
    (request,) = await poll.asked()
    children = await poll.answer(request, index(*numbers), DocumentKind.SITEMAP)
    for child in children:
        number = int(child.url.removeprefix(f"{SITE}/s").removesuffix(".xml"))
        await poll.answer(child, urlset(number), DocumentKind.SITEMAP)
    await poll.settle()
    return [child.url for child in children], poll


async def test_all_sitemaps_of_an_undated_index_are_read_once_from_the_last(
    services: Services,
) -> None:
    asked, poll = await polled(services, 0, 1, 2, 3, 4, 5, 6)
    assert asked == [f"{SITE}/s{n}.xml" for n in (6, 5, 4, 3, 2, 1)]
    assert [page.baseline for page in poll.taken] == [True] * 6
    asked, poll = await polled(services, 1, 1, 2, 3, 4, 5, 6)
    assert (len(asked), poll.taken) == (INDEXED.max_pages, [])


async def test_a_sitemap_that_the_index_names_later_is_news(services: Services) -> None:
    await polled(services, 0, 1, 2)
    asked, poll = await polled(services, 1, 1, 2, 3)
    assert asked[0] == f"{SITE}/s3.xml"
    assert [(page.entry.url, page.baseline) for page in poll.taken] == [(f"{SITE}/news/3", False)]


async def test_what_a_first_poll_does_not_come_to_is_no_news_when_it_is_read(
    services: Services,
) -> None:
    numbers = range(UNREAD_AT_ONCE + 5)
    _, first = await polled(services, 0, *numbers)
    asked, second = await polled(services, 1, *numbers)
    assert first.pages.counts["sitemaps left for the next polls"] == 5
    assert len(asked) == 5 + INDEXED.max_pages
    assert [page.baseline for page in second.taken] == [True] * 5


def test_a_sitemap_that_never_changes_has_its_turn() -> None:
    read = [
        Document(url=f"{SITE}/s{n}.xml", fetched_at=NOON - n * timedelta(days=1)) for n in range(9)
    ]
    asked: set[str] = set()
    for minute in range(200):
        now = NOON + minute * MINUTE
        chosen = undated_to_ask(read, most=3, is_due=lambda _: True, now=now)
        assert [child.url for child in chosen.now[:2]] == [read[0].url, read[1].url]
        asked.update(child.url for child in chosen.now)
    assert asked == {child.url for child in read}
