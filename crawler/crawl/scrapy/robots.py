"""What a site's robots.txt asks of us, obeyed as RFC 9309 has it, and remembered between polls."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest, NotConfigured, StopDownload
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.crawl.egress import AddressNotAllowed
from crawler.crawl.failures import UNREADABLE_ROBOTS, name
from crawler.crawl.scrapy.robots_rules import LIMIT, RobotsRules, parse
from crawler.model.clock import utc_now
from crawler.runtime.host_gate import HostGate, host_of
from crawler.runtime.services import Services

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_GOOD_FOR = timedelta(hours=1)  # RFC 9309 allows a day; a change of mind is heard sooner
_AT_ONCE = 32_000  # bytes that are read in a few milliseconds
_MARK = "is_robots_txt"  # of the meta of our own requests
_FIRST = 1_000  # priority: nothing of a site is asked before its robots.txt


class RobotsMemory:
    """The rules of the sites that were asked lately, shared by all crawls of this process."""

    def __init__(self) -> None:
        self._sites: dict[str, tuple[RobotsRules, datetime]] = {}

    @classmethod
    def from_services(cls, services: Services) -> Self:
        return cls()

    def keep(self, site: str, rules: RobotsRules, *, now: datetime) -> None:
        self._sites[site] = (rules, now + _GOOD_FOR)

    def recall(self, site: str, *, now: datetime) -> RobotsRules | None:
        """The rules of a site; None where they have to be asked for."""
        rules, until = self._sites.get(site, (None, now))
        return rules if until > now else None


class RobotsTxt:
    """Lets through what the site's robots.txt allows; a file that is not there (4xx) allows all.

    One that cannot be had (5xx, no answer) forbids everything. Scrapy's would read the error page
    as if it were the file, and take no answer for a yes
    (https://github.com/scrapy/scrapy/issues/2443); its parser ends groups where Google's does not.
    What was read is remembered for a while: most polls are two requests, and half of all would be
    for this file.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._product: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        services = Services.of(crawler)
        self._memory = services.once(RobotsMemory.from_services)
        self._gate = services.once(HostGate.from_services)
        self._asked: dict[str, asyncio.Task[RobotsRules | IgnoreRequest]] = {}
        self.clock = utc_now

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Raises IgnoreRequest for what is forbidden, or for all where the rules cannot be had."""
        if request.meta.get("dont_obey_robotstxt") or request.url.startswith("data:"):
            return  # a data: URL asks nobody
        rules = await self._rules(_site(request))
        if isinstance(rules, IgnoreRequest):
            raise rules
        if not rules.allows(request.url):
            raise IgnoreRequest("Forbidden by robots.txt")

    async def _rules(self, site: str) -> RobotsRules | IgnoreRequest:
        """The rules of a site: those of this crawl, else remembered, else fetched."""
        if site not in self._asked:
            self._asked[site] = asyncio.ensure_future(self._learn(site))
        return await asyncio.shield(self._asked[site])

    async def _learn(self, site: str) -> RobotsRules | IgnoreRequest:
        rules = self._memory.recall(site, now=self.clock())
        if rules is None:
            found = await self._fetch(site)
            if isinstance(found, IgnoreRequest):
                return found
            rules = found
            self._memory.keep(site, rules, now=self.clock())
        self._gate.pace(host_of(site), rules.delay)
        return rules

    async def _fetch(self, site: str) -> RobotsRules | IgnoreRequest:
        request = Request(
            f"{site}/robots.txt",
            priority=_FIRST,
            # RFC 9309 has us follow redirects of it, to other hosts as well.
            meta={
                "dont_obey_robotstxt": True,
                "allow_offsite": True,
                "download_maxsize": 0,
                _MARK: True,
            },
            callback=NO_CALLBACK,
        )
        if self._crawler.engine is None:
            raise RuntimeError("nobody can be asked before the crawl begins")
        try:
            with _cut(self._crawler):
                response = await self._crawler.engine.download_async(request)
        except AddressNotAllowed as error:
            return error
        except Exception as error:  # noqa: BLE001 - `name` knows them, and says what is unknown
            if isinstance(error, IgnoreRequest) and "redirect" in str(error):
                return RobotsRules()  # as if there were none: RFC 9309, 2.3.1.2
            return IgnoreRequest(f"{UNREADABLE_ROBOTS}: {name(error, now=self.clock()).said}")
        return await self._read(response)

    async def _read(self, response: Response) -> RobotsRules | IgnoreRequest:
        if response.status >= 500:
            said = f"the server answered {response.status} for it"
            return IgnoreRequest(f"{UNREADABLE_ROBOTS}: {said}")
        if response.status >= 400:
            return RobotsRules()
        if len(response.body) <= _AT_ONCE:
            return parse(response.body, self._product)
        return await asyncio.to_thread(parse, response.body, self._product)


@contextmanager
def _cut(crawler: Crawler) -> Iterator[None]:
    """Take no more of a robots.txt than is read of it; the rest is not waited for."""
    received: dict[Request, int] = {}

    def count(data: bytes, request: Request, **_: Any) -> None:
        if _MARK in request.meta:
            received[request] = received.get(request, 0) + len(data)
            if received[request] > LIMIT:
                raise StopDownload(fail=False)

    crawler.signals.connect(count, signals.bytes_received, weak=False)
    try:
        yield
    finally:
        crawler.signals.disconnect(count, signals.bytes_received)


def _site(request: Request) -> str:
    url = urlparse_cached(request)
    return f"{url.scheme}://{url.netloc}"
