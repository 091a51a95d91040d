"""HTTP client of a probe: at the pace and under the rules of a poll; names what goes wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.crawl.document_pool import DocumentPool
from crawler.crawl.failures import UNREADABLE_ROBOTS, RequestFailure, name
from crawler.discovery.block_pages import challenger
from crawler.runtime.services import Services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.model.clock import Clock

_ELSEWHERE = re.compile(r"offsite request to '([^']+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response, or a trouble, or (an error page) both."""

    url: str
    response: Response | None = None
    trouble: RequestFailure | None = None

    @property
    def status(self) -> int | None:
        return self.response.status if self.response is not None else None

    @property
    def content_type(self) -> str:
        return self.header("Content-Type")

    def header(self, key: str) -> str:
        if self.response is None:
            return ""
        return (self.response.headers.get(key) or b"").decode("latin-1")

    @property
    def hops(self) -> tuple[object, ...]:
        """The status of each redirect on the way here."""
        if self.response is None or self.response.request is None:
            return ()
        return tuple(self.response.request.meta.get("redirect_reasons", ()))


class ProbeClient:
    """Sends requests through the downloader of a crawl: its delay, robots.txt, limits, TLS."""

    def __init__(self, crawler: Crawler, clock: Clock) -> None:
        self._crawler = crawler
        self.documents = Services.of(crawler).once(DocumentPool.from_services)
        self.clock = clock

    async def ask(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        engine = self._crawler.engine
        if engine is None:
            raise RuntimeError("the crawl has not begun")
        request = Request(url, headers=dict(headers or {}), meta={"document": url})
        try:
            response = await engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever went wrong is what we report
            return Answer(url=url, trouble=self._named(error))
        if guard := challenger(response.body):
            said = f"answered {response.status} with a challenge page ({guard})"
            return Answer(
                url=url, response=response, trouble=RequestFailure(slug="challenge", said=said)
            )
        if response.status >= 400:
            return Answer(url=url, response=response, trouble=self._named(HttpError(response)))
        return Answer(url=url, response=response)

    def _named(self, error: Exception) -> RequestFailure:
        trouble = name(error, now=self.clock())
        if trouble.slug == "offsite" and (found := _ELSEWHERE.search(str(error))):
            return replace(trouble, said=f"leads to another site, {found[1]}")
        if trouble.slug == "robots-unreadable" and "the server answered" not in trouble.said:
            # robots.txt is merely asked first: it is the host that cannot be had.
            said = trouble.said.removeprefix(f"{UNREADABLE_ROBOTS}: ")
            slug = "certificate" if "certificate" in said else "unreachable"
            return replace(trouble, slug=slug, said=said)
        return trouble
