"""No request outlives its poll: what a server leaves hanging ends when crawl.poll_timeout does."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadTimeoutError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_LEAST = 0.1  # seconds that a request begun at the last moment is given
_FAREWELL = 1.0  # seconds that connections have to close, as Scrapy gives them


class WithinThePoll(HTTP11DownloadHandler):
    """Scrapy's download handler, whose requests wait no longer than the poll may still take.

    Scrapy ends a crawl by waiting for what is under way and what is queued, each for as long as
    DOWNLOAD_TIMEOUT and the pace between two requests allow: so it is in 2.19, and
    https://github.com/scrapy/scrapy/pull/7455 may make this needless.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        loop = asyncio.get_running_loop()
        seconds = crawler.settings.getfloat("CLOSESPIDER_TIMEOUT") or math.inf
        self._ends = loop.time() + seconds
        self._timer = loop.call_at(self._ends, self._end) if seconds < math.inf else None
        self._closing: asyncio.Task[None] | None = None

    async def download_request(self, request: Request) -> Response:
        left = self._ends - asyncio.get_running_loop().time()
        allowed = float(request.meta["download_timeout"])
        request.meta["download_timeout"] = max(_LEAST, min(allowed, left))
        return await super().download_request(request)

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


def _drop_queued(downloader: Any) -> None:
    for slot in downloader.slots.values():
        slot.close()
        while slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(DownloadTimeoutError("the poll's time is over"))
