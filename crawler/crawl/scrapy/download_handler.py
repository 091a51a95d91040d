"""HTTP download handler: through the host's gate, where requests may go, and within the poll.

No request outlives its poll: what a server leaves hanging ends when crawl.poll_timeout does.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future

from crawler.crawl.scrapy.http_client import CheckedAgent, LimitedFactory, headers_too_large
from crawler.runtime.host_gate import HostGate, host_of
from crawler.runtime.services import SETTING

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.crawl.egress import Egress
    from crawler.runtime.services import Services

_LEAST = 0.1  # seconds that a request begun at the last moment is given
_FAREWELL = 1.0  # seconds that connections have to close, as Scrapy gives them
_LATER = 0.1  # seconds: what waits for its host ends once the poll is closing, not before


class PollDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's download handler, whose requests wait no longer than the poll may still take.

    Scrapy ends a crawl by waiting for what is under way and what is queued, each for as long as
    DOWNLOAD_TIMEOUT and the pace between two requests allow: so it is in 2.19, and
    https://github.com/scrapy/scrapy/pull/7455 may make this needless.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._pool._factory = LimitedFactory  # noqa: SLF001 - Twisted has no other way
        self._gate = _gate(crawler)
        self._reach: Egress | None = None
        loop = asyncio.get_running_loop()
        seconds = crawler.settings.getfloat("CLOSESPIDER_TIMEOUT") or math.inf
        self._ends = loop.time() + seconds
        self._timer = loop.call_at(self._ends, self._end) if seconds < math.inf else None
        self._closing: asyncio.Task[None] | None = None

    async def download_request(self, request: Request) -> Response:
        egress = self._egress()
        if egress is not None:
            egress.check(request.url)
        host, source = host_of(request.url), self._crawler.spider.name  # type: ignore[union-attr]
        until = self._ends + _LATER if self._ends < math.inf else None
        try:
            await self._gate.enter(host, source, until=until)
        except TimeoutError:
            raise DownloadTimeoutError("the poll's time is over") from None
        try:
            left = self._ends - asyncio.get_running_loop().time()
            allowed = float(request.meta["download_timeout"])
            request.meta["download_timeout"] = max(_LEAST, min(allowed, left))
            return await self._send(request, egress)
        finally:
            self._gate.leave(host, source)

    async def _send(self, request: Request, egress: Egress | None) -> Response:
        agent = self._agent(egress)
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except CannotResolveHostError:
            if isinstance(agent, CheckedAgent) and agent.refusal is not None:
                raise agent.refusal from None
            raise
        except Exception as error:
            if (too_large := headers_too_large(error)) is not None:
                raise too_large from None
            raise

    def _agent(self, egress: Egress | None) -> _ScrapyAgent:
        given: dict[str, Any] = {
            "contextFactory": self._contextFactory,
            "bindAddress": self._bind_address,
            "pool": self._pool,
            "maxsize": self._default_maxsize,
            "warnsize": self._default_warnsize,
            "fail_on_dataloss": self._fail_on_dataloss,
            "crawler": self._crawler,
            "tls_verbose_logging": self._tls_verbose_logging,
        }
        return _ScrapyAgent(**given) if egress is None else CheckedAgent(egress=egress, **given)

    def _egress(self) -> Egress | None:
        """Where this crawl may ask; None for a spider that is nobody's source."""
        if self._reach is None:
            declared: Egress | None = getattr(self._crawler.spider, "egress", None)
            services: Services | None = self._crawler.settings.get(SETTING)
            if declared is None or services is None:
                return declared
            self._reach = declared.and_to(services.config.backfill.archives())
        return self._reach

    def _end(self) -> None:
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None:
            closing = engine.close_spider_async(reason="closespider_timeout")
            self._closing = asyncio.get_running_loop().create_task(closing)
            # Behind its first step: what is dropped before that would be tried once more.
            asyncio.get_running_loop().call_soon(_drop_queued, engine.downloader)

    async def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        # Scrapy's own waits with a timer that raises into the log where the loop was held up for as
        # long as it runs: it calls back on what has called back already.
        pool: Any = self._pool
        closed = pool.closeCachedConnections().asFuture(asyncio.get_running_loop())
        await asyncio.wait([closed], timeout=_FAREWELL)


def _gate(crawler: Crawler) -> HostGate:
    """The gate of this process; for a spider that is nobody's source, one of its own."""
    services: Services | None = crawler.settings.get(SETTING)
    if services is not None:
        return services.once(HostGate.from_services)
    settings = crawler.settings
    return HostGate(
        delay=settings.getfloat("DOWNLOAD_DELAY"),
        concurrency=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
    )


def _drop_queued(downloader: Any) -> None:
    for slot in downloader.slots.values():
        slot.close()
        while slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(DownloadTimeoutError("the poll's time is over"))
