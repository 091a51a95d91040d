"""Store: the item pipeline that writes an article, its story, matches and alerts at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Self, cast

from crawler import ports
from crawler.config import routing
from crawler.crawl.page_rechecks import PageRechecks
from crawler.model.alert import STORY, Alert
from crawler.model.clock import utc_now
from crawler.model.conditions import ConditionKind
from crawler.model.items import Precision
from crawler.runtime.services import Services
from crawler.storage.alerts import outbox
from crawler.storage.alerts.holds import FLOOD
from crawler.storage.crawl import pages
from crawler.storage.health import condition_log
from crawler.storage.stories import articles, similar
from crawler.storage.stories.articles import OutdatedLookup, StoredArticle
from pipelines.dedup import Dedup
from pipelines.follow_up.content_diff import is_same
from pipelines.follow_up.follow_up import FollowUps

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from scrapy.crawler import Crawler

    from crawler.config.source import Source
    from crawler.crawl.wire_spider import WireSpider
    from crawler.model.items import Article, Instant
    from crawler.storage.database import Connection

    #: What a source says of itself, by its name: a crawl may be of several sources.
    Declared = Callable[[str], Source]

_DAY = timedelta(days=1)
_PATIENCE = 2  # times that a decision which was overtaken is made again without holding others up


class Store:
    """A Scrapy item pipeline, the last."""

    def __init__(self, services: Services, declared: Declared, dedup: Dedup) -> None:
        self._services = services
        self._declared = declared
        self._dedup = dedup
        self._database = services.database
        self._following = FollowUps(declared, self._followers)
        self._rechecks = PageRechecks(services)
        self.clock = utc_now

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        def declared(name: str) -> Source:
            return cast("WireSpider", crawler.spider).source_of(name)

        return cls(Services.of(crawler), declared, Dedup.from_crawler(crawler))

    async def process_item(self, item: Article) -> Article:
        now = self.clock()
        for _ in range(_PATIENCE):
            try:
                return await self._keep(item, now, decide_again=False)
            except (
                OutdatedLookup
            ):  # another article came in between: look and compare again, at leisure
                item = await self._dedup.process_item(item)
        return await self._keep(item, now, decide_again=True)

    async def _keep(self, item: Article, now: datetime, *, decide_again: bool) -> Article:
        def work(connection: Connection) -> int:
            nonlocal item
            try:
                stored = articles.save_article(connection, item, now=now, same=is_same)
            except OutdatedLookup:
                if not decide_again:
                    raise
                # Nobody else stores anything now: what this look sees holds until we have written.
                item = replace(item, membership=self._dedup.membership(connection, item))
                stored = articles.save_article(connection, item, now=now, same=is_same)
            similar.expire_sketches(connection, before=now - self._dedup.window)
            pages.mark_stored(connection, item.url, item.page.entry.updated, now=now)
            alerts = self._enqueue(connection, item, stored, now)
            return alerts + self._follow(connection, item, stored, now)

        if await self._services.database.write(work):
            self._services.alerts_queued()
        self._services.metrics.stored(item, self.clock())
        return item

    def _enqueue(
        self, connection: Connection, item: Article, stored: StoredArticle, now: datetime
    ) -> int:
        if not (item.matches and stored.first_hit and self._is_news(item, now)):
            return 0
        source = self._declared(item.page.source)
        alert = Alert.of(
            item,
            story_id=stored.story_id,
            kind=STORY,
            source_title=source.title or item.page.source,
            country=source.country,
        )
        channels = routing.channels(self._services.config, alert)
        flooded = condition_log.is_open(connection, item.page.source, ConditionKind.FLOOD)
        for channel in channels:
            outbox.enqueue(
                connection,
                story_id=stored.story_id,
                channel=channel,
                kind=STORY,
                payload=alert.to_json(),
                now=now,
                held_for=FLOOD if flooded else "",
            )
        if channels:
            self._rechecks.note(connection, item, now)
        return len(channels)

    def _follow(
        self, connection: Connection, item: Article, stored: StoredArticle, now: datetime
    ) -> int:
        if item.page.baseline and not self._services.config.alerts.alert_baseline:
            return 0
        return self._following.enqueue(connection, item, stored, now)

    def _followers(self) -> frozenset[str]:
        return ports.followers(self._services)

    def _is_news(self, item: Article, now: datetime) -> bool:
        """Old news is never news: not what a first poll found, and nothing past the age policy."""
        policy = self._services.config.alerts
        if item.page.baseline and not policy.alert_baseline:
            return False
        published = item.content.published
        latest = _latest(published) if published is not None else item.page.not_after
        return latest is None or now - latest <= policy.max_age


def _latest(published: Instant) -> datetime:
    """The last moment that the page leaves open: a printed day may have ended just now."""
    return published.at + (_DAY if published.precision is Precision.DAY else timedelta(0))
