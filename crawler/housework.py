"""Every chore of a daemon, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.chores import Chore
    from crawler.services import Services
    from crawler.wire import WireSpider


def chores(services: Services, sources: Sequence[type[WireSpider]]) -> list[Chore]:
    """What the daemon of these services does beside polling these sources."""
    return []
