"""Probe runner: several sources at a time, and each site by one of them only."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawler.crawl.probe.findings import Finding, Probed, Weight
from crawler.crawl.probe.probe_spider import ProbeSpider
from crawler.crawl.probe.site_search import SearchSpider
from crawler.runtime.services import SETTING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Sequence

    from crawler.config.source import Source
    from crawler.crawl.probe.site_search import SiteFindings
    from crawler.runtime.services import Services

logger = logging.getLogger(__name__)
_AT_ONCE = 8  # sources
_Spider = TypeVar("_Spider", bound=ProbeSpider)
_TRACKER = "crawler.crawl.poll.poll_tracker.PollTracker"


class Prober:
    """Tries sources out under the settings of a poll, less what writes.

    `says` is told the names of those at work, whenever they change.
    """

    def __init__(self, services: Services) -> None:
        self.says: Callable[[Collection[str]], None] = _nobody_listens
        settings = Settings()
        settings.setmodule("crawler.settings", priority="project")
        settings.set(SETTING, services, priority="cmdline")
        settings.set("ITEM_PIPELINES", {}, priority="cmdline")
        settings.set("CLOSESPIDER_TIMEOUT", 0, priority="cmdline")  # the spider keeps the time
        extensions = settings.getdict("EXTENSIONS") | {_TRACKER: None}
        settings.set("EXTENSIONS", extensions, priority="cmdline")
        self._runner = AsyncCrawlerRunner(settings)
        self._places = asyncio.Semaphore(_AT_ONCE)
        # The pace of a crawl is its own: two sources of one site wait for each other instead.
        self._sites: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._at_work: set[str] = set()

    async def probe(self, sources: Sequence[Source]) -> AsyncIterator[Probed]:
        """What each comes to, in their order, as soon as it is known."""
        tasks = [asyncio.ensure_future(self._probe(source)) for source in sources]
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()

    async def search(self, source: Source) -> SiteFindings:
        """What the site of `source.home` has to be asked by; see `site_search`."""
        spider = await self._in_turn(source, SearchSpider)
        return replace(spider.findings, cut_short=spider.cut_short)

    async def _probe(self, source: Source) -> Probed:
        try:
            return (await self._in_turn(source, ProbeSpider)).probed()
        except Exception as error:
            logger.exception("probe failed source=%s", source.name)
            said = f"the probe itself failed: {error!r}"
            broken = Finding(weight=Weight.BROKEN, slug="unfinished", said=said)
            return Probed(
                source=source.name,
                title=source.title,
                unproven=source.unproven,
                lead_only=source.lead_only,
                findings=(broken,),
            )

    async def _in_turn(self, source: Source, kind: type[_Spider]) -> _Spider:
        async with AsyncExitStack() as held:
            for site in source.allowed_domains or [source.name]:  # sorted: nobody waits in a ring
                await held.enter_async_context(self._sites[site])
            await held.enter_async_context(self._places)
            self._at_work.add(source.name)
            self.says(self._at_work)
            try:
                return await self._crawl(source, kind)
            finally:
                self._at_work.discard(source.name)
                self.says(self._at_work)

    async def _crawl(self, source: Source, kind: type[_Spider]) -> _Spider:
        crawler = self._runner.create_crawler(kind)
        await self._runner.crawl(crawler, source=source)
        if not isinstance(crawler.spider, kind):
            raise TypeError(f"{source.name}: the crawl began without its spider")
        return crawler.spider


def _nobody_listens(at_work: Collection[str]) -> None:
    """What is at work need not be shown."""
