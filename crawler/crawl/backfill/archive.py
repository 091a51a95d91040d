"""The archive reader that a backfill uses (a Protocol), and what it hands over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from crawler.config.models import BackfillConfig
    from crawler.config.source import Source
    from crawler.crawl.backfill.archive_client import ArchiveClient
    from crawler.crawl.backfill.archive_documents import ArchiveDocuments
    from crawler.crawl.backfill.days import Days
    from crawler.model.items import Entry
    from crawler.storage.crawl.shards import Shard, ShardPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A page as it was at `at`. `body` is decoded of its transfer; `charset` is the header's."""

    at: datetime
    body: bytes = field(repr=False)
    charset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A page that an archive knows. `not_after`: it was published by then, at the latest.

    `place` is where the archive keeps it, for `ArchiveReader.fetch`; `capture` is the page itself,
    where the archive was read through anyway. With neither, the page is fetched from its site.
    """

    entry: Entry
    source: str
    not_after: datetime | None = None
    place: str = ""
    capture: Capture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A part of a shard. `cursor` is where the next one begins, "" after the last.

    Where that depends on when these articles were published, `onward` tells it, once they are
    stored, from the dates that are known. `passed` counts what was left aside, by reason.
    """

    finds: Sequence[Find] = ()
    cursor: str = ""
    onward: Callable[[Sequence[datetime]], str] | None = None
    share: float = 0.0
    passed: Mapping[str, int] = field(default_factory=dict)


class ArchiveReader(Protocol):
    """One way into the past of one source (or of all, where the archive is a file)."""

    slot: str
    """Whoever reads it holds this lease: an archive has one visitor of us at a time. "" for
    the source's own site."""

    @property
    def revive(self) -> Collection[str]:
        """Reasons of rejection that do not count here: an archive holds what a site has lost."""
        ...

    def reads(self, shard: Shard) -> bool:
        """Is the shard one of this reader's?"""
        ...

    async def plan(self, days: Days) -> list[ShardPlan]:
        """The parts to be done one after the other. Raises `ArchiveUnavailable`."""
        ...

    async def step(self, shard: Shard, cursor: str) -> Step:
        """The part of the shard at `cursor`, which is "" at first. Raises `ArchiveUnavailable`."""
        ...

    async def fetch(self, find: Find) -> Capture:
        """The page at `find.place`. Raises `ArchiveUnavailable`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveContext:
    """What a reader is built from. `named` is what stands behind the colon of "warc:FILE"."""

    days: Days
    sources: Sequence[Source]  # one, or all of them
    client: ArchiveClient
    documents: ArchiveDocuments
    config: BackfillConfig
    max_bytes: int
    named: str = ""

    @property
    def source(self) -> Source:
        return self.sources[0]
