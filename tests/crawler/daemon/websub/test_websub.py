"""Hubs bring feeds: what is asked of them, what they may bring, and for how long."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.config.config import Config
from crawler.config.models import CrawlConfig, StoreConfig, WebSubConfig
from crawler.daemon.websub.hubs import may_ask
from crawler.daemon.websub.service import WebSub
from crawler.daemon.websub.signature import METHODS, signed_by
from crawler.model.exceptions import Unusable
from crawler.runtime.services import Services
from crawler.schedule.timetable import Timetable
from crawler.storage.crawl import documents, subscriptions
from crawler.storage.crawl.documents import Document
from crawler.storage.crawl.subscriptions import HubOffer, Subscription
from tests.crawler.daemon.websub.hub import Hub
from tests.factories import declared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from crawler.config.source import Source
    from crawler.crawl.poll.document_requests import Pushed

FEED = "http://127.0.0.1/rss"
TOPIC = "https://wire.example/rss.xml"
BODY = b"<rss version='2.0'><channel><item><link>/news/1</link></item></channel></rss>"
DAY = timedelta(days=1)


PAPER = declared("paper", feeds=[FEED])


class Desk:
    """A service of ours, its clock, and what it was brought."""

    def __init__(self, services: Services, now: datetime) -> None:
        self.services = services
        self.now = now
        self.brought: asyncio.Queue[Sequence[Pushed]] = asyncio.Queue()
        self.database = services.database

    @asynccontextmanager
    async def open(self, *sources: Source) -> AsyncIterator[WebSub]:
        websub = WebSub(self.services, sources or (PAPER,), self._push, lambda: self.now)
        await websub.start()
        try:
            yield websub
        finally:
            await websub.close()

    async def announce(self, hub: str) -> None:
        """The feed was polled, and names this hub."""
        document = Document(url=FEED, hub=hub, topic=TOPIC)
        await self.services.database.write(
            lambda connection: documents.save_document(connection, "paper", document, now=self.now)
        )

    async def only(self) -> Subscription:
        (one,) = await self.database.read(subscriptions.list_subscriptions)
        return one

    async def _push(self, source: Source, pushed: Sequence[Pushed]) -> None:
        assert source is PAPER
        await self.brought.put(pushed)


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


@pytest.fixture
def desk(store_url: str, now: datetime) -> Iterator[Desk]:
    address = f"127.0.0.1:{_free_port()}"
    services = Services(
        Config(
            store=StoreConfig(url=store_url),
            crawl=CrawlConfig(max_page_bytes=10_000),
            websub=WebSubConfig(callback=f"http://{address}/push/", listen=address),
        )
    )
    yield Desk(services, now)
    services.close()


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async with Hub() as opened:
        yield opened


async def test_a_feed_that_names_a_hub_is_subscribed_to_and_brought(desk: Desk, hub: Hub) -> None:
    await desk.announce(hub.url)
    async with desk.open():
        asked = await hub.until_asked(1)
        assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", TOPIC)
        assert len(asked["hub.secret"]) >= 43  # 32 random bytes
        (callback,) = hub.held
        assert len(callback.rpartition("/")[2]) >= 43
        held = await desk.only()
        assert (held.state, held.lease_until) == ("active", desk.now + DAY)
        for method in METHODS:
            assert await hub.deliver(callback, BODY, method=method) == 202
            ((pushed,),) = [await asyncio.wait_for(desk.brought.get(), 10)]
            assert (pushed.document, pushed.body) == (FEED, BODY)
        assert (await desk.only()).delivered == len(METHODS)


async def test_what_its_hub_did_not_sign_is_counted_and_not_read(desk: Desk, hub: Hub) -> None:
    await desk.announce(hub.url)
    async with desk.open():
        await hub.until_asked(1)
        (callback,) = hub.held
        assert await hub.deliver(callback, BODY, secret="guess") == 202
        async with hub.session.post(callback, data=BODY) as unsigned:
            assert unsigned.status == 202
        async with hub.session.post(f"{callback}x", data=BODY) as unknown:
            assert unknown.status == 410
        async with hub.session.post(callback, data=b" " * 20_000) as large:
            assert large.status == 413
        assert desk.brought.empty()
        held = await desk.only()
        assert (held.refused, held.delivered) == (2, 0)


async def test_only_what_we_asked_for_is_confirmed(desk: Desk, hub: Hub) -> None:
    await desk.announce(hub.url)
    async with desk.open():
        await hub.until_asked(1)
        (callback,) = hub.held
        for asked in (
            {"mode": "subscribe", "topic": TOPIC, "challenge": "1"},  # it is confirmed already
            {"mode": "subscribe", "topic": "https://evil.example/", "challenge": "1"},
            {"mode": "unsubscribe", "topic": TOPIC, "challenge": "1"},
            {"mode": "denied", "topic": "https://evil.example/"},
            {},
        ):
            assert (await hub.verify(callback, **asked))[0] == 404
        wrong = callback.rpartition("/")[0] + "/" + "a" * 43
        assert (await hub.verify(wrong, mode="subscribe", topic=TOPIC, challenge="1"))[0] == 404
        assert (await desk.only()).state == "active"


@pytest.mark.parametrize("seconds", ["²²", "-1", "9" * 40, "soon", ""])
async def test_a_lease_that_is_no_number_is_the_usual_one(
    desk: Desk, hub: Hub, seconds: str
) -> None:
    hub.lease = seconds
    await desk.announce(hub.url)
    async with desk.open():
        await hub.until_asked(1)
        assert (await desk.only()).state == "active"


async def test_a_lease_is_renewed_before_it_ends(desk: Desk, hub: Hub, now: datetime) -> None:
    await desk.announce(hub.url)
    async with desk.open() as websub:
        first = await hub.until_asked(1)
        desk.now = now + 0.9 * DAY
        websub.wake()
        second = await hub.until_asked(2)
        assert second == first  # the same address, the same secret
        held = await desk.only()
        assert (held.state, held.lease_until) == ("active", desk.now + DAY)


async def test_what_is_not_configured_any_more_is_unsubscribed(desk: Desk, hub: Hub) -> None:
    await desk.announce(hub.url)
    async with desk.open():
        await hub.until_asked(1)

    moved = declared("paper", feeds=["http://127.0.0.1/other"])
    async with desk.open(moved):
        asked = await hub.until_asked(2)
        assert asked["hub.mode"] == "unsubscribe"
        assert hub.held == {}
        assert await desk.database.read(subscriptions.list_subscriptions) == []


async def test_a_hub_that_denies_is_asked_again_after_a_day(
    desk: Desk, hub: Hub, now: datetime
) -> None:
    hub.deny = "no more"
    await desk.announce(hub.url)
    async with desk.open() as websub:
        await hub.until_asked(1)
        held = await desk.only()
        assert (held.state, held.error, held.due) == (
            "denied",
            "the hub denied it: no more",
            now + DAY,
        )
        hub.deny = ""
        desk.now = now + DAY
        websub.wake()
        await hub.until_asked(2)
        assert (await desk.only()).state == "active"


async def test_a_hub_that_does_not_answer_is_asked_again_later_each_time(
    desk: Desk, hub: Hub, now: datetime
) -> None:
    hub.refuse = 503
    await desk.announce(hub.url)
    async with desk.open() as websub:
        for tries in (1, 2, 3):
            await hub.until_asked(tries)
            held = await desk.only()
            assert (held.state, held.tries) == ("asked", tries)
            assert held.due == desk.now + timedelta(minutes=10 * 2 ** (tries - 1))
            desk.now = held.due
            websub.wake()
        await hub.until_asked(4)
    assert (await desk.only()).error == "the hub answered 503"


async def test_a_port_in_use_is_one_clear_message(desk: Desk) -> None:
    async with desk.open():
        with pytest.raises(Unusable, match=r"websub\.listen: cannot listen at .*another program"):
            async with desk.open():
                pass


async def test_what_a_hub_brings_is_polled_as_rarely_as_may_be(
    desk: Desk, hub: Hub, now: datetime
) -> None:
    timetable = Timetable(desk.services)
    assert (await timetable.plan([PAPER], now))["paper"].interval == timedelta(minutes=5)
    await desk.announce(hub.url)
    async with desk.open():
        await hub.until_asked(1)
    assert (await timetable.plan([PAPER], now))["paper"].interval == timedelta(hours=1)
    # A lease that nobody renewed is worth nothing.
    assert (await timetable.plan([PAPER], now + 2 * DAY))["paper"].interval == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("header", "genuine"),
    [
        ("sha256=ff7c5b2a", False),
        ("md5=5d41402abc4b2a76b9719d911017c592", False),
        ("sha1", False),
        ("", False),
        ("sha1=88a5f867c3d110207786e66523cd1e4a484da697", False),
        ("SHA1=B34CEAC4516FF23A143E61D79D0FA7A4FBE5F266", True),
    ],
)
def test_a_signature_is_checked_to_the_last_character(header: str, genuine: bool) -> None:
    assert signed_by("key", b"hello", header) is genuine


@pytest.mark.parametrize(
    ("hub", "document", "allowed"),
    [
        ("https://hub.example/", TOPIC, True),
        ("http://169.254.169.254/latest", TOPIC, False),
        ("http://localhost:8080/", TOPIC, False),
        ("http://[::1]/", TOPIC, False),
        ("http://127.0.0.1/", FEED, True),
        ("file:///etc/passwd", TOPIC, False),
        ("http://[", TOPIC, False),
    ],
)
def test_a_feed_sends_us_nowhere_inside(hub: str, document: str, allowed: bool) -> None:
    offer = HubOffer(source="paper", document=document, hub=hub, topic=TOPIC)
    assert may_ask(offer) is allowed
