"""The spider that every source is: ask what is new, fetch it, hand the page on.

A wire is a subclass that declares where it publishes; see docs/adding-a-wire.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.utils.misc import load_object
from w3lib.encoding import http_content_type_encoding

from crawler.config.source import Archive
from crawler.crawl.failures import Trouble
from crawler.crawl.poll.document_requests import Inquiry
from crawler.crawl.poll.poll_tracker import PollBook
from crawler.discovery.block_pages import CHALLENGE, challenger
from crawler.discovery.document import Kind
from crawler.model.items import Hints, Page
from crawler.model.urls import site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from datetime import timedelta

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.config.source import JsonList
    from crawler.crawl.poll.document_requests import Pushed
    from crawler.storage.crawl.pages import Announced

_LAST = -10  # what is new comes first
_MARKUP = re.compile(r"html|xml|text/plain|^$")


class WireSpider(Spider):
    """One wire service or institution. Everything a source can say about itself is declared here.

    `feeds`, `sitemaps` and `listings` are where it announces articles; `article_urls` is a regular
    expression that an article's absolute URL matches. `timezone` is the zone of the times it
    prints. `evidence` says what the declaration rests on, and when that was seen.

    `kind` is wire, institution or site; `packs` are the groups that `enabled = ["@…"]` names it by.
    `next_page` is a CSS selector of a listing's link to its next page, or, relative to the listing,
    the address of one: "?page={page}". `json_lists` are lists of articles in JSON.
    `home` is a page whose <link rel="alternate"> names the feeds, where none is known for sure.
    `lead_only` says that its articles are behind a wall: a story is the entry's title and summary.
    `frozen_after` says how long it may be silent before that is odd, instead of crawl.frozen_after.
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
    frozen_after: ClassVar[timedelta | None] = None
    interval: ClassVar[timedelta | None] = None
    cron: ClassVar[str] = ""
    evidence: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, name: str | None = None, *, pushed: Sequence[Pushed] = (), **kwargs: Any
    ) -> None:
        super().__init__(name, **kwargs)
        self.pushed = pushed
        # A source's own sites: a redirect or a link to anywhere else is not followed.
        places = (*self.documents(), *(one.address for one in self.json_lists))
        self.allowed_domains = sorted({site(url) for url in places} - {""})
        self._article = re.compile(self.article_urls)
        self.hints = Hints(
            languages=self.languages,
            timezone=self.timezone,
            credits=self.credits,
            body=self.body,
            date=self.date,
            wrong_offset=self.wrong_offset,
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """With -a since=, until= or via=, a backfill of this source takes the poll's place."""
        if kwargs.keys() & {"since", "until", "via", "wanted"}:
            begin = load_object("crawler.crawl.backfill.backfill_spider.begin")
            return cast("Self", begin(cls, crawler, **kwargs))
        return super().from_crawler(crawler, *args, **kwargs)

    def source(self, name: str) -> WireSpider:
        """The declaration of the source of that name: ours, where a crawl is of one source."""
        return self

    @property
    def book(self) -> PollBook:
        book = self.crawler.get_extension(PollBook)
        if book is None:
            raise RuntimeError(
                "the extension crawler.crawl.poll.poll_tracker.PollBook is switched off"
            )
        return book

    # -- 1. what is new? -----------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request | Page]:
        """Take up what earlier polls left; ask every document, or read what a hub brought.

        At the end, look again at pages of stories that were told.
        """
        for page in await self.book.leftovers(self.name):
            yield self.take_up(page)
        inquiry = Inquiry(self, self.book)
        for pushed in self.pushed:
            async for found in inquiry.take(pushed):
                yield found
        if not self.pushed:
            async for request in inquiry.ask():
                yield request
        for page in await self.book.told(self.name):
            yield self._page_request(page).replace(priority=_LAST)

    def is_article(self, url: str) -> bool:
        """Is this one of the source's articles, as far as its address tells?"""
        if self.article_urls:
            return self._article.search(url) is not None
        return site(url) in self.allowed_domains

    # -- 2. the page ---------------------------------------------------------------------------

    def take_up(self, page: Announced) -> Request | Page:
        """The request for a page; or at once the page, where its entry is all that there is."""
        return self._lead(page) if self.lead_only else self._page_request(page)

    async def parse_page(self, response: Response, announced: Announced) -> AsyncIterator[Page]:
        """Hand the page on to the pipelines; they decide what it is."""
        self.book.counts["fetched"] += 1
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        if not _MARKUP.search(content_type.lower()):
            trouble = Trouble(slug="not-html", said=content_type, permanent=True)
            await self.book.page_failed(self.name, announced.url, trouble)
            return
        if guard := challenger(response.body):
            trouble = Trouble(slug=CHALLENGE, said=f"a challenge page ({guard})")
            await self.book.page_failed(self.name, announced.url, trouble)
            return
        if self.book.looks_again(announced.url) and self._strayed(response, announced):
            trouble = Trouble(slug="moved", said=f"leads to {response.url}", permanent=True)
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

    def _strayed(self, response: Response, told: Announced) -> bool:
        """A page that is gone often leads to the front page, which is no change of it."""
        is_front = urlsplit(response.url).path in {"", "/"}
        is_article = self.is_article(response.url) and not is_front
        return response.url != told.entry.url and not is_article

    def _lead(self, announced: Announced) -> Page:
        return Page(
            source=self.name,
            entry=announced.entry,
            canonical_url=announced.url,
            url=announced.entry.url,
            html=b"",
            charset=None,
            fetched_at=self.book.clock(),
            first_seen=announced.first_seen,
            baseline=announced.baseline,
            lead_only=True,
        )

    def _page_request(self, page: Announced) -> Request:
        return Request(
            page.entry.url,
            callback=self.parse_page,
            errback=self._page_error,
            cb_kwargs={"announced": page},
            meta={"page": page.url},
        )

    async def _page_error(self, failure: Failure) -> None:
        url = failure.request.meta["page"]  # type: ignore[attr-defined]
        await self.book.page_failed(self.name, url, self.book.describe(failure))

    def check(self, response: Response) -> None:
        """What `scrapy check` asks of every spider, and asks no site: see the contract.

        @declared
        """

    # -- the declaration -----------------------------------------------------------------------

    @classmethod
    def declared(cls) -> Iterator[tuple[Kind, str]]:
        """Every document that announces articles, and what it is."""
        for kind, urls in (
            (Kind.FEED, cls.feeds),
            (Kind.SITEMAP, cls.sitemaps),
            (Kind.LISTING, cls.listings),
            (Kind.JSON_LIST, tuple(one.url for one in cls.json_lists)),
        ):
            for url in urls:
                yield kind, url

    @classmethod
    def documents(cls) -> tuple[str, ...]:
        """Everything that the source declares to be asked."""
        return (*(url for _, url in cls.declared()), *filter(None, (cls.home,)))

    @classmethod
    def is_loopback(cls) -> bool:
        """Is it on this very machine, as a replica is?"""
        hosts = {urlsplit(url).hostname or "" for url in cls.documents()}
        return all(host == "localhost" or host.startswith("127.") for host in hosts)
