"""A file of records is read in steps that end by themselves, whatever is in it."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import brotli
import pytest

from crawler.config.source import Source
from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from spiders.archives import warc_records
from spiders.archives.payload import only_capture
from spiders.archives.warc_records import Wanted, pass_over, read_beginnings, read_records

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.crawl.backfill.archive import Step

_BYTES = 100_000
WANTED = Wanted(
    sources=(
        Source.model_validate(
            {
                "name": "paper",
                "feeds": ["http://paper.example/feed"],
                "article_urls": r"/news/\d+$",
            }
        ),
    ),
    begins=datetime(2019, 9, 1, tzinfo=UTC),
    ends=datetime(2019, 10, 1, tzinfo=UTC),
    max_bytes=_BYTES,
)


def record(
    number: int, body: bytes = b"<html>", *, at: str = "2019-09-03T10:00:00Z", headers: str = ""
) -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{headers}\r\n".encode() + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Target-URI: http://paper.example/news/{number}\r\nWARC-Date: {at}\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n", 1)


def steps(file: Path) -> list[Step]:
    found = [read_records(str(file), 0, WANTED)]
    while found[-1].cursor:
        found.append(read_records(str(file), int(found[-1].cursor), WANTED))
    return found


def numbers(found: list[Step]) -> list[int]:
    return [int(find.entry.url.rpartition("/")[2]) for step in found for find in step.finds]


def test_steps_that_ran_out_of_time_read_every_record_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc_records, "_SECONDS", -1.0)
    file = tmp_path / "a.warc.gz"
    file.write_bytes(b"".join(map(record, range(5))))
    found = steps(file)
    assert numbers(found) == [0, 1, 2, 3, 4]
    assert len(found) > 1


def test_a_step_that_ran_out_of_time_in_damaged_ground_goes_on_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc_records, "_SECONDS", -1.0)
    monkeypatch.setattr(warc_records, "_BLOCK", 1_000)
    file = tmp_path / "a.warc.gz"
    file.write_bytes(record(0) + b"\x1f\x8b\x08" + b"no record" * 1_000 + record(1))
    found = steps(file)
    assert numbers(found) == [0, 1]
    assert len(found) > 5


@pytest.mark.parametrize("date", ["", "never", "9999-99-99T99:99:99Z"])
def test_a_record_without_its_time_costs_no_other(tmp_path: Path, date: str) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(record(0, at=date) + record(1))
    found = steps(file)
    assert numbers(found) == [1]
    assert found[0].passed == {"damaged records": 1}


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b" " * 50_000_000, 1)),
        ("deflate", zlib.compress(b" " * 50_000_000, 1)),
        ("br", brotli.compress(b" " * 5_000_000, quality=1)),
    ],
)
def test_a_payload_that_is_a_bomb_is_no_page(tmp_path: Path, encoding: str, packed: bytes) -> None:
    bomb = record(0, packed[:_BYTES], headers=f"Content-Encoding: {encoding}\r\n")
    file = tmp_path / "a.warc.gz"
    file.write_bytes(bomb + record(1))
    assert numbers(steps(file)) == [1]
    with pytest.raises(ArchiveUnavailable, match="no page"):
        only_capture(bomb, _BYTES)


@pytest.mark.parametrize("packed", [b"", b"\x1f\x8b\x08 no record", b"WARC/1.0\r\n" * 1_000])
def test_what_is_no_record_is_an_error(packed: bytes) -> None:
    with pytest.raises(ArchiveUnavailable):
        only_capture(packed, _BYTES)


def endless(*, of_type: str) -> bytes:
    """A record of two hundred megabytes, in two hundred kilobytes."""
    head = f"WARC/1.0\r\nWARC-Type: {of_type}\r\nContent-Length: 200000000\r\n\r\n".encode()
    return gzip.compress(head + bytes(200_000_000), 1)


@pytest.mark.parametrize("of_type", ["response", "metadata"])
def test_a_record_that_inflates_for_long_is_passed_without_inflating_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_type: str
) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(record(0) + endless(of_type=of_type) + record(1))
    assert numbers([read_beginnings(str(file), 0, WANTED)]) == [0, 1]
    first = read_beginnings(str(file), 0, WANTED, 1)
    assert numbers([first]) == [0]
    assert first.passed == {"records that take too long": 1}
    behind = pass_over(str(file), int(first.cursor))
    assert numbers([read_records(str(file), int(behind.cursor), WANTED)]) == [1]


def test_the_next_record_of_a_file_that_is_not_packed_is_found_by_its_first_line(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.warc"
    file.write_bytes(b"".join(gzip.decompress(record(number)) for number in range(3)))
    assert numbers([read_beginnings(str(file), 0, WANTED)]) == [0, 1, 2]
    assert numbers([read_records(str(file), int(pass_over(str(file), 0).cursor), WANTED)]) == [1, 2]
