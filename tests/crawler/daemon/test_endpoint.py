"""What a daemon answers about itself, and where."""

from __future__ import annotations

import socket
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
import sqlalchemy as sa

from crawler.config.config import Config
from crawler.config.models import MetricsConfig, StoreConfig
from crawler.daemon.endpoint import Endpoint
from crawler.model.exceptions import Unusable
from crawler.runtime.services import Services
from crawler.storage import schema
from crawler.storage.alerts import outbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime

    from sqlalchemy.engine import Connection


class Desk:
    """Services that answer at `address`, and which of a daemon's parts run."""

    def __init__(self, services: Services, now: datetime) -> None:
        self.services = services
        self.address = services.config.metrics.listen
        self.parts = {"delivery": True, "schedule": True}
        self.now = now
        services.metrics.expect(["paper"], ["desk"])

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        endpoint = Endpoint(self.services, lambda: self.parts, lambda: self.now)
        await endpoint.start()
        try:
            yield
        finally:
            await endpoint.close()

    async def get(self, path: str) -> tuple[int, str]:
        url = f"http://{self.address}{path}"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status, await answer.text()

    async def say(self, channel: str) -> None:
        """Write something to the outbox."""

        def work(connection: Connection) -> bool:
            return outbox.enqueue(
                connection, story_id=None, channel=channel, kind="x", payload={}, now=self.now
            )

        await self.services.database.write(work)


@pytest.fixture
def desk(store_url: str, now: datetime) -> Iterator[Desk]:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{opened.getsockname()[1]}"
    store, metrics = StoreConfig(url=store_url), MetricsConfig(listen=address)
    services = Services(Config(store=store, metrics=metrics))
    yield Desk(services, now)
    services.close()


@pytest.mark.parametrize("part", ["delivery", "schedule"])
async def test_it_is_not_ready_while_one_of_its_parts_does_not_run(desk: Desk, part: str) -> None:
    async with desk.open():
        assert (await desk.get("/readyz"))[0] == 200
        desk.parts[part] = False
        status, told = await desk.get("/readyz")
        assert status == 503
        assert f'"{part}": "not ready"' in told
        assert (await desk.get("/healthz"))[0] == 200


async def test_without_its_store_it_is_not_ready_and_counts_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> None:
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("disk I/O error"))

    async with desk.open():
        monkeypatch.setattr(desk.services.database, "read_now", fails)
        status, told = await desk.get("/readyz")
        assert (status, '"store": "not ready"' in told) == (503, True)
        status, told = await desk.get("/metrics")
        assert status == 200
        assert 'wirewatch_polls_total{outcome="done",source="paper"} 0.0' in told


async def test_what_waits_in_the_outbox_is_counted_by_channel_and_age(desk: Desk) -> None:
    async with desk.open():
        assert 'wirewatch_outbox_undelivered{channel="desk"} 0.0' in (await desk.get("/metrics"))[1]
        await desk.say("desk")
        desk.now += timedelta(minutes=5)
        told = (await desk.get("/metrics"))[1]
        assert 'wirewatch_outbox_undelivered{channel="desk"} 1.0' in told
        assert 'wirewatch_outbox_oldest_seconds{channel="desk"} 300.0' in told
        await desk.services.database.write(
            lambda connection: connection.execute(sa.update(schema.outbox).values(state="sent"))
        )
        told = (await desk.get("/metrics"))[1]
        assert 'wirewatch_outbox_undelivered{channel="desk"} 0.0' in told
        assert 'wirewatch_outbox_oldest_seconds{channel="desk"} 0.0' in told


async def test_it_is_on_loopback_unless_told() -> None:
    assert MetricsConfig().listen.startswith("127.0.0.1:")


@pytest.fixture
def taken() -> Iterator[str]:
    """An address that another program listens at."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield f"127.0.0.1:{other.getsockname()[1]}"


async def test_a_port_that_was_asked_for_and_is_in_use_ends_the_start(
    store_url: str, now: datetime, taken: str
) -> None:
    with _services(store_url, MetricsConfig(listen=taken)) as services:
        endpoint = Endpoint(services, dict, lambda: now)
        with pytest.raises(Unusable, match=rf"metrics\.listen: cannot listen at {taken}: another"):
            await endpoint.start()


async def test_a_port_that_nobody_asked_for_and_is_in_use_is_warned_of(
    store_url: str, now: datetime, taken: str, caplog: pytest.LogCaptureFixture
) -> None:
    unasked = MetricsConfig.model_construct(_fields_set=set(), listen=taken)
    with _services(store_url, unasked) as services:
        await Endpoint(services, dict, lambda: now).start()
    assert f"no metrics: metrics.listen: cannot listen at {taken}" in caplog.text


async def test_an_empty_address_answers_nowhere(store_url: str, now: datetime) -> None:
    with _services(store_url, MetricsConfig(listen="")) as services:
        endpoint = Endpoint(services, dict, lambda: now)
        await endpoint.start()
        assert endpoint._runner is None


def _services(store_url: str, metrics: MetricsConfig) -> closing[Services]:
    return closing(Services(Config(store=StoreConfig(url=store_url), metrics=metrics)))
