"""Conditional requests for a source's documents; hands on the pages that they announce.

A document is asked conditionally, and not before its time. What it says is written down before any
page is fetched; what is wrong with it is counted under its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from scrapy import Request

from crawler.config.source import DocumentKind
from crawler.crawl.failures import RequestFailure, describe
from crawler.crawl.poll.document_answer import remembered, validators_of
from crawler.crawl.poll.sitemap_children import undated_to_ask
from crawler.crawl.request_meta import KEEP_PACKED
from crawler.discovery.document import Flaw, Reading
from crawler.discovery.entry_dates import newest, newest_first, plausible
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.received import Received
from crawler.storage.crawl.documents import Document

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.config.source import Source
    from crawler.crawl.poll.document_tracker import DocumentTracker
    from crawler.model.items import Page
    from crawler.storage.crawl.pages import AnnouncedPage

#: What is counted where an index names more unread sitemaps than a poll reads.
SITEMAPS_LEFT = "sitemaps left for the next polls"
_PRIORITY = 10  # learn what exists before fetching it
_HOME_AGAIN = timedelta(days=1)  # a site rarely moves its feeds
_WHOLE_AGAIN = timedelta(days=1)  # that a server says "not modified" is believed for so long
_ORDERED = (DocumentKind.SITEMAP, DocumentKind.LISTING)  # by their readers, the newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A feed that a hub brought, as if we had asked for it."""

    document: str
    body: bytes = field(repr=False)
    content_type: str


class DocumentRequests:
    """What one poll asks of one source; `on_demand`: somebody asks by hand, not the schedule."""

    def __init__(
        self,
        source: Source,
        documents: DocumentTracker,
        take_up: Callable[[AnnouncedPage], Request | Page],
        *,
        on_demand: bool,
    ) -> None:
        self._on_demand = on_demand
        self._declaration = source
        self._source = source.name
        self._take_up = take_up
        self._documents = documents
        self._pool = documents.pool
        self._asked: set[str] = set()

    async def ask(self) -> AsyncIterator[Request]:
        """Requests for every document the source declares, and those its home page names."""
        for kind, url in self._declaration.declared():
            async for request in self._ask(url, kind):
                yield request
        home = self._declaration.home
        if not home:
            return
        known = await self._documents.known(home)
        rested_since = self._documents.clock() - _HOME_AGAIN
        rested = known.fetched_at is None or known.fetched_at <= rested_since
        if (rested or self._on_demand) and self._is_due(known):
            yield self._request(known, DocumentKind.HOME)
        for feed in await self._documents.named_by(home):
            async for request in self._ask(feed.url, DocumentKind.FEED):
                yield request

    async def take(self, pushed: Pushed) -> AsyncIterator[Request | Page]:
        """What a hub brought goes the way of what was asked for; nothing is fetched twice."""
        known = await self._documents.known(pushed.document)
        try:
            reading = await self._pool.read(DocumentKind.FEED, _received(pushed), self._declaration)
        except NotTheDocument as error:
            self._documents.log.flawed(
                self._source, pushed.document, Flaw(slug=error.slug, said=str(error))
            )
            return
        baseline = known.fetched_at is None
        for page in await self._announce(
            pushed.document, None, reading, kind=DocumentKind.FEED, baseline=baseline
        ):
            yield page

    async def _ask(self, url: str, kind: DocumentKind) -> AsyncIterator[Request]:
        if url in self._asked:
            return
        self._asked.add(url)
        known = await self._documents.known(url)
        if self._is_due(known):
            yield self._request(known, kind)

    def _is_due(self, known: Document) -> bool:
        # Who asks by hand is not kept by our own back-off, only by what the server asked for.
        until = known.rest_until if self._on_demand else known.not_before
        if until is None or until <= self._documents.clock():
            return True
        self._documents.log.on_hold(known, until)
        return False

    # -- the answer ----------------------------------------------------------------------------

    async def parse(
        self, response: Response, kind: DocumentKind, depth: int = 1
    ) -> AsyncIterator[Request | Page]:
        asked: str = response.meta["document"]
        if response.status == 304:
            await (
                self._unchanged(response, kind) if _was_conditional(response) else self._mute(asked)
            )
            return
        try:
            reading = await self._pool.read(
                kind, Received.of(response), self._declaration, depth=depth
            )
        except NotTheDocument as error:
            trouble = RequestFailure(slug=error.slug, said=str(error))
            await self._documents.log.failed(
                self._declaration, asked, trouble, now=self._documents.clock()
            )
            return
        if kind is DocumentKind.HOME:
            async for request in self._found(response, reading):
                yield request
            return
        document = remembered(response, reading, kind)
        if depth == 1:  # what stands behind it is older by its nature
            now = self._documents.clock()
            latest = newest(plausible(reading.entries, now=now)[0])
            frozen = self._documents.log.age_flaws(self._declaration, latest, now=now)
            reading = replace(reading, flaws=(*frozen, *reading.flaws))
            document = replace(document, newest_at=latest)
        baseline: bool = response.meta["baseline"]
        # An index keeps no validators that would have to wait for its sitemaps.
        then = () if kind is DocumentKind.SITEMAP else reading.further
        pages = await self._announce(
            asked, document, reading, kind=kind, baseline=baseline, then=then
        )
        for page in pages:
            yield page
        # A listing's page without anything new is known ground: stop there.
        if kind is DocumentKind.LISTING and not pages:
            for url in reading.further:
                await self._documents.settled(self._source, url)
            return
        async for request in self._behind(response, kind, reading, depth):
            yield request

    async def _behind(
        self, response: Response, kind: DocumentKind, reading: Reading, depth: int
    ) -> AsyncIterator[Request]:
        """The documents that stand behind one that was read: a baseline where that one is."""
        baseline: bool = response.meta["baseline"]
        if kind is DocumentKind.SITEMAP:
            async for request in self._children(response, reading, depth):
                yield request
            return
        for url in reading.further:
            request = self._request(Document(url=url), kind, depth=depth + 1, baseline=baseline)
            request.meta["listing"] = response.meta.get("listing", response.meta["document"])
            yield request

    async def _children(
        self, response: Response, reading: Reading, depth: int
    ) -> AsyncIterator[Request]:
        """The sitemaps of an index that are asked in this poll."""
        if not reading.children:
            return
        index: str = response.meta["document"]
        known = await self._documents.children(self._source, index, reading.children)
        undated, dated = set(reading.undated), set(reading.further) - set(reading.undated)
        chosen = undated_to_ask(
            [child for child in known if child.url in undated],
            most=self._declaration.max_pages,
            is_due=self._is_due,
            now=self._documents.clock(),
        )
        self._documents.counted(SITEMAPS_LEFT, chosen.left)
        newest_dated = [child for child in known if child.url in dated and self._is_due(child)]
        for child in (*newest_dated, *chosen.now):
            unread = child.fetched_at is None and child.found_on == index
            baseline = bool(response.meta["baseline"]) or unread
            yield self._request(child, DocumentKind.SITEMAP, depth=depth + 1, baseline=baseline)

    async def _announce(
        self,
        asked: str,
        document: Document | None,
        reading: Reading,
        *,
        kind: DocumentKind,
        baseline: bool,
        then: Iterable[str] = (),
    ) -> list[Request | Page]:
        """Write down what a document said; what is there to fetch."""
        entries, refused = plausible(reading.entries, now=self._documents.clock())
        wanted = [entry for entry in entries if self._declaration.is_article(entry.url)]
        if len(wanted) > self._documents.at_once and kind not in _ORDERED:
            wanted = newest_first(wanted)
        self._documents.counted("entries without an address", reading.unusable)
        self._documents.counted("impossible dates", refused)
        self._documents.log.judged(self._source, asked, reading.flaws)
        pages = await self._documents.announced(
            self._source, document, wanted, baseline=baseline, then=then
        )
        await self._documents.settled(self._source, asked)
        return [self._take_up(page) for page in pages]

    async def _unchanged(self, response: Response, kind: DocumentKind) -> None:
        asked: str = response.meta["document"]
        self._documents.log.unchanged(self._source)
        if response.meta["failing"]:
            await self._documents.answered(self._source, asked)
        if kind is DocumentKind.HOME:  # as good as read today
            known = await self._documents.known(asked)
            await self._documents.save(self._source, known)

    async def _mute(self, asked: str) -> None:
        said = "it answers 304 (not modified) to whoever knows nothing of it"
        trouble = RequestFailure(slug="not-modified", said=said)
        await self._documents.log.failed(
            self._declaration, asked, trouble, now=self._documents.clock()
        )

    async def _found(self, response: Response, reading: Reading) -> AsyncIterator[Request]:
        """A home page was read: remember the feeds it names, and ask those that are new."""
        home: str = response.meta["document"]
        self._documents.counted("documents", 1)
        await self._documents.home_read(
            self._source, validators_of(response, home), reading.further
        )
        for url in reading.further:
            async for request in self._ask(url, DocumentKind.FEED):
                yield request

    async def _failed(self, failure: Failure) -> None:
        url = failure.request.meta["document"]  # type: ignore[attr-defined]
        trouble = describe(failure, now=self._documents.clock())
        await self._documents.log.failed(
            self._declaration, url, trouble, now=self._documents.clock()
        )

    # -- the request ---------------------------------------------------------------------------

    def _request(
        self, known: Document, kind: DocumentKind, *, depth: int = 1, baseline: bool | None = None
    ) -> Request:
        meta = {KEEP_PACKED: True} if kind is DocumentKind.SITEMAP else {}
        return Request(
            known.url,
            callback=self.parse,
            errback=self._failed,
            cb_kwargs={"kind": kind, "depth": depth},
            headers=self._conditions(known),
            priority=_PRIORITY,
            meta=meta
            | {
                "document": known.url,
                "baseline": known.fetched_at is None if baseline is None else baseline,
                "failing": known.failures > 0,
                "handle_httpstatus_list": [304],
            },
        )

    def _conditions(self, known: Document) -> dict[str, str]:
        """Headers that ask only for what changed; once a day for all of it, changed or not."""
        if known.fetched_at is None or known.fetched_at <= self._documents.clock() - _WHOLE_AGAIN:
            return {}
        given = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in given.items() if value}


def _was_conditional(response: Response) -> bool:
    asked = response.request.headers if response.request is not None else {}
    return b"If-None-Match" in asked or b"If-Modified-Since" in asked


def _received(pushed: Pushed) -> Received:
    return Received(
        url=pushed.document,
        document=pushed.document,
        body=pushed.body,
        content_type=pushed.content_type,
    )
