"""When a source is due, from what the store knows of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.config.config import Config
from crawler.config.models import CrawlConfig, StoreConfig
from crawler.crawl.poll.announcement import announce
from crawler.model.items import Entry
from crawler.runtime.services import Services
from crawler.schedule.timetable import Timetable
from crawler.storage.crawl import documents
from crawler.storage.crawl.documents import Document
from crawler.storage.crawl.runs import ASKED, PUSHED
from tests.factories import declared, had_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.storage.database import Database

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


FEEDS = ["https://wire.example/rss"]
PAPER = declared("paper", feeds=FEEDS)


@pytest.fixture
def services(store_url: str) -> Iterator[Services]:
    services = Services(Config(store=StoreConfig(url=store_url), crawl=CrawlConfig()))
    yield services
    services.close()


async def _publish(database: Database, now: datetime, gap: timedelta, *, baseline: bool) -> None:
    for n in range(40):
        url = f"https://wire.example/{n}"
        at = now - n * gap
        entry = Entry(url=url, published=at - timedelta(seconds=5))
        await announce(
            database, "paper", {url: entry}, now=now if baseline else at, baseline=baseline
        )


async def _polled(database: Database, now: datetime, *, cause: str = ASKED) -> None:
    await had_run(database, "paper", now, cause=cause)


async def test_a_source_that_was_never_polled_is_due_now(services: Services, now: datetime) -> None:
    plan = await Timetable(services).plan([PAPER], now)
    assert (plan["paper"].at, plan["paper"].interval) == (now, 5 * MINUTE)


@pytest.mark.parametrize("baseline", [True, False])
async def test_what_it_published_sets_its_interval_from_the_first_poll_on(
    services: Services, now: datetime, baseline: bool
) -> None:
    await _publish(services.database, now, 40 * MINUTE, baseline=baseline)
    await _polled(services.database, now)
    planned = (await Timetable(services).plan([PAPER], now))["paper"]
    assert 15 * MINUTE < planned.interval < 20 * MINUTE
    assert planned.at == now + planned.interval


async def test_a_declaration_wins(services: Services, now: datetime) -> None:
    await _publish(services.database, now, 40 * MINUTE, baseline=False)
    await _polled(services.database, now)
    timetable = Timetable(services)
    assert (await timetable.plan([declared("paper", interval="30m")], now))[
        "paper"
    ].at == now + 30 * MINUTE
    assert (await timetable.plan([declared("paper", cron="0 3 * * *")], now))[
        "paper"
    ].at == now + 15 * HOUR


async def test_a_stated_pace_is_kept_where_all_documents_state_one(
    services: Services, now: datetime
) -> None:
    slow = Document(url="https://wire.example/rss", pace=20 * MINUTE)
    await services.database.write(
        lambda connection: documents.save_document(connection, "paper", slow, now=now)
    )
    await services.database.write(
        lambda connection: documents.save_document(
            connection, "other", Document(url="https://other.example/rss"), now=now
        )
    )
    timetable = Timetable(services)
    assert (await timetable.plan([PAPER], now))["paper"].interval == 20 * MINUTE
    await services.database.write(
        lambda connection: documents.save_document(
            connection, "paper", Document(url="https://wire.example/list"), now=now
        )
    )
    assert (await timetable.plan([PAPER], now))["paper"].interval == 5 * MINUTE


async def test_what_a_hub_brings_puts_no_poll_off(services: Services, now: datetime) -> None:
    await _polled(services.database, now - 4 * MINUTE)
    await _polled(services.database, now, cause=PUSHED)
    assert (await Timetable(services).plan([PAPER], now))["paper"].at == now + MINUTE
