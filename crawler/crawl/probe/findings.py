"""Probe results: what was found, and what it comes to: works, with a catch, does not work."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crawler.model.items import Extracted


class Weight(IntEnum):
    """How much a finding matters."""

    NOTE = 0  # worth knowing, nothing to do
    CATCH = 1  # it works, and somebody should look
    BROKEN = 2  # this document or article gives nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`slug` counts, `said` is read, `advice` says what to do about it."""

    weight: Weight
    slug: str
    said: str
    advice: str = ""


class Outcome(StrEnum):
    OK = "ok"
    CATCH = "works with a catch"
    BROKEN = "does not work"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """One feed, sitemap, listing or list. `articles` of its `entries` match `article_urls`."""

    kind: str
    url: str
    status: int | None = None
    content_type: str = ""
    entries: int = 0
    articles: int = 0
    further: int = 0  # documents that it names: a sitemap's children, a home page's feeds
    others: tuple[str, ...] = ()  # some entries that do not match
    newest: datetime | None = None
    conditional: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def works(self) -> bool:
        return self.articles > 0 and not any(f.weight is Weight.BROKEN for f in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReport:
    """One article, fetched and extracted as a poll would."""

    url: str
    status: int | None = None
    content: Extracted | None = field(default=None, repr=False)
    words: int = 0
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """One source. `lead_only` sources have no samples: their articles are not fetched."""

    source: str
    title: str
    unproven: str
    lead_only: bool
    documents: tuple[DocumentReport, ...] = ()
    samples: tuple[SampleReport, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> Outcome:
        if not any(document.works for document in self.documents):
            return Outcome.BROKEN
        if not self.lead_only and not any(sample.content for sample in self.samples):
            return Outcome.BROKEN
        return Outcome.CATCH if self.wrong else Outcome.OK

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """What somebody should do something about, the worst first; each said once."""
        found = {one.said: one for one in self._all() if one.weight is not Weight.NOTE}
        return tuple(sorted(found.values(), key=lambda one: -one.weight))

    @property
    def verdict(self) -> str:
        """One line: "works with a catch: the newest entry is 3 months old; and 2 more"."""
        if self.outcome is Outcome.OK:
            return str(self.outcome)
        first, *rest = [one.said for one in self.wrong] or ["no article was found"]
        more = f" (and {len(rest)} more)" if rest else ""
        return f"{self.outcome}: {first}{more}"

    def _all(self) -> Iterator[Finding]:
        yield from self.findings
        for document in self.documents:
            for one in document.findings:
                yield replace(one, said=f"{document.kind}: {one.said}")
        for sample in self.samples:
            yield from sample.findings
