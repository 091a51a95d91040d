"""Channel interface: what each promises, and the errors that say that it could not keep it.

A channel sends once and reports; it never retries. When to try again, in which order and for how
long is decided in one place: `alerts.delivery.channel_worker`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from crawler.config.channel_kinds import PACKAGE
from crawler.config.channel_secrets import variable
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from crawler.config.config import Config
    from crawler.config.models import ChannelConfig
    from crawler.model.alert import Alert
    from crawler.runtime.services import Services
    from crawler.storage.database import Database


#: The tables of the configuration that channels are made of.
TABLES = ("channel", "slack", "alerts")


class Retry(Exception):
    """Surely not delivered; try again after that many seconds, or when you see fit."""

    def __init__(self, why: str, *, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class Unknown(Exception):
    """It may have been delivered, or may yet be: ask with `find` before sending again."""


class MessageRejected(Exception):
    """Surely not delivered, and another try would change nothing."""


class BadChannel(Retry):
    """The same, and of every other alert, until somebody mends the channel: operators are told."""


class CannotTell(Exception):
    """`find` has no way to know what was delivered; the message says what is missing."""


class Channel(Protocol):
    """Somewhere alerts go. The kit in tests/alerts/test_channel.py tests each promise."""

    name: str
    pace: float
    """Seconds from one send to the next."""
    visible_within: float
    """Seconds after which `find` sees what the channel took, however slow it is; 0: at once."""

    async def send(self, alert: Alert) -> str:
        """Deliver, and return what the channel calls the message.

        A channel whose module says `FOLLOWS = True` is handed updates and replies, too: their
        `parent` is what it called the story's first message. An update sent twice is no harm.

        Raises `Retry`, `Unknown` or `MessageRejected`, with a text that holds no secret.
        """
        ...

    async def find(self, alert: Alert) -> str | None:
        """What the channel calls the message if it has this alert already; None if it has not.

        Where it has it twice, the younger copy is taken away if it can be.

        Raises `CannotTell` where it cannot be known; `Retry` where it cannot be known now.
        """
        ...

    async def check(self) -> list[str]:
        """Say in words what works, without sending.

        Raises `MessageRejected`, `Retry` or `Unknown` with what does not.
        """
        ...

    async def close(self) -> None:
        """Give everything back. Nothing is sent afterwards."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a channel is built from: its own declaration, and what all of them share."""

    declared: ChannelConfig
    config: Config
    clock: Callable[[], datetime]
    store: Database | None = None  # of what staff say of stories, for a channel that shows it

    def target(self, wanted: str) -> str:
        """The declared target; raises `Unusable`, with what is wanted, where there is none."""
        if not self.declared.target:
            raise self.unusable(f"kind {self.declared.kind} needs target = {wanted}")
        return self.declared.target

    def secret(self, wanted: str) -> str:
        """The channel's secret; raises `Unusable`, with what is wanted, where there is none."""
        secret = self.declared.secret
        if secret is None or not secret.get_secret_value().strip():
            name = variable(self.declared.name)
            raise self.unusable(
                f"kind {self.declared.kind} needs a secret: {wanted}. "
                f"Set {name}, or {name}_FILE to the path of a file that holds it."
            )
        return secret.get_secret_value().strip()

    def unusable(self, why: str) -> Unusable:
        """To be raised by `build`; `why` holds no secret."""
        return Unusable(f"channel {self.declared.name}: {why}")


def open_channel(place: Place) -> Channel:
    """The channel that is declared: `build(place)` in `alerts/channels/<kind>.py` makes it.

    Raises `crawler.model.exceptions.Unusable` where something is missing.
    """
    module = import_module(f"{PACKAGE}.{place.declared.kind}")
    return cast("Channel", module.build(place))


def opened(services: Services) -> list[Channel]:
    """Every channel that is configured; asked for with `services.once(opened, *TABLES)`."""
    config, store = services.config, services.database
    return [
        open_channel(Place(declared=one, config=config, clock=utc_now, store=store))
        for one in config.channels
    ]


def followers(services: Services) -> frozenset[str]:
    """The names of the channels that follow a story: their modules say `FOLLOWS = True`."""
    return frozenset(
        channel.name
        for channel in services.config.channels
        if getattr(import_module(f"alerts.channels.{channel.kind}"), "FOLLOWS", False)
    )
