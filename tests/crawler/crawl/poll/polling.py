"""A poll without a crawl: documents answer, and pages end, when a test says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http import Headers, TextResponse

from crawler.config.config import Config
from crawler.config.source import DocumentKind, Source
from crawler.crawl.page_tracker import PageTracker
from crawler.crawl.poll.document_requests import DocumentRequests
from crawler.crawl.poll.document_tracker import AT_ONCE, DocumentTracker
from crawler.health.observer import PollObserver
from crawler.runtime.services import Services
from crawler.storage.crawl import pages
from tests.factories import NOON

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.model.items import Page
    from crawler.storage.crawl.pages import AnnouncedPage
    from crawler.storage.database import Connection

WIRE = Source(name="wire", title="The Wire", feeds=("https://wire.example/feed.xml",))
FEED = WIRE.feeds[0]


def open_store(url: str) -> Services:
    return Services(Config(store={"url": url}))


class Poll:
    """One poll of a source, at `now`."""

    def __init__(
        self,
        services: Services,
        *,
        source: Source = WIRE,
        now: datetime = NOON,
        at_once: int = AT_ONCE,
    ) -> None:
        self._services = services
        self._source = source
        self._now = now
        observer = PollObserver(services)
        observer.begin(source.name, source.title)
        self.pages = PageTracker(services, clock=lambda: now, settled=self._settled)
        self.documents = DocumentTracker(
            services, self.pages, observer, write=services.database.write, at_once=at_once
        )
        self.taken: list[AnnouncedPage] = []
        self._requests = DocumentRequests(source, self.documents, self._take_up, on_demand=True)

    async def _settled(self, source: str, url: str) -> None:
        await self.documents.settled(source, url)

    def _take_up(self, page: AnnouncedPage) -> Request | Page:
        self.taken.append(page)
        return Request(page.entry.url, meta={"page": page.url})

    async def asked(self) -> list[Request]:
        """The documents that it asks for."""
        return [request async for request in self._requests.ask()]

    async def answer(
        self, request: Request, body: str, kind: DocumentKind, *, etag: str = ""
    ) -> list[Request]:
        """A document answers; returns the further documents that it asks for then."""
        response = TextResponse(
            request.url,
            body=body.encode(),
            headers=Headers({"ETag": etag} if etag else {}),
            request=request,
        )
        depth: int = request.cb_kwargs["depth"]
        found = [one async for one in self._requests.parse(response, kind, depth)]
        return [one for one in found if isinstance(one, Request) and "document" in one.meta]

    async def leftovers(self) -> None:
        """Take up what earlier polls left."""
        left = await self._services.database.read(
            lambda connection: pages.unsettled(
                connection, self._source.name, now=self._now, limit=self.documents.at_once
            )
        )
        self.taken += self.pages.take(left)

    async def settle(self, urls: Iterable[str] | None = None) -> None:
        """These pages end (all that were taken up): each of them is stored."""
        for url in [page.url for page in self.taken] if urls is None else list(urls):

            def work(connection: Connection, url: str = url) -> None:
                pages.settle(connection, url, "rejected", "no-article", now=self._now)

            await self._services.database.write(work)
            await self.documents.settled(self._source.name, url)
