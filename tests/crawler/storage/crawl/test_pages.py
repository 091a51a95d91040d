"""Seen means stored; nothing that was announced is lost, whatever happened since."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from crawler.crawl.poll.announcement import announce
from crawler.model.items import Entry
from crawler.storage.crawl import pages
from crawler.storage.crawl.pages import mark_stored, settle

if TYPE_CHECKING:
    from crawler.storage.database import Database

URL = "https://wire.example/news/1"
FOUND = {URL: Entry(url="http://www.wire.example/news/1?utm_source=rss", title="Services met")}
HOUR = timedelta(hours=1)


async def test_a_new_page_is_fetched_at_the_address_that_was_announced(
    database: Database, now: datetime
) -> None:
    (page,) = await announce(database, "wire", FOUND, now=now, baseline=True)
    assert (page.url, page.entry.url, page.baseline) == (URL, FOUND[URL].url, True)


async def test_a_page_that_a_killed_poll_left_is_taken_up_again(
    database: Database, now: datetime
) -> None:
    await announce(database, "wire", FOUND, now=now, baseline=True)
    # The feed has moved on and does not name it any more.
    (left,) = await database.read(
        lambda connection: pages.unsettled(connection, "wire", now=now + HOUR)
    )
    assert (left.url, left.entry, left.first_seen, left.baseline) == (URL, FOUND[URL], now, True)
    # And where the feed still names it, it is asked for as well: pending is not known.
    assert await announce(database, "wire", FOUND, now=now + HOUR, baseline=False) == [left]


async def test_a_settled_page_is_known(database: Database, now: datetime) -> None:
    for state in ("stored", "duplicate", "rejected"):
        url = f"{URL}-{state}"
        await announce(database, "wire", {url: Entry(url=url)}, now=now, baseline=False)
        await database.write(
            partial(pages.settle, url=url, state=state, reason="empty-page", now=now)
        )
        assert (
            await announce(database, "wire", {url: Entry(url=url)}, now=now, baseline=False) == []
        )
    assert (
        await database.read(lambda connection: pages.unsettled(connection, "wire", now=now + HOUR))
        == []
    )


async def test_a_failed_page_waits_longer_each_time_and_is_given_up_at_the_end(
    database: Database, now: datetime
) -> None:
    await announce(database, "wire", FOUND, now=now, baseline=False)
    states = []
    for tries in range(4):
        states.append(
            await database.write(
                lambda connection: pages.record_failure(
                    connection, URL, "timeout", now=now, max_tries=4, after=None
                )
            )
        )
        if states[-1] == "failed":
            wait = timedelta(minutes=2**tries)
            just_before = now + wait - timedelta(seconds=1)
            assert (
                await database.read(partial(pages.unsettled, source="wire", now=just_before)) == []
            )
            assert (
                len(await database.read(partial(pages.unsettled, source="wire", now=now + wait)))
                == 1
            )
    assert states == ["failed", "failed", "failed", "rejected"]
    assert (
        await database.read(
            lambda connection: pages.unsettled(connection, "wire", now=now + 100 * HOUR)
        )
        == []
    )


async def test_a_failed_page_waits_as_long_as_the_server_asked(
    database: Database, now: datetime
) -> None:
    await announce(database, "wire", FOUND, now=now, baseline=False)
    await database.write(
        lambda connection: pages.record_failure(
            connection, URL, "429", now=now, max_tries=5, after=2 * HOUR
        )
    )
    assert (
        await database.read(lambda connection: pages.unsettled(connection, "wire", now=now + HOUR))
        == []
    )
    assert await announce(database, "wire", FOUND, now=now + HOUR, baseline=False) == []
    assert (
        len(
            await database.read(
                lambda connection: pages.unsettled(connection, "wire", now=now + 2 * HOUR)
            )
        )
        == 1
    )


async def test_a_stored_page_is_fetched_again_when_its_entry_was_updated(
    database: Database, now: datetime
) -> None:
    first = {URL: Entry(url=URL, updated=now)}
    later = {URL: Entry(url=URL, updated=now + HOUR)}
    await announce(database, "wire", first, now=now, baseline=False)
    await database.write(lambda c: mark_stored(c, URL, now, now=now))
    assert await announce(database, "wire", first, now=now, baseline=False) == []
    assert len(await announce(database, "wire", later, now=now, baseline=False)) == 1
    await database.write(lambda c: mark_stored(c, URL, now + HOUR, now=now))
    assert await announce(database, "wire", later, now=now, baseline=False) == []


async def test_an_update_time_that_another_feed_adds_is_no_update(
    database: Database, now: datetime
) -> None:
    await announce(database, "wire", FOUND, now=now, baseline=False)
    await database.write(lambda c: settle(c, URL, "stored", "", now=now))
    dated = {URL: Entry(url=URL, updated=now)}
    later = {URL: Entry(url=URL, updated=now + HOUR)}
    assert await announce(database, "wire", dated, now=now, baseline=False) == []
    assert len(await announce(database, "wire", later, now=now, baseline=False)) == 1


async def test_a_thousand_entries_are_looked_up_in_one_go(
    database: Database, now: datetime
) -> None:
    many = {f"{URL}-{n}": Entry(url=f"{URL}-{n}") for n in range(1000)}
    assert len(await announce(database, "wire", many, now=now, baseline=False)) == 1000
    assert (
        len(await database.read(lambda connection: pages.unsettled(connection, "wire", now=now)))
        == 500
    )  # the rest next time
