"""The spider that every source is: ask what is new, fetch it, hand the page on.

A wire is a subclass that declares where it publishes; see docs/adding-a-wire.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from scrapy import Request, Spider
from w3lib.encoding import http_content_type_encoding

from crawler.config.messages import said
from crawler.config.source import Source
from crawler.crawl.egress import Egress
from crawler.crawl.extension_lookup import extension_of
from crawler.crawl.failures import RequestFailure
from crawler.crawl.poll.document_requests import DocumentRequests
from crawler.crawl.poll.poll_tracker import PollTracker
from crawler.discovery.block_pages import CHALLENGE, challenger
from crawler.discovery.html_sniffing import begins_as_html
from crawler.discovery.not_found_pages import says_not_found
from crawler.model.exceptions import Unusable
from crawler.model.items import Page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.crawl.page_tracker import CrawlTracker
    from crawler.crawl.poll.document_requests import Pushed
    from crawler.storage.crawl.pages import AnnouncedPage

_LAST = -10  # what is new comes first
_MARKUP = re.compile(r"html|xml|text/plain|^$")


class WireSpider(Spider):
    """One wire service or institution: a subclass declares the words of `Source`, and no more.

    `source` is that declaration, as a value; a class without a name declares nothing.
    """

    source: Source

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "source" not in vars(cls) and getattr(cls, "name", None):
            cls.source = _declaration(cls)

    def __init__(
        self, name: str | None = None, *, pushed: Sequence[Pushed] = (), **kwargs: Any
    ) -> None:
        super().__init__(name, **kwargs)
        self.pushed = pushed
        self.allowed_domains = list(self.source.allowed_domains)
        self.egress = Egress.to(self.source.places())

    def source_of(self, page: str) -> Source:
        """The source of that name, whose page this crawl fetched: ours, where it is of one."""
        return self.source

    @property
    def tracker(self) -> CrawlTracker:
        """The extension that tracks this crawl."""
        return self._poll

    @property
    def _poll(self) -> PollTracker:
        return extension_of(self.crawler, PollTracker)

    # -- 1. what is new? -----------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request | Page]:
        """Take up what earlier polls left; ask every document, or read what a hub brought.

        At the end, look again at pages of stories that were told.
        """
        poll = self._poll
        for page in await poll.leftovers(self.name):
            yield self.take_up(page)
        inquiry = DocumentRequests(
            self.source, poll.documents, self.take_up, on_demand=poll.on_demand
        )
        for pushed in self.pushed:
            async for found in inquiry.take(pushed):
                yield found
        if not self.pushed:
            async for request in inquiry.ask():
                yield request
        for page in await poll.pages.take_rechecks(self.name):
            yield self._page_request(page).replace(priority=_LAST)

    # -- 2. the page ---------------------------------------------------------------------------

    def take_up(self, page: AnnouncedPage) -> Request | Page:
        """The request for a page; or at once the page, where its entry is all that there is."""
        return self._lead(page) if self.source.lead_only else self._page_request(page)

    async def parse_page(self, response: Response, announced: AnnouncedPage) -> AsyncIterator[Page]:
        """Hand the page on to the pipelines; they decide what it is."""
        pages = self.tracker.pages
        pages.counts["fetched"] += 1
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        if not (_MARKUP.search(content_type.lower()) or begins_as_html(response.body)):
            trouble = RequestFailure(slug="not-html", said=content_type, permanent=True)
            await pages.fail(self.name, announced.url, trouble)
            return
        if guard := challenger(response.body):
            trouble = RequestFailure(slug=CHALLENGE, said=f"a challenge page ({guard})")
            await pages.fail(self.name, announced.url, trouble)
            return
        if says_not_found(response.body):
            told = "a page that says that there is none, answered as if there were (200)"
            trouble = RequestFailure(slug="soft-404", said=told)
            await pages.fail(self.name, announced.url, trouble)
            return
        if pages.looks_again(announced.url) and self._strayed(response, announced):
            trouble = RequestFailure(slug="moved", said=f"leads to {response.url}", permanent=True)
            await pages.fail(self.name, announced.url, trouble)
            return
        yield Page(
            source=self.name,
            entry=announced.entry,
            canonical_url=announced.url,
            url=response.url,
            html=response.body,
            charset=http_content_type_encoding(content_type),
            fetched_at=self.tracker.pages.clock(),
            first_seen=announced.first_seen,
            baseline=announced.baseline,
        )

    def _strayed(self, response: Response, told: AnnouncedPage) -> bool:
        """A page that is gone often leads to the front page, which is no change of it."""
        is_front = urlsplit(response.url).path in {"", "/"}
        is_article = self.source.is_article(response.url) and not is_front
        return response.url != told.entry.url and not is_article

    def _lead(self, announced: AnnouncedPage) -> Page:
        return Page(
            source=self.name,
            entry=announced.entry,
            canonical_url=announced.url,
            url=announced.entry.url,
            html=b"",
            charset=None,
            fetched_at=self.tracker.pages.clock(),
            first_seen=announced.first_seen,
            baseline=announced.baseline,
            lead_only=True,
        )

    def _page_request(self, page: AnnouncedPage) -> Request:
        return Request(
            page.entry.url,
            callback=self.parse_page,
            errback=self._page_error,
            cb_kwargs={"announced": page},
            meta={"page": page.url},
        )

    async def _page_error(self, failure: Failure) -> None:
        url = failure.request.meta["page"]  # type: ignore[attr-defined]
        await self.tracker.pages.fail_request(self.name, url, failure)

    def check(self, response: Response) -> None:
        """What `scrapy check` asks of every spider, and asks no site: see the contract.

        @declared
        """


def _declaration(spider: type[WireSpider]) -> Source:
    """What the class declares; raises `Unusable` that names it and each field that is wrong."""
    words = {word: getattr(spider, word) for word in Source.model_fields if hasattr(spider, word)}
    try:
        return Source.model_validate(words)
    except ValidationError as error:
        found = "; ".join(said(detail) for detail in error.errors(include_url=False))
        raise Unusable(f"{spider.__module__}.{spider.__qualname__}: {found}") from None
