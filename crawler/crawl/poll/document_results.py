"""What became of a poll's documents: unchanged, flawed, on hold or failed; counted and said."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from crawler.crawl.backoff import longest_wait, wait
from crawler.discovery.document import Flaw
from crawler.storage.crawl import documents

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.crawl.failures import RequestFailure
    from crawler.runtime.services import Services
    from crawler.storage.crawl.documents import Document

logger = logging.getLogger(__name__)


class LoggedFlaws:
    """Flaws that were logged, by document: one is one line until it changes.

    Shared by all polls of this process.
    """

    def __init__(self, _: Services) -> None:
        self._said: dict[str, dict[str, str]] = {}

    def is_new(self, url: str, flaw: Flaw) -> bool:
        """Is it to be logged? Not again, from now on."""
        said = self._said.setdefault(url, {})
        is_new = said.get(flaw.slug) != flaw.said
        said[flaw.slug] = flaw.said
        return is_new

    def keep(self, url: str, flaws: Iterable[Flaw]) -> None:
        """Forget those that the document does not have any more: they may come back."""
        said = {flaw.slug: flaw.said for flaw in flaws}
        if said:
            self._said[url] = said
        else:
            self._said.pop(url, None)


class DocumentResults:
    """Of one poll of one source; `troubles` and `held` are sentences for the run's reason."""

    def __init__(self, services: Services, counts: Counter[str]) -> None:
        self._database = services.database
        self._counts = counts
        self._config = services.config.crawl
        self._logged = services.once(LoggedFlaws)
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
        if self._logged.is_new(url, flaw):
            logger.warning("document flawed source=%s url=%s reason=%s", source, url, flaw.said)

    def judged(self, source: str, url: str, flaws: Sequence[Flaw]) -> None:
        """A document was read, and has these flaws and no others."""
        for flaw in flaws:
            self.flawed(source, url, flaw)
        self._logged.keep(url, flaws)

    def age_flaws(
        self, source: Source, newest: datetime | None, *, now: datetime
    ) -> tuple[Flaw, ...]:
        """Is a document that was read frozen: does it announce nothing new for too long?"""
        if newest is None or now - newest <= source.silent_after(self._config.frozen_after):
            return ()
        return (Flaw(slug="frozen", said=f"frozen: nothing newer than {newest:%Y-%m-%d}"),)

    async def failed(
        self, source: Source, url: str, trouble: RequestFailure, *, now: datetime
    ) -> None:
        """A document could not be had, or was something else: leave it alone for a while."""
        self._counts[f"failed documents: {trouble.slug}"] += 1
        self.troubles.append(f"{url}: {trouble.said}")
        before = await self._database.read(
            lambda connection: documents.get_document(connection, url)
        )
        failures = before.failures + 1
        rest = now + trouble.after if trouble.after else None
        longest = longest_wait(source, self._config.interval)
        until = now + wait(trouble, url=url, failures=failures, longest_temporary=longest)
        await self._database.write(
            lambda connection: documents.record_failure(
                connection,
                source.name,
                url,
                trouble.said,
                trouble=trouble.slug,
                now=now,
                failures=failures,
                not_before=max(until, rest) if rest else until,
                rest_until=rest,
            )
        )
        level = logging.DEBUG if before.error == trouble.said else logging.WARNING
        logger.log(
            level, "document failed source=%s url=%s reason=%s", source.name, url, trouble.said
        )
