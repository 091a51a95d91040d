"""Which story is this: a new one, a reprint of one we hold, or a revision of an article we hold?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Self

from crawler.outcomes import Duplicate
from crawler.services import Services
from crawler.storage.archive import Archive
from crawler.storage.likenesses import look
from crawler.types import Article, Membership, Related, Relation
from crawler.urls import canonical_url, site
from pipelines.stories.keys import keys
from pipelines.stories.reading import read
from pipelines.stories.verdict import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

    from scrapy.crawler import Crawler
    from sqlalchemy.engine import Connection

    from crawler.storage.likenesses import Likeness
    from pipelines.stories.reading import Reading
    from pipelines.stories.verdict import Verdict

_FRAME = 3  # stories: a run of words that stands in so many others is a frame, and tells nothing
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Judged:
    """A stored article, and what it is to the new one."""

    other: Likeness
    verdict: Verdict


class Dedup:
    """A Scrapy item pipeline: gives an article its membership."""

    def __init__(self, archive: Archive, window: timedelta) -> None:
        self._archive = archive
        self.window = window

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        services = Services.of(crawler)
        return cls(Archive(services.database), services.config.stories.window)

    async def process_item(self, item: Article) -> Article:
        item = await self._settle_address(item)
        membership = await self._archive.read(lambda c: self.membership(c, item))
        return replace(item, membership=membership)

    def membership(self, connection: Connection, article: Article) -> Membership:
        """Look the article up among those stored within the window, in the caller's transaction."""
        reading = read(article.content.title, article.content.text)
        sketch = keys(reading)
        # An old page that a backfill finds may be a reprint of what was stored long ago.
        fetched, published = article.page.fetched_at, article.content.published
        since = min(fetched, published.at if published else fetched) - self.window
        found = look(connection, article.url, sketch, since=since)
        if found.held:
            return Membership(relation=Relation.REVISION, sketch=sketch, evidence="the same page")
        near = [one for one in found.likely if self._near(article, one.published_at)]
        judged = _judged(reading, near)
        same = [one for one in judged if one.verdict.same]
        told = (
            _part_of(article, min(same, key=_originality))
            if same
            else Membership(relation=Relation.NEW)
        )
        return replace(
            told,
            related=_related(judged, told.story_id),
            sketch=sketch,
            watermark=found.watermark,
        )

    def _near(self, article: Article, other: datetime | None) -> bool:
        """Texts that were published further apart than the window are two stories."""
        published = article.content.published
        if published is None or other is None:
            return True
        return abs(published.at - other) <= self.window

    async def _settle_address(self, article: Article) -> Article:
        """A page that names another address of the same site as its own is that page."""
        stated = article.content.canonical_link
        try:
            key = canonical_url(stated) if stated else article.url
        except ValueError:
            return article
        if key == article.url or site(key) != site(article.url):
            return article
        if await self._archive.find(key) is not None:
            raise Duplicate(f"the same page as {key}")
        return article


def _judged(reading: Reading, likely: Iterable[Likeness]) -> list[Judged]:
    readings = [(one, read(one.title, one.text)) for one in likely]
    frame = _frame(reading, readings)
    return [Judged(one, judge(reading, other, frame)) for one, other in readings]


def _frame(reading: Reading, others: Sequence[tuple[Likeness, Reading]]) -> frozenset[int]:
    """The runs of words that several stories have: an outlet's footer, a form that is filled in.

    What is a reprint of this text is in one story, and so counts once.
    """
    if len({one.story_id for one, _ in others}) < _FRAME:
        return frozenset()
    stories: dict[int, set[int]] = {}
    for one, other in others:
        stories.setdefault(one.story_id, set()).update(reading.shingles & other.shingles)
    counted = Counter(chain.from_iterable(stories.values()))
    return frozenset(run for run, count in counted.items() if count >= _FRAME)


def _originality(one: Judged) -> tuple[bool, datetime, int]:
    """The original credits nobody else, and came first."""
    other = one.other
    return bool(other.credit), other.published_at or _NEVER, other.article_id


def _part_of(article: Article, one: Judged) -> Membership:
    other = one.other
    changed = (other.title, other.text) != (article.content.title, article.content.text)
    return Membership(
        relation=Relation.REVISION
        if changed and _same_outlet(article, other)
        else Relation.REPRINT,
        story_id=other.story_id,
        of=other.article_id,
        score=one.verdict.score,
        evidence=f"{one.verdict.why}: {other.url}",
    )


def _same_outlet(article: Article, other: Likeness) -> bool:
    source = article.page.source
    return source != "" and source == other.source and site(article.url) == site(other.url)


def _related(judged: Iterable[Judged], story: int | None) -> tuple[Related, ...]:
    """Each story once, the surest article of it; not the one that the article joins."""
    best: dict[int, Judged] = {}
    linked = [one for one in judged if one.verdict.linked and one.other.story_id != story]
    for one in sorted(linked, key=lambda one: (-one.verdict.score, one.other.article_id)):
        best.setdefault(one.other.story_id, one)
    return tuple(
        Related(
            story_id=one.other.story_id,
            article_id=one.other.article_id,
            score=one.verdict.score,
            evidence=f"{one.verdict.why}: {one.other.url}",
        )
        for one in best.values()
    )
