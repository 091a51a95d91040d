"""The same stories out of other people's archives: as of their real address and of their time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.backfill.past import A_DAY, Past, articles, numbers
from tests.e2e.backfill.test_own_archive import WANTED, fill, jobs, stored
from tests.e2e.backfill.web import WebArchive, available, write_warc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from pathlib import Path

    from tests.e2e.desk import Desk

HOST = "http://paper.example"
SOURCE = {
    "name": "past",
    "feeds": [f"{HOST}/feed"],
    "article_urls": r"^https?://(www\.)?paper\.example/news/\d+$",
}
CRAWL = {"contact": "desk@paper.example"}
_LATER = timedelta(days=3)  # between publication and capture


def captures(days: int = 30) -> list[tuple[str, bytes, datetime]]:
    return [(HOST + one.path, one.html.encode(), one.at + _LATER) for one in articles(days)]


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    found = captures()
    found.insert(3, (f"{HOST}/about", b"<html><p>About us</p></html>", found[0][2]))
    found.append(("http://elsewhere.example/news/9", found[5][1], found[5][2]))
    # Captured again, much later and under another guise of the same address.
    url, body, at = found[20]
    found.append((url.replace("//paper", "//www.paper"), body, at + timedelta(days=2)))
    return write_warc(tmp_path / "captures.warc.gz", found)


@pytest.fixture
async def archive(tmp_path: Path, warc: Path) -> AsyncIterator[WebArchive]:
    if not available():
        pytest.skip("pywb is not installed beside this Python")
    folder = tmp_path / "pywb"
    folder.mkdir()
    async with WebArchive(folder, warc) as opened:
        yield opened


@pytest.mark.parametrize("via", ["wayback", "commoncrawl"])
async def test_captures_are_found_in_an_index_and_stored_under_their_real_address(
    desk: Desk, archive: WebArchive, via: str
) -> None:
    desk.configure(SOURCE, backfill=archive.settings, crawl=CRAWL)
    ended = await fill(desk, "--via", via)
    assert ended.status == 0, ended.err + ended.out
    kept = {number: row for row in desk.articles() for number in numbers([row["url"]])}
    assert set(WANTED) <= set(kept)
    for number in WANTED:
        old = articles(30)[number]
        assert kept[number]["link"].startswith(HOST)
        assert kept[number]["published_at"] == old.at
        assert kept[number]["fetched_at"] == old.at + _LATER  # the capture's time
    (job,) = await jobs(desk)
    assert (job["via"], job["state"]) == (via, "done")
    before = len(kept)
    again = await fill(desk, "--via", via)
    assert again.status == 0, again.err
    assert len(desk.articles()) == before


async def test_files_are_read_for_the_days_and_the_source_that_are_asked_for(
    desk: Desk, warc: Path
) -> None:
    desk.configure(SOURCE, crawl=CRAWL)
    ended = await fill(desk, "--via", f"warc:{warc.relative_to(desk.folder)}")
    assert ended.status == 0, ended.err + ended.out
    # A capture cannot tell what it was published before it is read, only that it was before.
    assert set(WANTED) <= set(stored(desk))
    assert len(stored(desk)) == len(set(stored(desk)))
    assert "elsewhere" not in " ".join(row["url"] for row in desk.articles())


async def test_files_are_read_for_all_sources_at_once_where_none_is_named(
    desk: Desk, warc: Path
) -> None:
    other = {
        "name": "elsewhere",
        "title": "Elsewhere",
        "feeds": ["http://elsewhere.example/feed"],
        "article_urls": r"^http://elsewhere\.example/news/\d+$",
    }
    desk.configure(SOURCE, other, crawl=CRAWL)
    ended = await desk.ask("backfill", "--via", f"warc:{warc}")
    assert ended.status == 0, ended.err + ended.out
    assert desk.stored() == {"past": 30 * A_DAY, "elsewhere": 1}


async def test_a_damaged_file_is_read_around_its_damage(desk: Desk, warc: Path) -> None:
    spoil(warc)
    desk.configure(SOURCE, crawl=CRAWL)
    ended = await desk.ask("backfill", "past", "--via", f"warc:{warc}")
    assert ended.status == 0, ended.err + ended.out
    assert 30 * A_DAY - 3 <= desk.stored()["past"] < 30 * A_DAY
    (job,) = await jobs(desk)
    assert job["counts"]["damaged records"] >= 1


async def test_a_file_with_nothing_in_it_is_no_success(desk: Desk, tmp_path: Path) -> None:
    empty = tmp_path / "empty.warc.gz"
    empty.touch()
    desk.configure(SOURCE, crawl=CRAWL)
    ended = await desk.ask("backfill", "past", "--via", f"warc:{empty}")
    assert ended.status == 1
    assert "no page is in it; is it a WARC file, and whole?" in ended.out


def spoil(file: Path) -> None:
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = b"\xff" * 40
    file.write_bytes(content)


async def test_a_file_that_is_not_there_is_said(desk: Desk) -> None:
    desk.configure(SOURCE, crawl=CRAWL)
    ended = await desk.ask("backfill", "past", "--via", "warc:nowhere.warc.gz")
    assert ended.status == 1
    assert "there is no such file" in ended.out


async def test_live_alerts_hold_to_the_age_policy_even_for_undated_captures(
    desk: Desk, tmp_path: Path
) -> None:
    undated = articles(3)[7].html.encode().replace(b"article:published_time", b"x:unknown")
    warc = write_warc(
        tmp_path / "undated.warc.gz", [(f"{HOST}/news/7", undated, articles(3)[7].at)]
    )
    desk.configure(SOURCE, crawl=CRAWL)
    ended = await desk.ask("backfill", "past", "--via", f"warc:{warc}", "--alerts", "live")
    assert ended.status == 0, ended.err
    assert desk.stored()["past"] == 1
    assert (await desk.ask("run", "--once")).status == 1  # paper.example does not resolve
    assert desk.alerts() == []


async def test_a_digest_is_one_message_and_comes_once(desk: Desk, warc: Path, past: Past) -> None:
    desk.configure(SOURCE, past.source(name="live"), crawl=CRAWL)
    words = ("backfill", "past", "--via", f"warc:{warc}", "--alerts", "digest")
    assert (await desk.ask(*words)).status == 0
    for _ in range(2):
        await desk.ask("run", "--once")
    (digest,) = desk.alerts()
    assert digest["kind"] == "digest-1"
    assert "1 stories flagged" in digest["title"]
    assert digest["stories"] == [f"{HOST}/news/7"]
