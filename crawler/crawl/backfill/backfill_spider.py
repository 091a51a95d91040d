"""Backfill spider: one shard after the other, each step settled before the next."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import CloseSpider
from scrapy.utils.misc import load_object

from crawler.config.source import Source
from crawler.config.times import parse_time
from crawler.crawl.backfill import own_archive
from crawler.crawl.backfill.archive import ArchiveContext, ArchiveReader, Find
from crawler.crawl.backfill.archive_client import ArchiveClient, Busy
from crawler.crawl.backfill.archive_documents import ArchiveDocuments
from crawler.crawl.backfill.archive_errors import ArchiveUnavailable, Unread
from crawler.crawl.backfill.backfill_tracker import BackfillTracker
from crawler.crawl.backfill.days import EARLIEST, Days, named_by
from crawler.crawl.document_pool import DocumentPool
from crawler.crawl.extension_lookup import extension_of
from crawler.crawl.failures import RequestFailure
from crawler.crawl.wire_spider import WireSpider
from crawler.model.exceptions import Unusable
from crawler.model.items import Page
from crawler.runtime.services import Services
from crawler.storage.crawl.backfills import BackfillRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from scrapy import Request
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from crawler.crawl.backfill.archive import Capture, Step
    from crawler.storage.crawl.pages import AnnouncedPage
    from crawler.storage.crawl.shards import Shard

logger = logging.getLogger(__name__)
ALERTS = ("silent", "digest", "live")
_IN_A_ROW = 3  # shards that fail one after the other, before the backfill stops for now
_EXTENSIONS: Mapping[str, Any] = {
    "crawler.crawl.poll.poll_tracker.PollTracker": None,
    "crawler.crawl.backfill.backfill_tracker.BackfillTracker": 10,
}
_ONE = timedelta(days=1)
_CHANGES = 2 * _ONE  # so long after it was published, a page may still be changed


def wanted_of(source: str, asked: Mapping[str, Any], *, now: datetime) -> BackfillRequest:
    """What the words of a command line ask for. Raises `Unusable` that names the wrong one."""
    via = str(asked.get("via") or "")
    word, _, named = via.partition(":")
    from_files = word == "warc"
    if from_files and not named:
        raise Unusable("via 'warc': name the files as well: warc:FILE")
    if not asked.get("since") and not from_files:
        raise Unusable("since is missing: the first day, such as 2019-09-01")
    today = now.date()
    since, until = (
        parse_time(asked[key], of=key, now=now).begins.date() if asked.get(key) else default
        for key, default in (("since", EARLIEST), ("until", today))
    )
    if since > today:
        raise Unusable(f"since {since} has not come yet")
    if since > until:
        raise Unusable(f"since {since} is after until {until}")
    alerts = str(asked.get("alerts") or "silent")
    if alerts not in ALERTS:
        raise Unusable(f"alerts {alerts!r}: expected one of {', '.join(ALERTS)}")
    if not source and not from_files:
        raise Unusable("name a source; all of them at once can be filled from files only")
    return BackfillRequest(source=source, since=since, until=until, via=via, alerts=alerts)


class BackfillSpider(WireSpider):
    """The crawl of a source's past, or of all sources' where it is read from files."""

    def __init__(
        self, *, sources: Sequence[Source], wanted: BackfillRequest, limit: int = 0
    ) -> None:
        # All of them together announce nothing: what is read of files is each source's own.
        self.source = sources[0] if wanted.source else Source.model_construct(name="all")
        self.sources = {one.name: one for one in sources}
        self.wanted = wanted
        self.limit = limit
        self._finds: dict[str, Find] = {}
        super().__init__(self.source.name)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        extensions = {**settings.getdict("EXTENSIONS"), **_EXTENSIONS}
        settings.setdict({"CLOSESPIDER_TIMEOUT": 0, "EXTENSIONS": extensions}, priority="spider")

    def source_of(self, page: str) -> Source:
        return self.sources.get(page, self.source)

    @property
    def tracker(self) -> BackfillTracker:
        return extension_of(self.crawler, BackfillTracker)

    # -- the way -------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """Plan, or go on with the plan that is kept; then one shard after the other."""
        tracker = self.tracker
        readers = self._readers()
        job = await tracker.open(self.wanted, [reader.slot for reader in readers], self._days)
        shards = await tracker.planned(None)
        if not shards:
            try:
                slices = [one for reader in readers for one in await reader.plan(self._days)]
            except ArchiveUnavailable as error:
                await tracker.give_up(str(error))
                return
            shards = await tracker.planned(slices)
        logger.info("backfill began job=%d source=%s shards=%d", job.id, self.name, len(shards))
        in_a_row = 0
        for shard in shards:
            if shard.state == "done":
                continue
            reader = next(reader for reader in readers if reader.reads(shard))
            done = tracker.progress.done
            async for something in self._shard(reader, shard):
                yield something
            in_a_row = 0 if tracker.progress.done > done else in_a_row + 1
            if in_a_row == _IN_A_ROW:
                await tracker.close(f"stopped: {_IN_A_ROW} shards in a row failed")
                return
            if self._is_full():
                await tracker.close_full(f"ended at {self.limit} pages, as many as it may fetch")
                return
        await tracker.close()

    async def _shard(self, reader: ArchiveReader, shard: Shard) -> AsyncIterator[Any]:
        tracker = self.tracker
        await tracker.begin(shard)
        cursor: str = shard.cursor
        kept = True  # the cursor in the store moves with ours
        left = 0
        while True:
            self._heed_a_stop()
            try:
                step = await reader.step(shard, cursor)
                pages = await self._wanted_of(step, reader)
                async for something in self._begin(reader, pages):
                    yield something
            except ArchiveUnavailable as error:
                await tracker.over()
                await tracker.finish(shard, str(error))
                return
            await tracker.over()
            self._heed_a_stop()
            unsettled = await tracker.left([page.url for page, _ in pages])
            left, kept = left + unsettled, kept and not unsettled
            cursor = await self._onward(step)
            await tracker.advance(shard, cursor=cursor if kept else None, share=step.share)
            if not cursor or self._is_full():
                break
        said = f"{left} pages could not be had; they are tried again" if left else ""
        await tracker.finish(shard, said)

    async def _wanted_of(
        self, step: Step, reader: ArchiveReader
    ) -> list[tuple[AnnouncedPage, Find]]:
        """Leave aside what is not wanted, before anything is fetched, and count it."""
        counts = self.tracker.counts
        for reason, count in step.passed.items():
            counts[reason] += count
        finds = []
        for find in step.finds:
            if reason := self._aside(find):
                counts[reason] += 1
            else:
                finds.append(find)
        pages = await self.tracker.found(finds, revive=reader.revive)
        if self.limit:
            room = max(0, self.limit - counts["begun"])
            counts["beyond the limit"] += max(0, len(pages) - room)
            pages = pages[:room]
        counts["begun"] += len(pages)
        return pages

    def _aside(self, find: Find) -> str:
        """Why a page is not fetched, where that is known without it; "" where it is."""
        entry, days = find.entry, self._days
        if not self.source_of(find.source).is_article(entry.url):
            return "no articles"
        if entry.published is not None:
            return "" if days.hold(entry.published) else "of other days"
        if entry.updated is not None and entry.updated >= days.ends + _CHANGES:
            return "of other days"
        named = named_by(entry.url)  # a clock elsewhere may be a day ahead, or behind
        if named and not days.overlap(named[0] - _ONE, named[1] + _ONE):
            return "of other days"
        last = min(filter(None, (find.not_after, entry.updated)), default=None)
        return "of other days" if last is not None and last < days.begins else ""

    async def _begin(
        self, reader: ArchiveReader, pages: list[tuple[AnnouncedPage, Find]]
    ) -> AsyncIterator[Request | Page]:
        """Send each page on its way: as a request to its site, or as the archive's capture."""
        self._finds = {page.url: find for page, find in pages}
        for page, find in pages:
            if find.capture is None and not find.place:
                self.tracker.begun(page.url)
                yield self.take_up(page)
                continue
            try:
                capture = find.capture or await reader.fetch(find)
            except Busy:
                raise
            except ArchiveUnavailable as error:
                again = isinstance(error, Unread)
                trouble = RequestFailure(slug="no-capture", said=str(error), permanent=not again)
                await self.tracker.pages.fail(find.source, page.url, trouble)
                continue
            self.tracker.counts["fetched"] += 1
            self.tracker.begun(page.url)
            yield _page_of(page, find, capture)

    async def _onward(self, step: Step) -> str:
        if step.onward is None:
            return step.cursor
        return step.onward(await self.tracker.dates(list(self._finds)))

    def _heed_a_stop(self) -> None:
        if not self.crawler.crawling:
            raise CloseSpider("stopped")

    def _is_full(self) -> bool:
        return bool(self.limit) and self.tracker.counts["begun"] >= self.limit

    # -- a page that its site still has --------------------------------------------------------

    async def parse_page(self, response: Response, announced: AnnouncedPage) -> AsyncIterator[Page]:
        find = self._finds[announced.url]
        async for page in super().parse_page(response, announced):
            yield replace(page, not_after=find.not_after or self._days.ends)

    # -- what it is made of --------------------------------------------------------------------

    @property
    def _days(self) -> Days:
        return Days(since=self.wanted.since, until=self.wanted.until, timezone=self.source.timezone)

    def _readers(self) -> list[ArchiveReader]:
        services = Services.of(self.crawler)
        config = services.config
        word, _, named = self.wanted.via.partition(":")
        self.tracker.client = client = ArchiveClient(self.crawler, config.backfill)
        context = ArchiveContext(
            days=self._days,
            sources=list(self.sources.values()),
            client=client,
            documents=ArchiveDocuments(
                services.once(DocumentPool.from_services), owner=f"backfill {self.name}"
            ),
            config=config.backfill,
            max_bytes=config.crawl.max_page_bytes,
            named=named,
        )
        archives: Mapping[str, str] = self.crawler.settings.getdict("WIREWATCH_ARCHIVES")
        if word:
            return [load_object(archives[word])(context)]
        readers: list[ArchiveReader] = [own_archive.OwnArchive(context)]
        if not own_archive.offers(self.source) and self.wanted.cause != "gap":
            self.tracker.said.append(
                f"{self.name} declares no archive of its own: its feeds are followed back, "
                "then the Wayback Machine is asked"
            )
            readers.append(load_object(archives["wayback"])(context))
        return readers


def _page_of(page: AnnouncedPage, find: Find, capture: Capture) -> Page:
    """A capture as the page it was: at its real address, at the time when it was captured."""
    return Page(
        source=find.source,
        entry=page.entry,
        canonical_url=page.url,
        url=page.entry.url,
        html=capture.body,
        charset=capture.charset,
        fetched_at=capture.at,
        first_seen=page.first_seen,
        baseline=page.baseline,
        not_after=capture.at,
    )
