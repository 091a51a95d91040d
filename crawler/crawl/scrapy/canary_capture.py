"""Keep one good page of each source as it came: a newer one once a month.

A Scrapy extension. Of every other page it costs a look into a dictionary.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler.crawl.wire_spider import WireSpider
from crawler.health.canaries.canary_check import made_by
from crawler.health.canaries.fingerprint import fingerprint, is_canary_candidate
from crawler.model.clock import utc_now
from crawler.model.conditions import ConditionKind
from crawler.model.items import Article
from crawler.runtime.services import Services
from crawler.storage.database import SQLAlchemyError
from crawler.storage.health import canaries, condition_log
from crawler.storage.health.canaries import Canary

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy import Spider
    from scrapy.crawler import Crawler

    from crawler.config.source import Source
    from crawler.storage.database import Connection

logger = logging.getLogger(__name__)

_POLLS = "crawler.crawl.poll.poll_tracker.PollTracker"  # switched off where a crawl is no poll
_OLD = timedelta(days=30)
_LATER = timedelta(days=1)


class _Due:
    """From when on a source may have a new one; shared by all crawls of this process."""

    def __init__(self) -> None:
        self.is_known = False
        self.by_source: dict[str, datetime] = {}

    @classmethod
    def from_services(cls, _: Services) -> Self:
        return cls()


class CanaryTaking:
    """Takes the canaries of the crawl that this extension belongs to."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._due = services.once(_Due.from_services)
        self.clock = utc_now

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # Of polls only: an archive's pages are not the site's own, and a check has no store.
        if crawler.settings.getdict("EXTENSIONS").get(_POLLS) is None:
            raise NotConfigured
        taking = cls(Services.of(crawler))
        crawler.signals.connect(taking.item_scraped, signals.item_scraped)
        return taking

    async def item_scraped(self, item: Any, spider: Spider) -> None:
        if not isinstance(item, Article) or not isinstance(spider, WireSpider):
            return
        now = self.clock()
        due = self._due.by_source.get(item.page.source)
        if (due is not None and now < due) or not is_canary_candidate(item):
            return
        try:
            await self._consider(item, spider.source_of(item.page.source), now)
        except SQLAlchemyError as error:  # the next good page will do as well
            logger.warning("no canary source=%s", item.page.source, exc_info=error)

    async def _consider(self, item: Article, source: Source, now: datetime) -> None:
        database = self._services.database
        if not self._due.is_known:
            taken = await database.read(canaries.capture_times)
            self._due.by_source = {name: at + _OLD for name, at in taken.items()}
            self._due.is_known = True
            if now < self._due.by_source.get(source.name, now):
                return
        page = item.page
        canary = Canary(
            source=source.name,
            url=page.url,
            charset=page.charset,
            entry=page.entry,
            html=page.html,
            expected=fingerprint(item.content),
            made_by=made_by(self._services, source.hints),
            taken_at=page.fetched_at,
        )

        def work(connection: Connection) -> bool:
            # What is asked of the operators is about the page that is there.
            if condition_log.is_open(connection, source.name, ConditionKind.CANARY):
                return False
            canaries.put_canary(connection, canary)
            return True

        self._due.by_source[source.name] = now + _LATER  # nobody else takes it meanwhile
        if await database.write(work):
            self._due.by_source[source.name] = now + _OLD
            logger.info("canary taken source=%s url=%s", source.name, page.url)
