"""The spider that every source is: ask what is new, fetch it, hand the page on.

A wire is a subclass that declares where it publishes; see docs/adding-a-wire.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import TextResponse
from w3lib.encoding import http_content_type_encoding

from crawler.book import PollBook
from crawler.declaration import Archive
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.feeds import parse_feed
from crawler.discovery.listings import parse_listing
from crawler.discovery.sitemaps import parse_sitemap
from crawler.failures import Trouble
from crawler.storage.ledger import Document
from crawler.types import Hints, Page
from crawler.urls import site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from datetime import timedelta

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.declaration import JsonList
    from crawler.storage.ledger import Announced
    from crawler.types import Entry

_DOCUMENT, _PAGE = 10, 0  # priorities: learn what exists before fetching it
_MARKUP = re.compile(r"html|xml|text/plain|^$")
NEWEST = 500  # entries of one document that a poll takes up; a backfill is another command


class WireSpider(Spider):
    """One wire service or institution. Everything a source can say about itself is declared here.

    `feeds`, `sitemaps` and `listings` are where it announces articles; `article_urls` is a regular
    expression that an article's absolute URL matches. `timezone` is the zone of the times it
    prints. `evidence` says what the declaration rests on, and when that was seen.

    `kind` is wire, institution or site; `packs` are the groups that `enabled = ["@…"]` names it by.
    `home` is a page whose <link rel="alternate"> names the feeds, where none is known for sure.
    `lead_only` says that its articles are behind a wall: a story is the entry's title and summary.
    `unproven` says why a source is in no pack and has to be enabled by its name: nobody has seen
    its road work.
    """

    title: ClassVar[str] = ""
    country: ClassVar[str] = ""
    kind: ClassVar[str] = "site"
    packs: ClassVar[tuple[str, ...]] = ()
    feeds: ClassVar[tuple[str, ...]] = ()
    sitemaps: ClassVar[tuple[str, ...]] = ()
    listings: ClassVar[tuple[str, ...]] = ()
    json_lists: ClassVar[tuple[JsonList, ...]] = ()
    home: ClassVar[str] = ""
    next_page: ClassVar[str] = ""
    max_pages: ClassVar[int] = 3
    article_urls: ClassVar[str] = ""
    languages: ClassVar[tuple[str, ...]] = ()
    timezone: ClassVar[str] = "UTC"
    credits: ClassVar[tuple[str, ...]] = ()
    body: ClassVar[str] = ""
    date: ClassVar[str] = ""
    wrong_offset: ClassVar[bool] = False
    lead_only: ClassVar[bool] = False
    archive: ClassVar[Archive] = Archive()
    unproven: ClassVar[str] = ""
    interval: ClassVar[timedelta | None] = None
    cron: ClassVar[str] = ""
    evidence: ClassVar[tuple[str, ...]] = ()

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        # A source's own sites: a redirect or a link to anywhere else is not followed.
        self.allowed_domains = sorted({site(url) for url in self.documents()})
        self._article = re.compile(self.article_urls)
        self.hints = Hints(
            languages=self.languages,
            timezone=self.timezone,
            credits=self.credits,
            body=self.body,
            date=self.date,
            wrong_offset=self.wrong_offset,
        )

    @property
    def book(self) -> PollBook:
        book = self.crawler.get_extension(PollBook)
        if book is None:
            raise RuntimeError("the extension crawler.book.PollBook is switched off")
        return book

    # -- 1. what is new? -----------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        """Ask every document the source declares, and take up what earlier polls left."""
        for page in await self.book.leftovers(self.name):
            yield self._page_request(page)
        for urls, callback in (
            (self.feeds, self.parse_feed),
            (self.sitemaps, self.parse_sitemap),
            (self.listings, self.parse_listing),
        ):
            for url in urls:
                known = await self.book.document(url)
                if known.not_before is None or known.not_before <= self.book.clock():
                    yield self._document_request(url, callback, known)
                else:
                    self.book.counts["documents on hold"] += 1

    async def parse_feed(self, response: Response) -> AsyncIterator[Request]:
        if response.status == 304:
            self.book.unchanged(self.name)
            return
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        try:
            entries = parse_feed(response.body, response.url, content_type)
        except NotTheDocument as error:
            await self._not_the_document(response, error)
            return
        for request in await self._announce(response, entries):
            yield request

    async def parse_sitemap(self, response: Response) -> AsyncIterator[Request]:
        if response.status == 304:
            self.book.unchanged(self.name)
            return
        try:
            sitemap = parse_sitemap(response.body, response.url)
        except NotTheDocument as error:
            await self._not_the_document(response, error)
            return
        children = sitemap.children[: self.max_pages]
        for request in await self._announce(response, sitemap.entries, then=children):
            yield request
        for child in children:
            known = await self.book.document(child)
            yield self._further(child, self.parse_sitemap, known, behind=response)

    async def parse_listing(self, response: Response, depth: int = 1) -> AsyncIterator[Request]:
        if response.status == 304:
            self.book.unchanged(self.name)
            return
        if not isinstance(response, TextResponse):
            await self._not_the_document(response, NotTheDocument("no text where a page belongs"))
            return
        listing = parse_listing(response, article_urls=self.article_urls, next_page=self.next_page)
        if not listing.entries:
            error = NotTheDocument("no link on the page matches article_urls")
            await self._not_the_document(response, error)
            return
        further = listing.next_page if depth < self.max_pages else ""
        then = (further,) if further else ()
        requests = await self._announce(response, listing.entries, then=then)
        for request in requests:
            yield request
        if not further:
            return
        if requests:  # a page without anything new is known ground: stop there
            following = self._further(
                further, self.parse_listing, Document(url=further), behind=response
            )
            yield following.replace(cb_kwargs={"depth": depth + 1})
        else:
            await self.book.read_on(self.name, further)

    async def _announce(
        self, response: Response, entries: Iterable[Entry], *, then: Iterable[str] = ()
    ) -> list[Request]:
        asked = response.meta["document"]
        document = Document(
            url=asked,
            etag=(response.headers.get("ETag") or b"").decode("latin-1"),
            last_modified=(response.headers.get("Last-Modified") or b"").decode("latin-1"),
        )
        if then:
            # What stands behind it can change while it does not: always ask for all of it.
            document = Document(url=asked)
        wanted = [entry for entry in entries if self._is_article(entry.url)]
        self.book.left_out(len(wanted) - NEWEST)
        baseline: bool = response.meta["baseline"]
        pages = await self.book.announced(
            self.name, document, wanted[:NEWEST], baseline=baseline, then=then
        )
        await self.book.read_on(self.name, asked)
        return [self._page_request(page) for page in pages]

    def _is_article(self, url: str) -> bool:
        if self.article_urls:
            return self._article.search(url) is not None
        return site(url) in self.allowed_domains

    async def _not_the_document(self, response: Response, error: NotTheDocument) -> None:
        trouble = Trouble(slug="not-the-document", said=str(error))
        await self.book.document_failed(self.name, response.meta["document"], trouble)

    # -- 2. the page ---------------------------------------------------------------------------

    async def parse_page(self, response: Response, announced: Announced) -> AsyncIterator[Page]:
        """Hand the page on to the pipelines; they decide what it is."""
        self.book.counts["fetched"] += 1
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        if not _MARKUP.search(content_type.lower()):
            trouble = Trouble(slug="not-html", said=content_type, permanent=True)
            await self.book.page_failed(self.name, announced.url, trouble)
            return
        yield Page(
            source=self.name,
            entry=announced.entry,
            canonical_url=announced.url,
            url=response.url,
            html=response.body,
            charset=http_content_type_encoding(content_type),
            fetched_at=self.book.clock(),
            first_seen=announced.first_seen,
            baseline=announced.baseline,
        )

    # -- requests ------------------------------------------------------------------------------

    def _document_request(self, url: str, callback: Any, known: Document) -> Request:
        headers = {}
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        return Request(
            url,
            callback=callback,
            errback=self._document_error,
            headers=headers,
            priority=_DOCUMENT,
            meta={
                "document": url,
                "baseline": known.fetched_at is None,
                "handle_httpstatus_list": [304],
            },
        )

    def _further(self, url: str, callback: Any, known: Document, *, behind: Response) -> Request:
        """A document that another one names: it is a baseline where that one is."""
        request = self._document_request(url, callback, known)
        request.meta["baseline"] = behind.meta["baseline"]
        return request

    def _page_request(self, page: Announced) -> Request:
        return Request(
            page.entry.url,
            callback=self.parse_page,
            errback=self._page_error,
            cb_kwargs={"announced": page},
            priority=_PAGE,
            meta={"page": page.url},
        )

    async def _document_error(self, failure: Failure) -> None:
        url = failure.request.meta["document"]  # type: ignore[attr-defined]
        await self.book.document_failed(self.name, url, self.book.describe(failure))

    async def _page_error(self, failure: Failure) -> None:
        url = failure.request.meta["page"]  # type: ignore[attr-defined]
        await self.book.page_failed(self.name, url, self.book.describe(failure))

    def check(self, response: Response) -> None:
        """What `scrapy check` asks of every spider, and asks no site: see the contract.

        @declared
        """

    @classmethod
    def documents(cls) -> tuple[str, ...]:
        """Everything that the source declares to be asked."""
        return (*cls.feeds, *cls.sitemaps, *cls.listings)

    @classmethod
    def is_loopback(cls) -> bool:
        """Is it on this very machine, as a replica is?"""
        hosts = {urlsplit(url).hostname or "" for url in cls.documents()}
        return all(host == "localhost" or host.startswith("127.") for host in hosts)
