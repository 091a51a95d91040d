"""How a site is asked: at the pace that its robots.txt names, and not twice when it said wait."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.utils.httpobj import urlparse_cached

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)
_LONGEST = 60.0  # seconds; a longer Crawl-delay means "rarely", and a poll must end


class CrawlDelay:
    """Slows a host down to its robots.txt's Crawl-delay, where that is more than ours.

    Scrapy 2.19 does not: https://github.com/scrapy/scrapy/issues/892
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.robots_parsed, signals.robots_parsed)
        return extension

    def robots_parsed(self, robotparser: Any, request: Request) -> None:
        stated = robotparser.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"])
        ours = self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        if not stated or stated <= ours or self._crawler.engine is None:
            return
        host = urlparse_cached(request).hostname or ""
        delay = min(float(stated), _LONGEST)
        downloader = self._crawler.engine.downloader
        # For the slot that is open, and for a later one: idle slots are forgotten.
        downloader.per_slot_settings[host] = {"delay": delay, "concurrency": 1, "jitter": 0}
        if host in downloader.slots:
            downloader.slots[host].delay = delay
            downloader.slots[host].concurrency = 1
        logger.debug("crawl delay host=%s seconds=%.1f", host, delay)


class Offsite(OffsiteMiddleware):
    """Scrapy's, except that what it refuses fails loudly: the request's errback hears of it.

    Since 2.11.2 it refuses before that: https://github.com/scrapy/scrapy/pull/6358
    """

    def request_scheduled(self, request: Request, spider: Spider) -> None:
        """Let it pass: whatever is refused here is dropped without a word to anybody."""


class RetryOnce(RetryMiddleware):
    """Scrapy's retry, except where the server said when to come back: then the ledger waits.

    Scrapy 2.19 does not read Retry-After: https://github.com/scrapy/scrapy/issues/3849
    """

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if response.status == 429 or b"Retry-After" in response.headers:
            return response
        return super().process_response(request, response)
