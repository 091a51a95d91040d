"""Ask a hub to bring a feed, or to stop bringing it."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from crawler.crawl.scrapy.settings_addon import user_agent

if TYPE_CHECKING:
    from datetime import timedelta

    from crawler.config.config import Config
    from crawler.storage.crawl.subscriptions import HubOffer, Subscription


class HubRefused(Exception):
    """The hub did not take the question; the message says why."""


class Hubs:
    """Speaks to hubs. Close it."""

    def __init__(self, config: Config) -> None:
        self._base = config.websub.callback.rstrip("/")
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=config.crawl.timeout.total_seconds()),
            headers={"User-Agent": user_agent(config)},
        )

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
            # A redirect would carry the secret to somebody else.
            async with self._session.post(
                subscription.hub, data=form, allow_redirects=False
            ) as response:
                if not 200 <= response.status < 300:
                    raise HubRefused(f"the hub answered {response.status}")
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:  # noqa: UP041
            raise HubRefused(" ".join(str(error).split()) or type(error).__name__) from None

    async def close(self) -> None:
        await self._session.close()


def may_ask(offer: HubOffer) -> bool:
    """A feed may not send us to addresses within this machine or its network, unless it is there.

    Only addresses are looked at, not what a name stands for.
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
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
