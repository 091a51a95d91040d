"""Rechecks of told stories' pages: what was changed or withdrawn is told in the thread.

A poll takes the pages along whose time has come. A change is a revision like any other, which the
pipelines find and tell; that a page is gone is told here.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler import ports
from crawler.model.alert import REPLY
from crawler.model.story_status import EventKind, StoryEvent, StoryStatus
from crawler.storage.alerts import follow_ups
from crawler.storage.crawl import rechecks
from crawler.storage.crawl.pages import pause

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.crawl.failures import RequestFailure
    from crawler.model.items import Article
    from crawler.runtime.services import Services
    from crawler.storage.crawl.pages import AnnouncedPage
    from crawler.storage.database import Connection, RowMapping

logger = logging.getLogger(__name__)
AT_ONCE = 20  # pages that one poll takes along; the others come with the next
_GRACE = timedelta(hours=1)  # after the last look: until then what fails is tried again
_GONE = {"http-404": "the page answers 404", "http-410": "the page answers 410"}
_FOR_GOOD = "http-410"  # a 404 may be a slip: it has to be met with twice in a row


class PageRechecks:
    """The looks that `alerts.recheck` asks for."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._database = services.database
        self._spans = sorted(services.config.alerts.recheck)

    def note(self, connection: Connection, item: Article, now: datetime) -> None:
        """An alert of this article was written: its page is looked at again."""
        page = item.page
        if self._spans and not (page.baseline or page.lead_only):
            due = now + self._spans[0]
            rechecks.schedule_recheck(connection, item.url, page.source, now=now, due=due)

    async def due(self, source: str, *, now: datetime) -> list[AnnouncedPage]:
        """The pages to look at now."""
        if not self._spans:
            return []
        return await self._database.read(
            lambda c: rechecks.due_rechecks(c, source, now=now, limit=AT_ONCE)
        )

    async def looked(self, url: str, *, now: datetime) -> None:
        """The page was there; if it had changed, that is stored and told."""

        def work(connection: Connection) -> None:
            if row := rechecks.find_recheck(connection, url):
                self._go_on(connection, row, now)

        await self._database.write(work)

    async def failed(self, url: str, trouble: RequestFailure, *, now: datetime) -> bool:
        """The page could not be had; True where that says that it was withdrawn."""

        def work(connection: Connection) -> bool:
            row = rechecks.find_recheck(connection, url)
            if row is None:
                return False
            if _is_gone(trouble.slug, row["error"]):
                rechecks.end_rechecks(connection, url)
                self._tell(connection, url, _GONE[trouble.slug], now)
                return True
            if trouble.slug not in _GONE and trouble.permanent:
                self._go_on(connection, row, now)
            elif trouble.slug not in _GONE and now > self._last(row) + _GRACE:
                rechecks.end_rechecks(connection, url)
            else:
                tries = row["tries"]
                again = now + pause(tries, trouble.after)
                rechecks.postpone(connection, url, again, tries=tries + 1, error=trouble.slug)
            return False

        if not await self._database.write(work):
            logger.info("page could not be looked at again url=%s: %s", url, trouble.said)
            return False
        self._services.alerts_queued()
        return True

    def _go_on(self, connection: Connection, row: RowMapping, now: datetime) -> None:
        """To the next look that is not due yet: one that was late stands for those before it."""
        ahead = (row["alerted_at"] + span for span in self._spans)
        following = next((at for at in ahead if at > now), None)
        if following is None:
            rechecks.end_rechecks(connection, row["url"])
        else:
            rechecks.postpone(connection, row["url"], following)

    def _last(self, row: RowMapping) -> datetime:
        last: datetime = row["alerted_at"] + self._spans[-1]
        return last

    def _tell(self, connection: Connection, url: str, said: str, now: datetime) -> None:
        """Say in every channel that was told of the story that its page is gone."""
        article_id, story_id = follow_ups.told_by(connection, url)
        followers = ports.followers(self._services)
        for first, told in follow_ups.told(connection, story_id, followers):
            standing = replace(told.standing, withdrawn=said)
            payload = replace(told, standing=standing).to_json()
            follow_ups.restate(connection, first, payload, now=now)
            reply = replace(
                told,
                kind=f"{REPLY}-{article_id}-withdrawn",
                matches=(),
                entities=(),
                standing=StoryStatus(),
                turn=StoryEvent(what=EventKind.WITHDRAWAL, said=said, again="withdrawn"),
            )
            follow_ups.reply(connection, first, reply, now=now)


def _is_gone(slug: str, before: str) -> bool:
    return slug == _FOR_GOOD or (slug in _GONE and slug == before)
