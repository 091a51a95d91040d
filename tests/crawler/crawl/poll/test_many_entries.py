"""However long a document is, each entry becomes known once, and no old one is told as news."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.config.source import DocumentKind, Source
from tests.crawler.crawl.poll.polling import Poll, open_store
from tests.factories import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.runtime.services import Services

AT_ONCE = 5
MINUTE = timedelta(minutes=1)
SOURCES = count()  # the examples share a store, and nothing else

ENDS = st.sampled_from(["newest first", "oldest first", "undated", "bare days"])
ADDED = st.lists(st.integers(0, 12), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    made = open_store(f"sqlite:///{tmp_path_factory.mktemp('store')}/store.db")
    yield made
    made.close()


def sitemap(site: str, numbers: list[int], order: str) -> str:
    """The pages of these numbers; a higher one is newer."""
    marks = {"undated": "", "bare days": "<lastmod>{:%Y-%m-%d}</lastmod>"}
    mark = marks.get(order, "<lastmod>{:%Y-%m-%dT%H:%M:%SZ}</lastmod>")
    step = timedelta(days=1) if order == "bare days" else MINUTE
    urls = [
        f"<url><loc>{site}/news/{number}</loc>"
        f"{mark.format(NOON - 100 * step + number * step)}</url>"
        for number in numbers
    ]
    if order == "newest first":
        urls.reverse()
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<urlset xmlns="{space}">{"".join(urls)}</urlset>'


def at(site: str) -> Source:
    return Source(
        name=site.removeprefix("https://").removesuffix(".example"),
        title="Wire",
        sitemaps=(f"{site}/map.xml",),
    )


async def polled(services: Services, site: str, body: str, minute: int) -> Poll:
    """One poll from its leftovers to the end of its last page."""
    now = NOON + minute * MINUTE
    poll = Poll(services, source=at(site), now=now, at_once=AT_ONCE)
    await poll.leftovers()
    (request,) = await poll.asked()
    assert not poll.taken or "If-None-Match" not in request.headers
    await poll.answer(request, body, DocumentKind.SITEMAP, etag=f'"{minute}"')
    await poll.settle()
    return poll


@given(first=st.integers(0, 40), added=ADDED, order=ENDS)
@settings(max_examples=15, deadline=None)
def test_each_entry_is_taken_up_once_and_the_first_document_is_no_news(
    services: Services, first: int, added: list[int], order: str
) -> None:
    async def live() -> None:
        site = f"https://wire{next(SOURCES)}.example"
        numbers = list(range(first))
        taken: Counter[str] = Counter()
        news: set[str] = set()
        for minute in range(24):
            poll = await polled(services, site, sitemap(site, numbers, order), minute)
            assert len(poll.taken) <= 2 * AT_ONCE
            taken.update(page.entry.url for page in poll.taken)
            news.update(page.entry.url for page in poll.taken if not page.baseline)
            more = added[minute] if minute < len(added) else 0
            numbers += range(len(numbers), len(numbers) + more)
        assert taken == Counter(f"{site}/news/{number}" for number in numbers)
        assert news == {f"{site}/news/{number}" for number in numbers[first:]}

    asyncio.run(live())


@pytest.mark.parametrize("order", ["newest first", "oldest first", "undated", "bare days"])
async def test_the_newest_of_many_are_fetched_first(services: Services, order: str) -> None:
    site = f"https://wire{next(SOURCES)}.example"
    await polled(services, site, sitemap(site, [0], order), 0)
    poll = await polled(services, site, sitemap(site, list(range(13)), order), 1)
    assert [page.entry.url for page in poll.taken] == [
        f"{site}/news/{number}" for number in range(12, 12 - AT_ONCE, -1)
    ]
    assert len(poll.documents.left) == 12 - AT_ONCE


async def test_no_validators_are_kept_while_entries_are_left(services: Services) -> None:
    site = f"https://wire{next(SOURCES)}.example"
    body = sitemap(site, list(range(2 * AT_ONCE)), "undated")
    for minute, kept in enumerate([False, True, True]):
        await polled(services, site, body, minute)
        (request,) = await Poll(services, source=at(site), now=NOON).asked()
        assert ("If-None-Match" in request.headers) is kept, minute


async def test_news_goes_before_what_is_left_of_the_first_document(services: Services) -> None:
    site = f"https://wire{next(SOURCES)}.example"
    await polled(services, site, sitemap(site, list(range(40)), "undated"), 0)
    poll = await polled(services, site, sitemap(site, list(range(43)), "undated"), 1)
    assert [page.entry.url for page in poll.taken if not page.baseline] == [
        f"{site}/news/{number}" for number in (42, 41, 40)
    ]
