"""Poll observer: collects what one poll sees of its source, and detects a flood early.

Only news counts: not what a first poll found, nor the past, nor a page that is looked at again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

import xxhash

from crawler.health.baseline import flood
from crawler.health.baseline.norm_cache import NormCache, start_of_hour
from crawler.health.conditions.lifecycle import ConditionLifecycle
from crawler.model.conditions import ConditionKind
from crawler.model.items import Precision, Relation
from crawler.model.observation import DUPLICATE, STORED, Hour, PageObservation
from crawler.storage.health import observations
from crawler.storage.health.observations import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.model.items import Article
    from crawler.runtime.services import Services
    from crawler.storage.crawl.pages import AnnouncedPage
    from crawler.storage.database import Connection


class PollObserver:
    """Observer of one poll of one source."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._database = services.database
        self._norms = services.once(NormCache)
        self._lifecycle = services.once(ConditionLifecycle)
        self._source = ""
        self._found: set[str] = set()
        self._counted: set[str] = set()  # the ones found, and what earlier polls left
        self._sums = dict.fromkeys(("stored", "rejected", "characters", "dated"), 0)
        self._delays: list[int] = []
        self._pages: deque[PageObservation] = deque(maxlen=KEPT)
        self._hour: datetime | None = None
        self._flooded = False

    def begin(self, source: str, title: str) -> None:
        """It is of this source."""
        self._source = source
        self._lifecycle.titles[source] = title

    def left(self, pages: Iterable[AnnouncedPage]) -> None:
        """Pages of earlier polls are taken up."""
        self._counted.update(page.url for page in pages if not page.baseline)

    async def announced(self, pages: Iterable[AnnouncedPage], *, now: datetime) -> None:
        """A document named these pages to fetch: those seen `now` for the first time are news."""
        self._hour = self._hour or start_of_hour(now)
        news = {page.url for page in pages if page.first_seen == now and not page.baseline}
        self._found |= news
        self._counted |= news
        if not news or self._flooded:
            return
        known = await self._norms.norms_of(self._source, self._hour)
        found = known.found + len(self._found)
        if flood.is_flood(found, known.norm, self._hour):
            self._flooded = True
            detail = flood.flood_message(found, known.norm, self._hour)
            await self._raise(self._hour, detail, now)

    async def _raise(self, hour: datetime, detail: str, now: datetime) -> None:
        def work(connection: Connection) -> bool:
            observations.flood(connection, self._source, hour)
            raised = self._lifecycle.raised(
                connection, self._source, ConditionKind.FLOOD, detail, now=now
            )
            return raised is not None

        if await self._database.write(work):
            self._services.alerts_queued()

    def stored(self, article: Article) -> None:
        if article.url not in self._counted:
            return
        text, published = article.content.text, article.content.published
        delay = None
        if (
            published is not None
            and published.precision is not Precision.DAY
            and article.url in self._found
        ):
            delay = round((article.page.first_seen - published.at).total_seconds())
            self._delays.append(delay)
        self._sums["stored"] += 1
        self._sums["characters"] += len(text)
        self._sums["dated"] += published is not None
        self._pages.append(
            PageObservation(
                outcome=STORED,
                characters=len(text),
                dated=published is not None,
                text=_hash(text),
                story=_reprinted(article),
                delay=delay,
            )
        )

    def ended(self, url: str, state: str, why: str) -> None:
        """A page was rejected, or is a duplicate of one that is stored."""
        if url not in self._counted:
            return
        if state == DUPLICATE:  # what it says is what the other one says
            self._pages.append(PageObservation(outcome=DUPLICATE, text=_hash(why)))
            return
        self._sums["rejected"] += 1
        self._pages.append(PageObservation(outcome=why))

    def record(self, connection: Connection, *, read: bool, now: datetime) -> None:
        """Within the transaction that ends the poll: add up what it saw. `read`: it read any."""
        pages = list(self._pages)
        delays = self._delays
        if self._flooded:  # what comes in a flood was published long before
            delays = []
            pages = [replace(page, delay=None) for page in pages]
        hour = Hour(
            hour=self._hour or start_of_hour(now),
            polls=1,
            failed=0 if read else 1,
            found=len(self._found),
            **self._sums,
            timed=len(delays),
            delay=sum(delays),
            flooded=self._flooded,
        )
        observations.add(connection, self._source, hour, pages)
        self._norms.add(self._source, hour)


def _hash(text: str) -> str:
    return xxhash.xxh64_hexdigest(" ".join(text.split()).encode())[:12] if text else ""


def _reprinted(article: Article) -> str:
    membership = article.membership
    if membership is None or membership.relation is not Relation.REPRINT:
        return ""
    return str(membership.story_id or "")
