"""Extract: the item pipeline that turns a page into an article, or drops it with the reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from cssselect import SelectorError

from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.crawl.wire_spider import WireSpider
from crawler.model.dropped_items import NotSettled, Rejected, TryAgain
from crawler.model.exceptions import Unusable
from crawler.model.items import Article, Hints
from crawler.runtime.services import Services
from pipelines.extraction.html import landmarks
from pipelines.extraction.not_an_article import NotAnArticle
from pipelines.workers.pool import CRASHED, TIMEOUT, ExtractionDown, ExtractionPool

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.model.items import Extracted, Page


DOWN, STOPPED = "extraction-down", "extraction-stopped"
MOST_TIMEOUTS = 3  # of a source in one poll: then its other pages are left for the next


async def again(services: Services, page: Page, hints: Hints) -> Extracted:
    """What the page comes to now, in the pool that all crawls share. Raises `Rejected`."""
    hints = replace(hints, declared=services.once(_declared_credits, "source"))
    return await _extract(services.once(ExtractionPool.from_services), page, hints)


def _declared_credits(services: Services) -> tuple[str, ...]:
    """The names that the declared sources sign their texts with: others credit them so."""
    wires = SourceLoader.of(services.config).wires().values()
    return tuple(sorted({name for wire in wires for name in wire.credits}))


async def _extract(pool: ExtractionPool, page: Page, hints: Hints) -> Extracted:
    now, source = page.fetched_at, page.source
    try:
        if page.lead_only:
            return await pool.extract_lead(page.entry, hints=hints, now=now, source=source)
        return await pool.extract(
            page.html,
            page.url,
            charset=page.charset,
            hints=hints,
            now=now,
            entry=page.entry,
            source=source,
        )
    except ExtractionDown as error:
        raise NotSettled(DOWN, f"extraction is down: {error}", failed=True) from None
    except NotAnArticle as refusal:
        if refusal.reason == CRASHED:  # perhaps not the page's fault: a machine out of memory
            raise TryAgain(refusal.reason, refusal.detail) from None
        raise Rejected(refusal.reason, refusal.detail) from None


class Extract:
    """The first pipeline: `Page` in, `Article` out; the work is done in the shared pool."""

    def __init__(
        self, pool: ExtractionPool, crawler: Crawler, declared: tuple[str, ...] = ()
    ) -> None:
        self._pool = pool
        self._declared = declared
        self._crawler = crawler
        self._timeouts: Counter[str] = Counter()  # by source, of this crawl

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Extract:
        services = Services.of(crawler)
        declared = services.once(_declared_credits, "source")
        return cls(services.once(ExtractionPool.from_services), crawler, declared)

    def open_spider(self) -> None:
        """Refuse a declaration that cannot work before any page is rejected because of it."""
        for name in ("body", "date"):
            try:
                landmarks.compiled(getattr(self._hints, name) or "*")
            except SelectorError as error:
                raise Unusable(f"{self._source}: {name} is not a CSS selector: {error}") from None

    async def process_item(self, item: Page) -> Article:
        source = item.source
        if self._timeouts[source] >= MOST_TIMEOUTS:
            said = f"{source}: extraction stopped after {MOST_TIMEOUTS} pages that took too long"
            raise NotSettled(STOPPED, f"{said}; the others wait for the next poll", failed=False)
        try:
            content = await _extract(self._pool, item, self._hints_of(source))
        except Rejected as refusal:
            self._timeouts[source] += refusal.reason == TIMEOUT
            raise
        return Article(page=item, content=content)

    @property
    def _source(self) -> str:
        spider = self._crawler.spider
        return spider.name if spider is not None else "?"

    @property
    def _hints(self) -> Hints:
        """What the spider's declaration tells extraction. A spider without any has none to give."""
        return cast("Hints", getattr(self._crawler.spider, "hints", None) or Hints())

    def _hints_of(self, source: str) -> Hints:
        """Those of the page's source: a crawl may be of several sources."""
        spider = self._crawler.spider
        of_source = (
            spider.source_of(source).hints if isinstance(spider, WireSpider) else self._hints
        )
        return replace(of_source, declared=self._declared)
