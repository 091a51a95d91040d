"""What a running daemon answers to those whom the desk lets ask: lines of plain text.

The lines may hold text from the web; whoever shows them makes it harmless.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler import ports
from crawler.crawl.backfill.backfill_runner import asked, fill
from crawler.crawl.scrapy.settings_addon import require_contact
from crawler.health.status_report import report
from crawler.storage.crawl.runs import FAILED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from crawler.config.source import Source
    from crawler.crawl.backfill.backfill_runner import Filled
    from crawler.crawl.crawl_runner import CrawlRunner
    from crawler.model.clock import Clock
    from crawler.runtime.services import Services
    from crawler.storage.crawl.backfills import BackfillRequest

_COUNTED = ("entries", "fetched", "extracted", "flagged", "failed")


class Answers:
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
        self._clock = clock
        self._one = asyncio.Lock()

    async def status(self) -> list[str]:
        """The channels first, then the sources in trouble, then the others."""
        told = await report(self._services, self._sources(), now=self._clock())
        sources, totals = told["sources"], told["totals"]
        ill = [one for one in sources if one["outcome"] == FAILED]
        well = [one for one in sources if one["outcome"] != FAILED]
        refused = told["rules_refused"].splitlines()
        counted = f"{totals['stored']:,} articles stored, {totals['flagged']:,} flagged"
        return [
            f"{_many(len(sources), 'source')}, {len(ill)} in trouble; {counted}",
            *(_channel(name, counts) for name, counts in told["outbox"].items()),
            *(f"rules as edited are not in use: {line}" for line in refused),
            *(f"{_source(one)}: {one['last_error']}" for one in ill),
            *(_source(one) for one in well),
        ]

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


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _channel(name: str, counts: Mapping[str, Any]) -> str:
    waiting = counts["pending"] + counts["sending"]
    said = f"channel {name}: {counts['sent']} sent, {waiting} waiting, {counts['dead']} dead"
    return f"{said}: {counts['why']}" if waiting and counts["why"] else said


def _source(one: Mapping[str, Any]) -> str:
    last = f"{one['outcome']} {_clock(one['last_run'])}" if one["last_run"] else "not polled yet"
    new = f"{one['new_articles_24h']} new in 24 h"
    return f"{one['name']}: {last}, {new}, next {_clock(one['next_run'])}"


def _clock(at: str | None) -> str:
    return f"{datetime.fromisoformat(at):%H:%M} UTC" if at else ""


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
