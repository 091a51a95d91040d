"""Every chore of a daemon, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler import keeping
from crawler.chores import Chore
from crawler.health import canary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.services import Services
    from crawler.wire import WireSpider


def chores(services: Services, sources: Sequence[type[WireSpider]]) -> list[Chore]:
    """What the daemon of these services does beside polling these sources."""
    return [
        Chore(name=keeping.CHORE, every=keeping.EVERY, do=keeping.Keeping(services).do),
        Chore(name=canary.CHORE, every=canary.EVERY, do=canary.CanaryWatch(services, sources).do),
    ]
