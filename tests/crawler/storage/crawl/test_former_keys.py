"""What an earlier version stored under another key is known, and what it hid is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.crawl.poll.announcement import announce
from crawler.model.former_urls import former_url
from crawler.model.items import Entry
from crawler.model.urls import entry_key
from crawler.storage.crawl import pages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.storage.database import Connection, Database


async def _told(database: Database, entries: Sequence[Entry], now: datetime) -> list[str]:
    found = {entry_key(entry.url, entry.guid): entry for entry in entries}
    return [page.url for page in await announce(database, "a", found, now=now, baseline=False)]


async def _stored_formerly(database: Database, entry: Entry, now: datetime) -> str:
    key = former_url(entry.url)

    def work(connection: Connection) -> None:
        pages.add(connection, "a", {key: entry}, now=now, baseline=False)
        pages.settle(connection, key, "stored", "", now=now)

    await database.write(work)
    return key


@pytest.mark.parametrize(
    "link",
    [
        "https://a.example/x?maca=en-rss-en-all",
        "https://a.example//x;jsessionid=1",
        "https://a.example/view?ref=18827",
        "https://a.example/topics/amp",
        "https://www.google.com/url?url=https://a.example/x",
    ],
)
async def test_a_page_under_a_former_key_is_not_told_anew(
    database: Database, now: datetime, link: str
) -> None:
    entry = Entry(url=link)
    assert await _stored_formerly(database, entry, now) != entry_key(link, "")
    assert await _told(database, [entry], now) == []


async def test_what_a_former_key_hid_is_news(database: Database, now: datetime) -> None:
    one, other = (Entry(url=f"https://a.example/view?ref={n}") for n in (101, 102))
    await _stored_formerly(database, one, now)
    assert await _told(database, [one, other], now) == [other.url]


async def test_an_entry_that_was_known_by_its_link_alone_is_told_by_its_title(
    database: Database, now: datetime
) -> None:
    one, other = (
        Entry(url="https://a.example/flash", title=title, guid=title[:3])
        for title in ("One", "Two")
    )
    await _stored_formerly(database, one, now)
    assert await _told(database, [one, other], now) == ["https://a.example/flash#!Two"]
