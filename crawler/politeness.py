"""How a site is asked: at the pace that its robots.txt names, and not twice when it said wait."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.clock import utc_now
from crawler.failures import UNREADABLE_ROBOTS, name

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)
_LONGEST = 60.0  # seconds; a longer Crawl-delay means "rarely", and a poll must end


class CrawlDelay:
    """Slows a host down to its robots.txt's Crawl-delay, where that is more than ours."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.robots_parsed, signals.robots_parsed)
        return extension

    def robots_parsed(self, robotparser: Any, request: Request) -> None:
        stated = robotparser.rp.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"])
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


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's, read as RFC 9309 has it: no robots.txt (4xx) forbids nothing.

    One that cannot be had (5xx, no answer) forbids everything. Scrapy would read the error page as
    if it were the file, and take no answer for a yes.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreadable: dict[str, str] = {}

    def process_exception(self, request: Request, exception: Exception) -> Response | None:
        """No answer to our own request, which alone is marked so, is an answer like a 5xx."""
        if isinstance(exception, IgnoreRequest) or not request.meta.get("dont_obey_robotstxt"):
            return None
        said = name(exception, now=utc_now()).said
        return Response(request.url, status=HTTPStatus.SERVICE_UNAVAILABLE, flags=[said])

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            said = response.flags or [f"the server answered {response.status} for it"]
            self._unreadable[netloc] = said[0]
        if response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        said = self._unreadable.get(urlparse_cached(request).netloc)
        if said is not None:
            raise IgnoreRequest(f"{UNREADABLE_ROBOTS}: {said}")
        super().process_request_2(rp, request)


class Offsite(OffsiteMiddleware):
    """Scrapy's, except that what it refuses fails loudly: the request's errback hears of it."""

    def request_scheduled(self, request: Request, spider: Spider) -> None:
        """Let it pass: whatever is refused here is dropped without a word to anybody."""


class RetryOnce(RetryMiddleware):
    """Scrapy's retry, except where the server said when to come back: then the ledger waits."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if response.status == 429 or b"Retry-After" in response.headers:
            return response
        return super().process_response(request, response)
