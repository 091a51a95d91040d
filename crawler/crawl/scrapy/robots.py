"""What a site's robots.txt asks of us, read as RFC 9309 has it, and remembered between polls."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from crawler.crawl.failures import UNREADABLE_ROBOTS, name
from crawler.model.clock import utc_now
from crawler.runtime.services import Services

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

_LARGEST = 500 * 1024  # bytes that are read of one: RFC 9309, 2.5
_GOOD_FOR = timedelta(hours=1)  # RFC 9309 allows a day; a change of mind is heard sooner


class RobotsMemory:
    """The robots.txt files that were read lately, shared by all crawls of this process."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[bytes, datetime]] = {}

    @classmethod
    def from_services(cls, services: Services) -> Self:
        return cls()

    def keep(self, site: str, body: bytes, *, now: datetime) -> None:
        self._files[site] = (body, now + _GOOD_FOR)

    def recall(self, site: str, *, now: datetime) -> bytes | None:
        """The file of a site, b"" where it has none; None where it has to be asked for."""
        body, until = self._files.get(site, (None, now))
        return body if until > now else None


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's, read as RFC 9309 has it: no robots.txt (4xx) forbids nothing.

    One that cannot be had (5xx, no answer) forbids everything. Scrapy would read the error page as
    if it were the file, and take no answer for a yes (https://github.com/scrapy/scrapy/issues/2443;
    so it is in 2.19: docs/decisions/0010). What was read is remembered for a while: most
    polls are two requests, and half of all would be for this file.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreadable: dict[str, str] = {}
        self._memory = Services.of(crawler).once(RobotsMemory.from_services)
        self.clock = utc_now

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's site: those of this crawl, else remembered, else fetched."""
        netloc = urlparse_cached(request).netloc
        if netloc not in self._parsers:
            body = self._memory.recall(_site(request), now=self.clock())
            if body is not None:
                self._parsers[netloc] = Deferred()
                # Through the same door as one that was fetched: its Crawl-delay counts, too.
                await super()._parse_robots(Response(request.url, body=body), netloc, request)
        await super().robot_parser(request)
        # Of those who wait for one answer Scrapy tells only the first what it was: the others would
        # be let through unasked.
        parser = self._parsers[netloc]
        return None if isinstance(parser, Deferred) else parser

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
        if len(response.body) > _LARGEST:
            response = response.replace(body=response.body[:_LARGEST].rpartition(b"\n")[0])
        if response.status < 500:
            self._memory.keep(_site(request), response.body, now=self.clock())
        await super()._parse_robots(response, netloc, request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        said = self._unreadable.get(urlparse_cached(request).netloc)
        if said is not None:
            raise IgnoreRequest(f"{UNREADABLE_ROBOTS}: {said}")
        super().process_request_2(rp, request)


def _site(request: Request) -> str:
    url = urlparse_cached(request)
    return f"{url.scheme}://{url.netloc}"
