"""Asks archives and sites one thing after the other, and waits as long as an archive wants."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from scrapy import Request

from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.crawl.failures import name, retry_after
from crawler.crawl.request_meta import KEEP_PACKED
from crawler.model.backoff import backoff
from crawler.model.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.config.models import BackfillConfig

logger = logging.getLogger(__name__)
# 509: the Common Crawl's "slow down". A refused connection is how the Wayback Machine bans.
_BUSY = {429, 500, 502, 503, 504, 509}
_LONGEST = 900.0  # seconds of one wait


class Busy(ArchiveUnavailable):
    """The archive does not serve anybody now: the rest would fare no better."""


class ArchiveClient:
    """The one visitor of an archive. Its waits double while the archive says that it is busy."""

    def __init__(self, crawler: Crawler, config: BackfillConfig) -> None:
        self._crawler = crawler
        self._config = config
        self._next = 0.0  # of the loop's clock: before then nobody is asked
        self._one = asyncio.Lock()
        self.waiting = ""  # what for, while it waits long: shown beside the progress

    async def archive(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        """The archive's answer, whatever its status, once it is not busy. Raises `Busy`."""
        async with self._one:
            said = ""
            for attempt in range(self._config.tries):
                await self._rest()
                response, said = await self._asked(url, headers)
                self._next = self._now() + self._config.pause.total_seconds()
                if response is not None and response.status not in _BUSY:
                    return response
                self._next = self._now() + self._patience(response, attempt)
                self.waiting = said
                logger.warning("archive is busy url=%s attempt=%d: %s", url, attempt + 1, said)
            raise Busy(f"{url}: {said}, after {self._config.tries} tries")

    async def site(self, url: str) -> Response:
        """What the source's own site answers, at its own pace, obeying its robots.txt."""
        response, said = await self._got(
            Request(url, meta={"handle_httpstatus_all": True}, priority=10)
        )
        if response is None:
            raise ArchiveUnavailable(f"{url}: {said}")
        return response

    async def _asked(
        self, url: str, headers: Mapping[str, str] | None
    ) -> tuple[Response | None, str]:
        # An archive's interface is made for programs: its terms are in its documentation.
        meta = {
            "dont_obey_robotstxt": True,
            "allow_offsite": True,
            "dont_retry": True,
            KEEP_PACKED: True,
        }
        return await self._got(Request(url, headers=dict(headers or {}), meta=meta, priority=10))

    async def _got(self, request: Request) -> tuple[Response | None, str]:
        engine = self._crawler.engine
        if engine is None:
            raise RuntimeError("nobody can be asked before the crawl begins")
        try:
            response = await engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - `name` knows them, and says what is unknown
            return None, name(error, now=utc_now()).said
        return response, f"the server answered {response.status}"

    def _patience(self, response: Response | None, attempt: int) -> float:
        stated = retry_after(response, now=utc_now()) if response is not None else None
        ours = backoff(attempt, first=self._config.patience.total_seconds(), cap=_LONGEST)
        return min(max(ours, stated.total_seconds() if stated else 0.0), _LONGEST)

    async def _rest(self) -> None:
        if (left := self._next - self._now()) > 0:
            await asyncio.sleep(left)
        self.waiting = ""

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
