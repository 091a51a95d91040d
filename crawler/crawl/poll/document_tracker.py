"""Document tracker: what one poll reads in its source's documents, and when that is settled.

It remembers which documents wait for which pages, and saves a document's validators only when the
last of its pages has ended.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from crawler.crawl.document_pool import DocumentPool
from crawler.crawl.poll.announcement import announce
from crawler.crawl.poll.document_results import DocumentResults
from crawler.crawl.poll.validators import PendingValidators
from crawler.model.urls import entry_key
from crawler.storage.crawl import documents

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import datetime

    from crawler.crawl.page_tracker import PageTracker
    from crawler.health.observer import PollObserver
    from crawler.model.items import Entry
    from crawler.runtime.services import Services
    from crawler.storage.crawl.documents import Document
    from crawler.storage.crawl.pages import AnnouncedPage
    from crawler.storage.database import Connection


_T = TypeVar("_T")
AT_ONCE = 500  # pages that a poll takes up, and news of a document; the rest is left for the next


class DocumentTracker:
    """The documents of one poll; `log` counts and says what is wrong with them.

    `write` writes what only the holder of the source's lease may.
    """

    def __init__(
        self,
        services: Services,
        pages: PageTracker,
        observer: PollObserver,
        *,
        write: Callable[[Callable[[Connection], object]], Awaitable[object]],
        at_once: int = AT_ONCE,
    ) -> None:
        self.at_once = at_once
        self._database = services.database
        self._write = write
        self._pages = pages
        self.pool = services.once(DocumentPool.from_services)
        self._observer = observer
        self._pending = PendingValidators()
        self._counts = pages.counts
        self.clock = pages.clock
        self.left: set[str] = set()  # pages that documents announced, for the next polls
        self.log = DocumentResults(services, self._counts)

    async def announced(
        self,
        source: str,
        document: Document | None,
        entries: Iterable[Entry],
        *,
        baseline: bool,
        then: Iterable[str] = (),
    ) -> list[AnnouncedPage]:
        """A document was read; returns the pages to fetch.

        The first time, what it says is its `baseline`: known from then on, and no news. All that is
        new is written down at once; what is too much for one poll is left for the next ones.

        Its validators are saved once these pages and the further documents in `then` are settled,
        and none while anything is left; there are none to save (None) where a hub brought it.
        """
        self._counts["documents"] += 1
        found = await self._by_url(entries)
        self._counts["entries"] += len(found)
        now = self.clock()
        wanted = await announce(self._database, source, found, now=now, baseline=baseline)
        await self._observer.announced(wanted, now=now)
        # A page that another document announced a moment ago is waited for, and fetched once.
        begun, rest = _partition(wanted, lambda page: self._pages.has_taken(page.url))
        fresh, left = self._share(rest, now=now)
        self.left.update(page.url for page in left)
        if document is not None:
            if left:
                document = replace(document, etag="", last_modified="")
            waits = {page.url for page in (*begun, *fresh)}
            self._pending.opened(document, {*waits, *then})
        self._pages.take(fresh)
        await self._save(source, self._pending.complete())
        return fresh

    async def _by_url(self, entries: Iterable[Entry]) -> dict[str, Entry]:
        """By their canonical addresses; the loop has its turns meanwhile."""
        found: dict[str, Entry] = {}
        for number, entry in enumerate(entries, 1):
            try:
                found.setdefault(entry_key(entry.url, entry.guid), entry)
            except ValueError:
                self._counts["unusable addresses"] += 1
            if number % self.at_once == 0:
                await asyncio.sleep(0)
        return found

    def _share(
        self, wanted: Iterable[AnnouncedPage], *, now: datetime
    ) -> tuple[list[AnnouncedPage], list[AnnouncedPage]]:
        """Which of a document's pages this poll fetches, and which are left: news goes first."""
        news, others = _partition(wanted, lambda page: page.first_seen == now and not page.baseline)
        room = max(0, self.at_once - self._pages.taken - min(len(news), self.at_once))
        return [*news[: self.at_once], *others[:room]], [*news[self.at_once :], *others[room:]]

    async def settled(self, source: str, key: str) -> None:
        """A page has ended, or a further document in somebody's `then` was read."""
        await self._save(source, self._pending.settle(key))

    async def _save(self, source: str, settled: Iterable[Document]) -> None:
        for document in settled:
            await self.save(source, document)

    async def save(self, source: str, document: Document) -> None:
        """All that a document announced is settled: its validators count from now on."""
        now = self.clock()
        await self._write(
            lambda connection: documents.save_document(connection, source, document, now=now)
        )

    async def known(self, url: str) -> Document:
        """What is known of a document, if only its address."""
        return await self._database.read(lambda connection: documents.get_document(connection, url))

    async def children(self, source: str, index: str, urls: Sequence[str]) -> list[Document]:
        """What is known of the sitemaps that an index names.

        Those that it names when it is first read are remembered as its own: what they say when they
        are read, however late, is its baseline.
        """
        if not await self._database.read(lambda c: documents.is_named_on(c, index)):
            named = list(dict.fromkeys(urls))
            await self._write(
                lambda connection: documents.name_children(connection, source, index, named)
            )
        return await self._database.read(lambda c: documents.get_documents(c, urls))

    async def named_by(self, home: str) -> list[Document]:
        """The feeds that a home page named when it was last read."""
        return await self._database.read(lambda connection: documents.found_on(connection, home))

    async def answered(self, source: str, url: str) -> None:
        """A document that had failed was had; nothing in it is new."""
        await self._write(lambda connection: documents.clear_failures(connection, source, url))

    async def home_read(self, source: str, home: Document, feeds: Iterable[str]) -> None:
        """A home page was read, and names these feeds."""
        named, now = list(feeds), self.clock()

        def work(connection: Connection) -> None:
            documents.set_found_on(connection, source, home.url, named)
            documents.save_document(connection, source, home, now=now)

        await self._write(work)

    def counted(self, what: str, number: int) -> None:
        """So many of something that is worth a count where there is any."""
        if number > 0:
            self._counts[what] += number


def _partition(values: Iterable[_T], holds: Callable[[_T], bool]) -> tuple[list[_T], list[_T]]:
    """Those for which it holds, and the others, each in their order."""
    yes: list[_T] = []
    no: list[_T] = []
    for value in values:
        (yes if holds(value) else no).append(value)
    return yes, no
