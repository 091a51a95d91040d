"""JSON of archives is read in the shapes they promise; every other is an error that says so."""

from __future__ import annotations

import json
from datetime import date

import pytest

from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from spiders.archives.json_answers import read_articles, read_crawls, read_page_count

URL = "http://archive.example/"
_NESTED = b"[" * 100_000


@pytest.mark.parametrize("body", [b"", _NESTED, b"{}", b"[" + b"0," * 3_000 + b"0]"])
def test_what_is_no_list_of_crawls_is_an_error(body: bytes) -> None:
    with pytest.raises(ArchiveUnavailable):
        read_crawls(body, URL)


def test_a_crawl_without_its_days_is_told_by_its_name_and_an_odd_one_costs_no_other() -> None:
    index = "http://archive.example/index"
    told = [7, {"id": "X-0000-99", "cdx-api": index}, {"id": "CC-MAIN-2019-36", "cdx-api": index}]
    (crawl,) = read_crawls(json.dumps(told).encode(), URL)
    assert crawl.first < date(2019, 9, 2) < crawl.last


@pytest.mark.parametrize(
    ("body", "pages"), [(b"", 0), (b'{"pages": 3}\n{"pages": 9}', 3), (b"4", 4), (b"{}", 1)]
)
def test_the_first_line_tells_how_many_pages_there_are(body: bytes, pages: int) -> None:
    assert read_page_count(body, URL) == pages


@pytest.mark.parametrize("body", [b"x", _NESTED, b'{"pages": "many"}', b"-1", b"9" * 5_000])
def test_what_is_no_number_of_pages_is_an_error(body: bytes) -> None:
    with pytest.raises(ArchiveUnavailable):
        read_page_count(body, URL)


@pytest.mark.parametrize(
    "body",
    [
        b"Too short a phrase",
        _NESTED,
        b"[]",
        b'{"articles": 1}',
        b'{"articles": [' + b"0," * 2_000 + b"0]}",
    ],
)
def test_what_is_no_list_of_articles_is_an_error(body: bytes) -> None:
    with pytest.raises(ArchiveUnavailable):
        read_articles(body, URL)


def test_rows_that_cannot_be_used_are_counted_all_the_same() -> None:
    good = {"url": "http://paper.example/news/1", "title": "\ud800", "seendate": "never"}
    found = read_articles(json.dumps({"articles": [None, {"url": 1}, good]}).encode(), URL)
    assert found.count == 3
    (article,) = found.usable
    assert article.seen is None
    article.title.encode()
