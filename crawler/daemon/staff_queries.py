"""Staff queries: what a running daemon answers to the desk, in lines of plain text.

The lines may hold text from the web; whoever shows them makes it harmless.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler import ports
from crawler.crawl.backfill.backfill_runner import asked, fill
from crawler.crawl.scrapy.settings_addon import require_contact
from crawler.health.status_reader import StatusReader
from crawler.health.status_report import last_errors
from crawler.model.formatting import count
from crawler.storage.alerts.outbox import STATES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from crawler.config.source import Source
    from crawler.crawl.backfill.backfill_runner import Filled
    from crawler.crawl.crawl_runner import CrawlRunner
    from crawler.health.status_report import SourceStatus
    from crawler.model.clock import Clock
    from crawler.runtime.services import Services
    from crawler.storage.crawl.backfills import BackfillRequest
    from crawler.storage.health.live_stats import Waiting

_COUNTED = ("entries", "fetched", "extracted", "flagged", "failed")


class StaffQueries:
    """Asked on the daemon's loop; a backfill runs beside its polls, one at a time."""

    def __init__(
        self,
        services: Services,
        runner: CrawlRunner,
        sources: Callable[[], Sequence[Source]],
        *,
        clock: Clock,
    ) -> None:
        self._services = services
        self._runner = runner
        self._sources = sources
        self._zone = ZoneInfo(services.config.alerts.timezone)
        self._clock = clock
        self._one = asyncio.Lock()

    async def status(self) -> list[str]:
        """The channels first, then the sources in trouble, then the others."""
        reader = StatusReader(self._services, self._sources())
        report = await reader.whole(self._clock())
        ill, sources = report.ailing, report.sources
        totals = report.totals.to_json()
        counted = f"{totals['stored']:,} articles stored in all, {totals['flagged']:,} flagged"
        refused = report.rules_refused.splitlines()
        return [
            f"{report.daemon}.",
            f"{count(len(sources), 'source')}, {len(ill)} in trouble; {counted}",
            *(_channel(name, waits) for name, waits in report.outbox.items()),
            *(f"rules as edited are not in use: {line}" for line in refused),
            *last_errors(ill),
            *(self._source(one) for one in ill),
            *(self._source(one) for one in sources if not one.ails),
        ]

    def _source(self, one: SourceStatus) -> str:
        next_run = f"{one.next_run.astimezone(self._zone):%H:%M %Z}"
        return f"{one.name}: {one.health.said}, {one.stored} new in 24 h, next {next_run}"

    async def why(self, url: str) -> list[str]:
        """Which rules fire on a stored article or come near. Raises `Unusable`."""
        return await ports.why(self._services, url)

    async def backfill(self, source: str, since: str, until: str) -> AsyncIterator[list[str]]:
        """Say that it begins, do it silently, say how it ended. Raises `Unusable`."""
        words = {"since": since, "until": until, "alerts": "silent"}
        for spider, wanted in asked(self._runner, [source], words):
            if spider is not None:
                require_contact(self._services, [spider])
            async for lines in self._fill(spider, wanted):
                yield lines

    async def _fill(
        self, spider: Source | None, wanted: BackfillRequest
    ) -> AsyncIterator[list[str]]:
        days = f"backfill of {wanted.source}, {wanted.since} to {wanted.until}"
        waits = "; another one ends first" if self._one.locked() else ""
        yield [f"The {days}, begins; nobody is alerted{waits}."]
        async with self._one:
            filled = await fill(self._runner, self._services, spider, wanted)
        yield _outcome(days, filled)


def _channel(name: str, waits: Waiting) -> str:
    numbers = {state: waits.counts.get(state, 0) for state in STATES}
    waiting = numbers["pending"] + numbers["sending"]
    said = f"channel {name}: {numbers['sent']} sent, {waiting} waiting, {numbers['dead']} dead"
    return f"{said}: {waits.why}" if waiting and waits.why else said


def _outcome(days: str, filled: Filled) -> list[str]:
    polled = filled.polled
    numbers = ", ".join(f"{polled.counts[key]} {key}" for key in _COUNTED if polled.counts.get(key))
    job = f" (job {filled.job})" if filled.job else ""
    if polled.outcome == "done":
        return [
            f"The {days}, is done{job}: {numbers or 'nothing was found'}.",
            *(f"{story.title} ({story.source}, score {story.score:g})" for story in filled.best),
        ]
    why = f": {polled.reason}" if polled.reason else ""
    again = "The same command goes on where it was."
    return [f"The {days}, was {polled.outcome}{job}{why}. {again}"]
