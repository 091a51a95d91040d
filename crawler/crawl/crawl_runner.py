"""Crawl runner: one poll is one crawl of one source, in this process, on this loop."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawler import ports
from crawler.crawl.lone_poll import PollGate
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.crawl.wire_spider import WireSpider
from crawler.health.crash_watch import CrashWatch
from crawler.health.evaluator import HealthEvaluator
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.runtime.registration import Registration
from crawler.runtime.services import SETTING
from crawler.storage.crawl import runs
from crawler.storage.crawl.processes import RUN
from crawler.storage.crawl.runs import FAILED, NOT_ENABLED, READ, SKIPPED, STOPPED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scrapy import Spider
    from scrapy.crawler import Crawler

    from crawler.config.source import Source
    from crawler.crawl.page_tracker import CrawlTracker
    from crawler.crawl.poll.document_requests import Pushed
    from crawler.runtime.services import Services
    from crawler.schedule.crash_hold import CrashHold

logger = logging.getLogger(__name__)
_MISSING = re.compile(r"No module named '(\w+)")
_OBJECTS = 20_000  # that come and go with a few pages, until the collector looks at the young
_AT_ONCE = 8  # polls under way at one time; the rest wait their turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """How a poll ended (`crawler.storage.crawl.runs.OUTCOMES`), why, and what it counted."""

    source: str
    outcome: str
    reason: str
    counts: Mapping[str, int]

    @property
    def went_well(self) -> bool:
        """It read the source, or left it alone because that was asked for."""
        rests = self.outcome == SKIPPED and self.counts.get("documents on hold", 0) > 0
        return self.outcome in READ or rests


class CrawlRunner:
    """Polls sources; `stop` ends what is under way."""

    def __init__(self, services: Services, *, role: str) -> None:
        self.registration = services.once(Registration.of)
        self.registration.role = role
        settings = Settings()
        settings.setmodule("crawler.settings", priority="project")
        settings.set(SETTING, services, priority="cmdline")
        settings.set("WIREWATCH_ON_DEMAND", role != "run", priority="cmdline")
        self._runner = AsyncCrawlerRunner(settings)
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0  # for a place
        self._turns: dict[str, asyncio.Lock] = {}  # one crawl of a source at a time
        self._database = services.database
        self._metrics = services.metrics
        self._watch = services.once(HealthEvaluator)
        self._crash_watch = services.once(CrashWatch)
        self._gate = PollGate()
        self._stopped = False
        self.under_way: dict[str, CrawlTracker] = {}

    @property
    def loader(self) -> SourceLoader:
        loader = self._runner.spider_loader
        if not isinstance(loader, SourceLoader):
            raise TypeError(
                "SPIDER_LOADER_CLASS is not crawler.crawl.scrapy.spider_loader.SourceLoader"
            )
        return loader

    @loader.setter
    def loader(self, loader: SourceLoader) -> None:
        """Crawl the spiders of this one from now on; what is under way goes on with its own."""
        self._runner.spider_loader = loader

    async def poll(self, source: Source, *, pushed: Sequence[Pushed] = ()) -> Polled:
        """Crawl the source once, or read what a hub brought of it.

        What goes wrong is in the answer, and in the ledger of runs.
        """
        async with self._turns.setdefault(source.name, asyncio.Lock()):
            began = utc_now()
            if source.name not in self.loader.list():  # removed while it waited for its turn
                return Polled(source=source.name, outcome=SKIPPED, reason=NOT_ENABLED, counts={})
            hold = await self._hold_of(source.name)
            if hold is not None and hold.until > began:
                return Polled(
                    source=source.name, outcome=SKIPPED, reason=f"on hold: {hold.detail}", counts={}
                )
            spider = self.loader.load(source.name)
            async with self._gate.beside_others() if hold is None else self._gate.alone():
                polled = await self.crawl(spider, source.name, shown_as=source.name, pushed=pushed)
            if hold is not None and polled.outcome in READ:
                await self._crash_watch.release(source.name, utc_now())
            self._metrics.polled(
                source.name, polled.outcome, polled.counts, began=began, ended=utc_now()
            )
            if polled.outcome != SKIPPED:
                await self._watch.after(source, polled.counts)
            return polled

    async def _hold_of(self, source: str) -> CrashHold | None:
        """Whoever asks by hand has it polled at once, in a process of its own."""
        if self.registration.role != RUN:
            return None
        return await self._crash_watch.hold_of(source)

    async def crawl(
        self, spider: type[Spider], source: str, /, *, shown_as: str, **arguments: Any
    ) -> Polled:
        """Crawl it with these arguments; `under_way` shows the trackers by `shown_as` meanwhile."""
        self._waiting += 1
        async with self._places:
            self._waiting -= 1
            if self._stopped:
                return Polled(source=source, outcome=SKIPPED, reason="stopped", counts={})
            crawler = self._runner.create_crawler(spider)
            try:
                task = self._runner.crawl(crawler, **arguments)
                await self._show(shown_as, crawler, task)
            except Exception as error:
                logger.exception("poll failed source=%s", source)
                return Polled(source=source, outcome=FAILED, reason=repr(error), counts={})
            finally:
                self.under_way.pop(shown_as, None)
            tracker = _tracker_of(crawler)
            outcome, reason = tracker.outcome
            return Polled(
                source=source, outcome=outcome, reason=reason, counts=tracker.pages.counts
            )

    async def _show(self, name: str, crawler: Crawler, task: asyncio.Task[None]) -> None:
        # The extensions exist once the crawl has taken its first step.
        await asyncio.sleep(0)
        try:
            if crawler.extensions is not None:
                self.under_way[name] = _tracker_of(crawler)
        finally:
            await task

    async def stop(self, *, within: float) -> bool:
        """Let what is in flight finish; False where it did not in so many seconds.

        Polls that wait for a place are told at once, and skipped.
        """
        self._stopped = True
        self._gate.open()
        for _ in range(self._waiting):
            self._places.release()
        stopping = asyncio.gather(self._runner.stop(), self._runner.join())
        try:
            await asyncio.wait_for(stopping, within)
        except TimeoutError:
            for name in self.under_way:
                cut_off = partial(runs.cut_off, source=name, reason=STOPPED, now=utc_now())
                await self._database.write(cut_off)
            return False
        return True


def _tracker_of(crawler: Crawler) -> CrawlTracker:
    if not isinstance(crawler.spider, WireSpider):
        raise TypeError(f"{crawler.spidercls.__qualname__} is no WireSpider: nothing tracks it")
    return crawler.spider.tracker


async def test_extraction(services: Services) -> None:
    """Have a worker extract a page of our own before any other. Raises `Unusable`."""
    pool = ports.extraction_pool(services)
    # Whoever ends the process may have ended its worker with it: once is no proof.
    if await pool.self_test() and (why := await pool.self_test()):
        missing = _MISSING.search(why)
        name = "lxml_html_clean" if "lxml.html.clean" in why else missing and missing[1]
        to_do = f"`pip install {name}`" if name else "install wirewatch anew, with all it needs"
        raise Unusable(f"no page can be extracted on this machine: {why}; {to_do}")


def prepare(services: Services) -> None:
    """Build what every poll needs. Raises `Unusable` for what could not work in any of them."""
    ports.prepare(services)
    # The rules alone are hundreds of thousands of objects: the collector need not visit them again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS)
