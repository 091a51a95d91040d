"""Offsite and retry middleware: a crawl stays on its own site, and waits where it is told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Request

from crawler.discovery.html_sniffing import ends_whole

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.http import Response


class Offsite(OffsiteMiddleware):
    """Scrapy's, except that what it refuses fails loudly: the request's errback hears of it.

    Since 2.11.2 it refuses before that: https://github.com/scrapy/scrapy/pull/6358
    """

    def request_scheduled(self, request: Request, spider: Spider) -> None:
        """Let it pass: whatever is refused here is dropped without a word to anybody."""


class RetryOnce(RetryMiddleware):
    """Scrapy's retry, except where the server said when to come back: then the ledger waits.

    Scrapy 2.19 does not read Retry-After: https://github.com/scrapy/scrapy/issues/3849

    An answer that ends before its stated length is asked for again; if the second one does, too,
    it is taken where it ends in the tag that closes its document.
    """

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if "dataloss" in response.flags and not ends_whole(response.body):
            raise ResponseDataLossError
        if response.status == 429 or b"Retry-After" in response.headers:
            return response
        return super().process_response(request, response)

    def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Request | Response | None:
        again = super().process_exception(request, exception)
        if isinstance(exception, ResponseDataLossError) and isinstance(again, Request):
            again.meta["download_fail_on_dataloss"] = False
        return again
