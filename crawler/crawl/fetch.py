"""Fetch a few addresses that somebody named: as politely as a poll would, and without a store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from w3lib.encoding import http_content_type_encoding

from crawler.crawl.egress import Egress
from crawler.crawl.failures import RequestFailure, describe
from crawler.model.clock import utc_now
from crawler.runtime.services import SETTING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.runtime.services import Services


def is_address(text: str) -> bool:
    """Whether it can be asked for over HTTP."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as it came. `url` is where the redirects ended, `charset` the header's."""

    url: str
    html: bytes = field(repr=False)
    charset: str | None


async def fetch(urls: Sequence[str], services: Services) -> dict[str, Fetched | RequestFailure]:
    """Each page by the address asked for, or why it could not be had. Runs on Scrapy's loop."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set(SETTING, services, priority="cmdline")
    settings.set("ITEM_PIPELINES", {}, priority="cmdline")
    # The books of a poll are kept in the store, which this has none of.
    settings.set("EXTENSIONS", {}, priority="cmdline")
    answers: dict[str, Fetched | RequestFailure] = {}
    await AsyncCrawlerRunner(settings).crawl(_Asking, urls=urls, answers=answers)
    over = RequestFailure(slug="timeout", said="not fetched within crawl.poll_timeout")
    return {url: answers.get(url, over) for url in urls}


class _Asking(Spider):
    name = "extract"

    def __init__(self, urls: Sequence[str], answers: dict[str, Fetched | RequestFailure]) -> None:
        super().__init__()
        self._urls = urls
        self._answers = answers
        self.egress = Egress.to(filter(is_address, urls))  # whoever names an address means it

    async def start(self) -> AsyncIterator[Any]:
        for url in dict.fromkeys(self._urls):
            if is_address(url):
                meta = {"asked": url}
                yield Request(url, callback=self.fetched, errback=self.failed, meta=meta)
            else:
                said = "not the address of a page"
                self._answers[url] = RequestFailure(slug="address", said=said, permanent=True)

    def fetched(self, response: Response) -> None:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        self._answers[response.meta["asked"]] = Fetched(
            url=response.url,
            html=response.body,
            charset=http_content_type_encoding(content_type),
        )

    def failed(self, failure: Failure) -> None:
        asked = failure.request.meta["asked"]  # type: ignore[attr-defined]
        self._answers[asked] = describe(failure, now=utc_now())
