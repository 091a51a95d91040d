"""Ask a hub to bring a feed, or to stop bringing it."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

from crawler.crawl.egress import Egress, refused
from crawler.crawl.scrapy.settings_addon import user_agent
from crawler.model.addresses import address, is_public

if TYPE_CHECKING:
    from datetime import timedelta

    from crawler.config.config import Config
    from crawler.storage.crawl.subscriptions import HubOffer, Subscription


class HubRefused(Exception):
    """The hub did not take the question; the message says why."""


class _Resolver(AbstractResolver):
    """Resolves a hub's name to the addresses that the policy admits: to them and no others."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._resolver = DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        admitted = [one for one in found if self._egress.admits(host, port, one["host"])]
        if found and not admitted:
            raise OSError(str(refused(host, (one["host"] for one in found))))
        return admitted

    async def close(self) -> None:
        await self._resolver.close()


class Hubs:
    """Speaks to hubs, each time over a connection of its own."""

    def __init__(self, config: Config) -> None:
        self._base = config.websub.callback.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=config.crawl.timeout.total_seconds())
        self._agent = user_agent(config)

    async def ask(self, subscription: Subscription, mode: str, lease: timedelta) -> None:
        """`mode` is subscribe or unsubscribe. Raises `HubRefused`."""
        form = {
            "hub.mode": mode,
            "hub.topic": subscription.topic,
            "hub.callback": f"{self._base}/{subscription.token}",
            "hub.secret": subscription.secret,
            "hub.lease_seconds": str(int(lease.total_seconds())),
        }
        try:
            async with (
                self._session(_policy(subscription)) as session,
                # A redirect would carry the secret to somebody else.
                session.post(subscription.hub, data=form, allow_redirects=False) as response,
            ):
                if not 200 <= response.status < 300:
                    raise HubRefused(f"the hub answered {response.status}")
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:  # noqa: UP041
            raise HubRefused(" ".join(str(error).split()) or type(error).__name__) from None

    def _session(self, egress: Egress) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=_Resolver(egress)),
            timeout=self._timeout,
            headers={"User-Agent": self._agent},
        )


def _policy(subscription: Subscription) -> Egress:
    """A hub within a network is asked where its feed is, too: at that host, or by its address."""
    inside = _is_inside(urlsplit(subscription.document).hostname or "")
    hub = (subscription.hub,) if inside else ()
    return Egress.to((subscription.document, *hub))


def may_ask(offer: HubOffer) -> bool:
    """A feed may not send us to addresses within this machine or its network, unless it is there.

    What a name stands for is looked at when it is connected to.
    """
    try:
        hub = urlsplit(offer.hub)
        inside = _is_inside(hub.hostname or "")
        return (
            hub.scheme in {"http", "https"}
            and bool(hub.hostname)
            and (not inside or _is_inside(urlsplit(offer.document).hostname or ""))
        )
    except ValueError:
        return False


def _is_inside(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    literal = address(host)
    return literal is not None and not is_public(literal)
