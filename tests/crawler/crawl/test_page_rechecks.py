"""A story that was told is looked at again: when, until when, and what its thread hears."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from crawler.config.config import Config
from crawler.crawl.failures import RequestFailure
from crawler.crawl.page_rechecks import AT_ONCE, PageRechecks
from crawler.model.alert import Alert
from crawler.model.story_status import EventKind
from crawler.runtime.services import Services
from crawler.storage import schema
from crawler.storage.alerts import outbox
from crawler.storage.crawl.rechecks import LAPSE
from crawler.storage.schema import articles, rechecks
from tests.factories import NOON, article
from tests.pipelines.test_store import TEXT, put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

URL = "https://wire.example/news/1"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MISSING = RequestFailure(slug="http-404", said="the server answered 404", permanent=True)
GONE = RequestFailure(slug="http-410", said="the server answered 410", permanent=True)
BUSY = RequestFailure(slug="http-503", said="the server answered 503")
FORBIDDEN = RequestFailure(slug="robots", said="forbidden by robots.txt", permanent=True)


def opened(store_url: str, **alerts: Any) -> Services:
    return Services(
        Config(
            store={"url": store_url},
            alerts=alerts,
            channel=[{"name": "desk", "kind": "jsonl", "target": "alerts.jsonl"}],
        )
    )


@pytest.fixture
def services(store_url: str) -> Iterator[Services]:
    made = opened(store_url)
    yield made
    made.close()


@pytest.fixture
def rechecking(services: Services) -> PageRechecks:
    return PageRechecks(services)


async def due(one: PageRechecks, at: datetime) -> list[str]:
    return [page.url for page in await one.due("wire", now=at)]


async def kinds(services: Services) -> list[str]:
    query = sa.select(schema.outbox.c.kind).order_by(schema.outbox.c.id)
    return list(await services.database.read(lambda c: c.scalars(query).all()))


async def tell(services: Services) -> None:
    """Deliver the first message."""
    (row,) = await services.database.write(
        lambda connection: outbox.claim(
            connection, owner="me", now=NOON, lease=timedelta(minutes=1), limit=9, channels=["desk"]
        )
    )
    await services.database.write(
        lambda connection: outbox.set_sent(connection, row.id, "ts 1", NOON)
    )


async def test_a_told_page_is_due_after_one_six_and_twenty_four_hours(
    services: Services, rechecking: PageRechecks
) -> None:
    await put(services, article(text=TEXT, flagged=True))
    for hours in (1, 6, 24):
        at = NOON + hours * HOUR
        assert await due(rechecking, at - MINUTE) == []
        assert await due(rechecking, at) == [URL]
        await rechecking.looked(URL, now=at)
    assert await due(rechecking, NOON + 26 * HOUR) == []
    assert await kinds(services) == ["story"]


async def test_a_late_look_stands_for_those_before_it(
    services: Services, rechecking: PageRechecks
) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await rechecking.looked(URL, now=NOON + 7 * HOUR)
    assert await due(rechecking, NOON + 24 * HOUR - MINUTE) == []
    assert await due(rechecking, NOON + 24 * HOUR) == [URL]


async def test_a_page_is_looked_at_where_its_redirects_ended(
    services: Services, rechecking: PageRechecks
) -> None:
    item = article(text=TEXT, flagged=True)
    await put(services, replace(item, page=replace(item.page, url="https://wire.example/en/1")))
    (page,) = await rechecking.due("wire", now=NOON + HOUR)
    assert (page.url, page.entry.url) == (URL, "https://wire.example/en/1")


async def test_what_alerted_nobody_is_not_looked_at_again(
    services: Services, rechecking: PageRechecks
) -> None:
    await put(services, article(text=TEXT))
    old = article(f"{URL}-old", text=f"Old. {TEXT}", flagged=True, age=timedelta(days=9))
    await put(services, old)
    assert await due(rechecking, NOON + HOUR) == []


async def test_neither_a_baseline_nor_a_lead_is_looked_at_again(store_url: str) -> None:
    services = opened(store_url, alert_baseline=True)
    await put(services, article(text=TEXT, flagged=True, baseline=True))
    lead = article("https://wire.example/news/2", title="Lead", text="A lead.", flagged=True)
    await put(services, replace(lead, page=replace(lead.page, lead_only=True)))
    assert await kinds(services) == ["story", "story"]
    assert await due(PageRechecks(services), NOON + HOUR) == []
    services.close()


async def test_with_no_times_nothing_is_looked_at_again(store_url: str) -> None:
    services = opened(store_url, recheck=[])
    await put(services, article(text=TEXT, flagged=True))
    assert await due(PageRechecks(services), NOON + 24 * HOUR) == []
    assert await services.database.read(lambda c: c.execute(sa.select(rechecks)).all()) == []
    services.close()


async def test_what_is_gone_for_good_is_told_once(
    services: Services, rechecking: PageRechecks
) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await tell(services)
    rung: list[bool] = []
    services.alerts_queued = lambda: rung.append(True)
    assert await rechecking.failed(URL, GONE, now=NOON + HOUR)
    assert not await rechecking.failed(URL, GONE, now=NOON + HOUR)
    assert rung == [True]
    assert await kinds(services) == ["story", "update-1", "reply-1-withdrawn"]
    rows = await services.database.write(
        lambda connection: outbox.claim(
            connection, owner="me", now=NOON + HOUR, lease=MINUTE, limit=9, channels=["desk"]
        )
    )
    update, reply = (Alert.from_json(row.payload) for row in rows)
    assert update.standing.withdrawn == "the page answers 410"
    assert update.matches
    assert reply.turn
    assert (reply.turn.what, reply.turn.said) == (EventKind.WITHDRAWAL, "the page answers 410")
    assert {update.parent, reply.parent} == {"ts 1"}
    assert await due(rechecking, NOON + 24 * HOUR) == []


async def test_a_404_is_believed_the_second_time_in_a_row(
    services: Services, rechecking: PageRechecks
) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await tell(services)
    at = NOON + HOUR
    assert not await rechecking.failed(URL, MISSING, now=at)
    assert await due(rechecking, at + MINUTE) == [URL]
    await rechecking.looked(URL, now=at + MINUTE)  # it was a slip
    at = NOON + 6 * HOUR
    assert not await rechecking.failed(URL, MISSING, now=at)
    assert not await rechecking.failed(URL, BUSY, now=at + MINUTE)
    assert not await rechecking.failed(URL, MISSING, now=at + 3 * MINUTE)
    assert await kinds(services) == ["story"]
    assert await rechecking.failed(URL, MISSING, now=at + 9 * MINUTE)
    assert "reply-1-withdrawn" in await kinds(services)


async def test_what_fails_is_tried_again_until_an_hour_after_the_last_time(
    services: Services, rechecking: PageRechecks
) -> None:
    await put(services, article(text=TEXT, flagged=True))
    at, last = NOON + HOUR, NOON + 25 * HOUR
    await rechecking.failed(URL, replace(BUSY, after=2 * HOUR), now=at)
    assert await due(rechecking, at + 2 * HOUR - MINUTE) == []
    assert await due(rechecking, at + 2 * HOUR) == [URL]
    await rechecking.failed(URL, BUSY, now=last)
    assert await due(rechecking, last + HOUR) == [URL]
    await rechecking.failed(URL, BUSY, now=last + MINUTE)
    assert await due(rechecking, last + 24 * HOUR) == []
    assert await kinds(services) == ["story"]


async def test_a_refusal_waits_for_the_next_time(
    services: Services, rechecking: PageRechecks
) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await rechecking.failed(URL, FORBIDDEN, now=NOON + HOUR)
    assert await due(rechecking, NOON + 6 * HOUR - MINUTE) == []
    assert await due(rechecking, NOON + 6 * HOUR) == [URL]


async def test_the_looks_at_a_source_that_nobody_polls_lapse(
    services: Services, rechecking: PageRechecks
) -> None:
    await put(services, article(text=TEXT, flagged=True))
    late = NOON + HOUR + LAPSE + MINUTE
    assert await due(rechecking, late) == []
    other = article("https://wire.example/news/2", text="In other words.", flagged=True)
    await services.database.write(lambda c: rechecking.note(c, other, late))
    left = await services.database.read(lambda c: c.scalars(sa.select(rechecks.c.url)).all())
    assert left == [other.url]


async def test_a_poll_takes_few_along_and_the_longest_overdue_first(
    services: Services, rechecking: PageRechecks
) -> None:
    for number in range(AT_ONCE + 1):
        await put(services, article(f"{URL}{number}", text=f"{TEXT} {number}.", flagged=True))
        noted = partial(rechecking.note, item=article(f"{URL}{number}"), now=NOON)
        await services.database.write(noted)
    first = await due(rechecking, NOON + HOUR)
    assert len(first) == AT_ONCE
    await rechecking.failed(first[0], BUSY, now=NOON + HOUR)
    assert (await due(rechecking, NOON + 2 * HOUR))[-1] != first[0]


@pytest.mark.parametrize("again", [f"{TEXT}\n\n1,204 views", TEXT.replace(" met ", "  met\u00a0")])
async def test_white_space_and_counters_are_no_change(services: Services, again: str) -> None:
    await put(services, article(text=f"{TEXT}\n\n532 views", flagged=True))
    await tell(services)
    await put(services, article(text=again, title="Services  met", flagged=True))
    assert await kinds(services) == ["story"]
    query = sa.select(articles.c.version)
    assert await services.database.read(lambda c: c.scalars(query).all()) == [1]


async def test_a_figure_in_a_list_is_a_change(services: Services) -> None:
    await put(services, article(text=f"{TEXT}\n\nArrested: 12", flagged=True))
    await tell(services)
    await put(services, article(text=f"{TEXT}\n\nArrested: 15", flagged=True))
    assert await kinds(services) == ["story", "update-1", "reply-1-2"]


async def test_a_withdrawal_stays_said_until_the_page_is_back(
    services: Services, rechecking: PageRechecks
) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await rechecking.failed(URL, GONE, now=NOON + HOUR)
    reprint = article("https://portal.example/9", text=f"{TEXT} Read more on our site.")
    await put(services, replace(reprint, page=replace(reprint.page, source="portal")))

    async def withdrawn() -> str:
        query = sa.select(schema.outbox.c.payload).where(schema.outbox.c.kind == "story")
        payload = await services.database.read(lambda c: c.scalars(query).one())
        return Alert.from_json(payload).standing.withdrawn

    assert await withdrawn() == "the page answers 410"
    await put(services, article(text=f"{TEXT} It was corrected.", flagged=True))
    assert await withdrawn() == ""
