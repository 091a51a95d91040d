"""An index is read in whichever dialect its server speaks; an error page is no empty index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from scrapy.http import Response

from crawler.crawl.backfill.archive_documents import ArchiveDocuments
from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.crawl.document_pool import DocumentPool
from spiders.archives.cdx import MOST_ROWS, CdxPage, read_rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
ROW = ["x", "20190903101500", "http://paper.example/news/1", "text/html", "200", "AB", "5120"]
LINE = {
    "urlkey": "x",
    "timestamp": "20190903101500",
    "url": "http://paper.example/news/1",
    "mime": "text/html",
    "status": "200",
    "length": "5120",
    "offset": "77",
    "filename": "a.warc.gz",
}


URL = "http://archive.example/cdx"


def answer(body: str, status: int = 200) -> Response:
    return Response(URL, status=status, body=body.encode())


def rows_in(body: str) -> CdxPage:
    return read_rows(body.encode(), URL)


@pytest.fixture
def documents() -> Iterator[ArchiveDocuments]:
    pool = DocumentPool()
    yield ArchiveDocuments(pool, owner="paper")
    pool.close()


def test_the_wayback_machines_table_ends_with_a_key_to_go_on_with() -> None:
    page = rows_in(json.dumps([HEADER, ROW, [], ["com,example)/ 20190903101500"]]))
    (row,) = page.rows
    assert (row.url, row.mime, row.status, row.length) == (ROW[2], "text/html", "200", 5120)
    assert row.at.isoformat() == "2019-09-03T10:15:00+00:00"
    assert page.resume == "com,example)/ 20190903101500"
    assert rows_in(json.dumps([HEADER, ROW])).resume == ""


def test_lines_of_json_say_where_the_record_is() -> None:
    (row,) = rows_in(json.dumps(LINE) + "\n").rows
    assert (row.url, row.filename, row.offset, row.length) == (LINE["url"], "a.warc.gz", 77, 5120)


@pytest.mark.parametrize("body", ["", "[]", "\n"])
def test_nothing_is_an_empty_index(body: str) -> None:
    assert not rows_in(body).rows


async def test_no_captures_is_an_empty_index_though_its_status_is_404(
    documents: ArchiveDocuments,
) -> None:
    none = answer('{"message": "No Captures found for: x"}', 404)
    assert (await rows_of(none, documents)).rows == ()


@pytest.mark.parametrize(
    "wrong",
    [
        answer("<html><title>Error</title></html>"),
        answer("org.archive.wayback.exception.RobotAccessControlException"),
        answer("", 503),
        answer("[[", 200),
        answer('{"no": "timestamp"}'),
        answer("[" * 900),
        answer("[" * 100_000),
        answer("7\n"),
    ],
)
async def test_whatever_is_no_index_is_an_error(
    wrong: Response, documents: ArchiveDocuments
) -> None:
    with pytest.raises(ArchiveUnavailable):
        await rows_of(wrong, documents)


def test_an_index_with_more_rows_than_any_page_has_is_refused() -> None:
    with pytest.raises(ArchiveUnavailable, match="rows"):
        rows_in((json.dumps({"timestamp": "20190903101500"}) + "\n") * (MOST_ROWS + 1))


def test_an_offset_that_is_no_number_of_ours_is_none() -> None:
    (row,) = rows_in(json.dumps({**LINE, "offset": "9" * 5_000, "length": "²²"})).rows
    assert (row.offset, row.length) == (0, 0)
