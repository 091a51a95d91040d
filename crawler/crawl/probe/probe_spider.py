"""Probe spider: the crawl that tries one source out. It keeps no books and stores nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scrapy import Spider

from crawler import ports
from crawler.config.source import DocumentKind
from crawler.crawl.egress import Egress
from crawler.crawl.probe.article_probe import taste
from crawler.crawl.probe.document_probe import FROZEN, examine
from crawler.crawl.probe.findings import (
    DocumentReport,
    Finding,
    Probed,
    SampleReport,
    Weight,
)
from crawler.crawl.probe.probe_client import ProbeClient
from crawler.crawl.probe.probe_parser import declared
from crawler.health.source_summary import PATIENCE
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.model.formatting import roughly
from crawler.model.urls import site
from crawler.runtime.services import Services

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy import Request

    from crawler.config.source import Source
    from crawler.model.items import Entry
    from crawler.ports import ExtractionPort

_TASTED = 3  # articles at most, until one of them can be read
_BEHIND = {DocumentKind.SITEMAP: DocumentKind.SITEMAP, DocumentKind.HOME: DocumentKind.FEED}


class ProbeSpider(Spider):
    """Asks what `source` declares, one request at a time; `probed` is what it found so far."""

    name = "probe"

    def __init__(self, name: str | None = None, *, source: Source, **kwargs: Any) -> None:
        super().__init__(source.name, **kwargs)
        self.source = source
        self.allowed_domains = list(source.allowed_domains)
        self.egress = Egress.to(source.places())
        self.hints = source.hints  # extraction asks the crawl's spider for them
        self._documents: list[DocumentReport] = []
        self._samples: list[SampleReport] = []
        self._findings: list[Finding] = []
        self._articles: dict[str, Entry] = {}
        self._ended = "the probe itself failed; see the log"

    async def start(self) -> AsyncIterator[Request]:
        """Everything is asked from here, one after the other; the scheduler has nothing to do."""
        await self._look()
        nothing: tuple[Request, ...] = ()
        for request in nothing:  # what makes this a generator, as Scrapy wants it
            yield request

    async def _look(self) -> None:
        limit = Services.of(self.crawler).config.crawl.poll_timeout
        try:
            async with asyncio.timeout(limit.total_seconds()):
                await self._look_at_all(ProbeClient(self.crawler, utc_now))
            self._ended = ""
        except TimeoutError:
            self._ended = "it took longer than crawl.poll_timeout"

    async def _look_at_all(self, client: ProbeClient) -> None:
        for kind, url in declared(self.source):
            await self._document(client, kind, url)
        self._findings.extend(self._of_the_source(client))
        if not self.source.lead_only:
            await self._taste(client)

    async def _document(self, client: ProbeClient, kind: DocumentKind, url: str) -> None:
        examined = await examine(client, self.source, kind, url)
        self._documents.append(examined.report)
        self._articles.update({entry.url: entry for entry in examined.articles})
        if kind not in _BEHIND:
            return
        for further in examined.further:
            behind = await examine(client, self.source, _BEHIND[kind], further)
            self._documents.append(behind.report)
            self._articles.update({entry.url: entry for entry in behind.articles})

    def _of_the_source(self, client: ProbeClient) -> Iterator[Finding]:
        newest = max((one.newest for one in self._documents if one.newest), default=None)
        patience = PATIENCE[self.source.kind]
        silence = client.clock() - newest if newest else None
        # What is older than FROZEN is said of the document itself.
        if silence and patience < silence <= FROZEN:
            yield Finding(
                weight=Weight.CATCH,
                slug="silent",
                said=f"its newest entry is {roughly(silence)} old, much for a {self.source.kind}",
                advice="Look on the site whether something newer stands there.",
            )
        if self.source.lead_only and (bare := self._without_a_summary()):
            yield Finding(
                weight=Weight.CATCH,
                slug="no-summary",
                said=f"{bare} of {len(self._articles)} entries carry no summary, and are all "
                "that there is of an article",
                advice="Rules see the headline only.",
            )

    def _without_a_summary(self) -> int:
        return sum(not entry.summary for entry in self._articles.values())

    async def _taste(self, client: ProbeClient) -> None:
        if not self._articles:
            return
        try:
            extract = self._extraction()
        except Unusable as error:
            self._findings.append(
                Finding(weight=Weight.BROKEN, slug="declaration", said=str(error))
            )
            return
        for entry in self._newest_first()[:_TASTED]:
            sample = await taste(client, extract, self.source, entry)
            self._samples.append(sample)
            if sample.content is not None:
                return

    def _newest_first(self) -> list[Entry]:
        """The dated ones first; none that would be refused as another site's."""

        def age(entry: Entry) -> float:
            when = entry.published or entry.updated
            return when.timestamp() if when else 0.0

        own = self.allowed_domains
        mine = [one for one in self._articles.values() if not own or site(one.url) in own]
        return sorted(mine, key=age, reverse=True)

    def _extraction(self) -> ExtractionPort:
        extract = ports.extraction(self.crawler)
        extract.open_spider()
        return extract

    @property
    def cut_short(self) -> str:
        """Why it did not come to its end; "" where it did."""
        return self._ended

    def probed(self) -> Probed:
        """What was found, all of it or as far as the probe came."""
        cut_short = Finding(weight=Weight.BROKEN, slug="unfinished", said=self._ended)
        return Probed(
            source=self.source.name,
            title=self.source.title,
            unproven=self.source.unproven,
            lead_only=self.source.lead_only,
            documents=tuple(self._documents),
            samples=tuple(self._samples),
            findings=(*self._findings, *((cut_short,) if self._ended else ())),
        )
