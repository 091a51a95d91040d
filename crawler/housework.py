"""Every chore of a daemon, in one list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crawler.chores import Chore
from crawler.health.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.services import Services
    from crawler.wire import WireSpider


def chores(services: Services, sources: Sequence[type[WireSpider]]) -> list[Chore]:
    """What the daemon of these services does beside polling these sources."""
    watch = services.once(Watch)
    return [Chore(name="look around", every=60, do=partial(watch.look_around, sources))]
