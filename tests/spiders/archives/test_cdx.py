"""An index is read in whichever dialect its server speaks; an error page is no empty index."""

from __future__ import annotations

import json

import pytest
from scrapy.http import Response

from crawler.crawl.backfill.archive_client import ArchiveUnavailable
from spiders.archives.cdx import read_rows

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


def answer(body: str, status: int = 200) -> Response:
    return Response("http://archive.example/cdx", status=status, body=body.encode())


def test_the_wayback_machines_table_ends_with_a_key_to_go_on_with() -> None:
    page = read_rows(answer(json.dumps([HEADER, ROW, [], ["com,example)/ 20190903101500"]])))
    (row,) = page.rows
    assert (row.url, row.mime, row.status, row.length) == (ROW[2], "text/html", "200", 5120)
    assert row.at.isoformat() == "2019-09-03T10:15:00+00:00"
    assert page.resume == "com,example)/ 20190903101500"
    assert read_rows(answer(json.dumps([HEADER, ROW]))).resume == ""


def test_lines_of_json_say_where_the_record_is() -> None:
    (row,) = read_rows(answer(json.dumps(LINE) + "\n")).rows
    assert (row.url, row.filename, row.offset, row.length) == (LINE["url"], "a.warc.gz", 77, 5120)


@pytest.mark.parametrize("body", ["", "[]", "\n"])
def test_nothing_is_an_empty_index(body: str) -> None:
    assert not read_rows(answer(body)).rows


def test_no_captures_is_an_empty_index_though_its_status_is_404() -> None:
    assert read_rows(answer('{"message": "No Captures found for: x"}', 404)).rows == ()


@pytest.mark.parametrize(
    "wrong",
    [
        answer("<html><title>Error</title></html>"),
        answer("org.archive.wayback.exception.RobotAccessControlException"),
        answer("", 503),
        answer("[[", 200),
        answer('{"no": "timestamp"}'),
    ],
)
def test_whatever_is_no_index_is_an_error(wrong: Response) -> None:
    with pytest.raises(ArchiveUnavailable):
        read_rows(wrong)
