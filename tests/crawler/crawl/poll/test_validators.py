"""A feed's ETag is remembered only after each page it announced has ended."""

from __future__ import annotations

from crawler.crawl.poll.validators import PendingValidators
from crawler.storage.crawl.documents import Document

FEED = Document(url="https://wire.example/rss", etag='"1"')
OTHER = Document(url="https://wire.example/atom", etag='"2"')


def test_a_document_waits_for_the_last_of_its_pages() -> None:
    settlement = PendingValidators()
    settlement.opened(FEED, {"a", "b"})
    assert settlement.settle("a") == []
    assert settlement.settle("b") == [FEED]
    assert settlement.settle("b") == []


def test_a_document_without_news_waits_for_nothing() -> None:
    settlement = PendingValidators()
    settlement.opened(FEED, ())
    assert settlement.complete() == [FEED]


def test_a_page_that_two_documents_announced_settles_both() -> None:
    settlement = PendingValidators()
    settlement.opened(FEED, {"a"})
    settlement.opened(OTHER, {"a"})
    assert settlement.settle("a") == [FEED, OTHER]


def test_a_listing_waits_for_its_next_page_and_what_that_announces() -> None:
    settlement = PendingValidators()
    settlement.opened(FEED, {"a", "page 2"})
    settlement.opened(OTHER, {"b"})  # page 2 was read ...
    assert settlement.settle("page 2") == []  # ... and is a document of its own
    assert settlement.settle("a") == [FEED]
