"""A source's documents are asked, and what they announce is written down before it is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.config.source import DocumentKind
from tests.crawler.crawl.poll.polling import FEED, Poll, open_store
from tests.e2e import paper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.runtime.services import Services


@pytest.fixture
def services(store_url: str) -> Iterator[Services]:
    made = open_store(store_url)
    yield made
    made.close()


def feed(*numbers: int) -> str:
    lines = [
        paper.Line(url=f"https://wire.example/news/{number}", title=f"Notice {number}")
        for number in numbers
    ]
    return paper.rss(lines)


async def test_the_validators_of_a_feed_are_sent_once_its_pages_have_ended(
    services: Services,
) -> None:
    poll = Poll(services)
    (request,) = await poll.asked()
    await poll.answer(request, feed(1, 2), DocumentKind.FEED, etag='"1"')
    assert [page.entry.url for page in poll.taken] == [
        "https://wire.example/news/1",
        "https://wire.example/news/2",
    ]
    await poll.settle([poll.taken[0].url])
    (early,) = await Poll(services).asked()
    assert "If-None-Match" not in early.headers
    await poll.settle([poll.taken[1].url])
    (late,) = await Poll(services).asked()
    assert (late.url, late.headers["If-None-Match"]) == (FEED, b'"1"')


async def test_the_first_answer_is_a_baseline_and_what_comes_later_is_news(
    services: Services,
) -> None:
    first = Poll(services)
    (request,) = await first.asked()
    await first.answer(request, feed(1), DocumentKind.FEED)
    await first.settle()
    second = Poll(services)
    (request,) = await second.asked()
    await second.answer(request, feed(1, 2), DocumentKind.FEED)
    assert [page.baseline for page in first.taken] == [True]
    assert [(page.entry.url, page.baseline) for page in second.taken] == [
        ("https://wire.example/news/2", False)
    ]


async def test_a_flaw_is_one_line_of_the_log_until_it_changes(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    whole, cut = feed(1), feed(1).replace("</channel></rss>", "")
    for body in (cut, cut, whole, cut):
        poll = Poll(services)
        (request,) = await poll.asked()
        await poll.answer(request, body, DocumentKind.FEED)
        await poll.settle()
    lines = [line for line in caplog.messages if line.startswith("document flawed")]
    assert len(lines) == 2


async def test_a_failure_is_one_line_of_the_log_until_another_one_comes(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    for body in ("", "", "<html><body>Moved</body></html>"):
        poll = Poll(services)
        (request,) = await poll.asked()
        await poll.answer(request, body, DocumentKind.FEED)
    warnings = [line for line in caplog.records if line.levelname == "WARNING"]
    assert len(warnings) == 2
