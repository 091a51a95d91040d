"""What became of a poll's documents: unchanged, flawed, on hold or failed; counted and said."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from crawler.crawl.backoff import wait
from crawler.discovery.document import Flaw
from crawler.storage.crawl import documents

if TYPE_CHECKING:
    from collections import Counter
    from datetime import datetime, timedelta

    from crawler.config.source import Source
    from crawler.crawl.failures import Trouble
    from crawler.storage.crawl.documents import Document
    from crawler.storage.database import Database

logger = logging.getLogger(__name__)


class DocumentLog:
    """Of one poll of one source; `troubles` and `held` are sentences for the run's reason."""

    def __init__(
        self, database: Database, counts: Counter[str], *, frozen_after: timedelta
    ) -> None:
        self._database = database
        self._counts = counts
        self._frozen_after = frozen_after
        self.troubles: list[str] = []
        self.held: list[str] = []

    def unchanged(self, source: str) -> None:
        self._counts["documents"] += 1
        self._counts["not modified"] += 1
        logger.debug("not modified source=%s", source)

    def on_hold(self, document: Document, until: datetime) -> None:
        """A document is not asked this time."""
        self._counts["documents on hold"] += 1
        said = f"on hold until {until:%Y-%m-%d %H:%M} UTC: {document.error}"
        self.held.append(f"{document.url}: {said}")

    def flawed(self, source: str, url: str, flaw: Flaw) -> None:
        """Something is wrong with a document, and what it says was taken up all the same."""
        self._counts[f"failed documents: {flaw.slug}"] += 1
        self.troubles.append(f"{url}: {flaw.said}")
        logger.warning("document flawed source=%s url=%s reason=%s", source, url, flaw.said)

    def judge_age(
        self, source: Source, url: str, newest: datetime | None, *, now: datetime
    ) -> None:
        """Is a document that was read frozen: does it announce nothing new for too long?"""
        if newest is not None and now - newest > source.silent_after(self._frozen_after):
            said = f"frozen: nothing newer than {newest:%Y-%m-%d}"
            self.flawed(source.name, url, Flaw(slug="frozen", said=said))

    async def failed(self, source: str, url: str, trouble: Trouble, *, now: datetime) -> None:
        """A document could not be had, or was something else: leave it alone for a while."""
        self._counts[f"failed documents: {trouble.slug}"] += 1
        self.troubles.append(f"{url}: {trouble.said}")
        failures = (
            await self._database.read(lambda connection: documents.get_document(connection, url))
        ).failures + 1
        rest = now + trouble.after if trouble.after else None
        until = now + wait(trouble, url=url, failures=failures)
        await self._database.write(
            lambda connection: documents.record_failure(
                connection,
                source,
                url,
                trouble.said,
                trouble=trouble.slug,
                now=now,
                failures=failures,
                not_before=max(until, rest) if rest else until,
                rest_until=rest,
            )
        )
        logger.warning("document failed source=%s url=%s reason=%s", source, url, trouble.said)
