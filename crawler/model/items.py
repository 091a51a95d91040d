"""Items that every room passes on: entry -> page -> article -> match.

All of them are frozen; a step that adds something returns a new one with `dataclasses.replace`.
Every datetime is aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta, timezone
from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.model.stored_time import StoredTime  # noqa: TC001 - pydantic reads it of an alert

if TYPE_CHECKING:
    from datetime import datetime


class Precision(StrEnum):
    """How much of an instant the page states."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


class ZoneRule(StrEnum):
    """Where the zone of an instant came from."""

    STATED = "stated"  # the value carries an offset of its own
    SOURCE = "source"  # the value is local time in the source's declared zone
    OVERRIDDEN = "overridden"  # the value carries an offset that the source is known to get wrong
    INFERRED = "inferred"  # nobody states a zone; this is the nearest in which the time has come


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """A point in time as a page states it, with the receipt for believing it.

    `at` is aware UTC. With precision `day` it is the start of that day in the source's zone.
    `offset` is that of the page's own clock, in minutes east of UTC: the one it states, else that
    of the source's zone.
    `signal` names what won ("json-ld", "meta", "time", "printed", "htmldate", "entry");
    `stated` is the value as written; `disagreeing` holds "signal=value" of those that differ.
    """

    at: StoredTime
    precision: Precision
    zone_rule: ZoneRule
    signal: str
    stated: str
    disagreeing: tuple[str, ...] = ()
    offset: int = 0

    @property
    def local(self) -> datetime:
        """The same instant on the page's own clock: its date is the day that the page names."""
        return self.at.astimezone(timezone(timedelta(minutes=self.offset)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a feed, a sitemap or a listing: one page that a source says exists.

    `guid` tells it from others of its link, where there is no page to tell them apart.
    """

    url: str
    title: str = ""
    summary: str = field(default="", repr=False)
    published: datetime | None = None
    updated: datetime | None = None
    guid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a source's declaration tells extraction; picklable, because extraction runs elsewhere.

    `timezone` is an IANA name. `credits` are the names the source signs its own text with.
    `declared` are the names that any source signs with.
    `wrong_offset` says that stated offsets are false and the clock is local time in `timezone`.
    """

    languages: tuple[str, ...] = ()
    timezone: str = "UTC"
    credits: tuple[str, ...] = ()
    body: str = ""  # CSS selector of the element that holds the text, where the generic way fails
    date: str = ""  # CSS selector of the element that holds the printed date
    wrong_offset: bool = False
    declared: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Fetched HTML of one entry, not yet understood. `url` is where the redirects ended.

    Of a `lead_only` page nothing was fetched: its entry is all there is.
    """

    source: str
    entry: Entry
    canonical_url: str
    url: str
    html: bytes = field(repr=False)
    charset: str | None  # as the Content-Type header declares it
    fetched_at: datetime
    first_seen: datetime
    baseline: bool  # announced by its source's first poll: stored and flagged, nobody is alerted
    lead_only: bool = False
    not_after: datetime | None = None  # published by then at the latest, whatever the page says


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What extraction understood of one page; the worker's answer, without the HTML."""

    title: str
    text: str = field(repr=False)
    authors: tuple[str, ...] = ()
    language: str = ""  # ISO 639-1, "" where the text is too short to tell
    published: Instant | None = None
    modified: Instant | None = None
    credit: str = ""  # agency of origin: "BelTA", "TASS"
    dateline: str = ""  # place as printed: "MINSK"
    lead: str = field(default="", repr=False)  # first sentences, without dateline and credit
    canonical_link: str = ""  # rel=canonical as the page states it
    is_cut: bool = False  # the page has more text than is kept
    # What articles like it are looked up by; empty where nobody has worked it out.
    sketch: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityHit:
    """An entity recognised in an article."""

    id: str  # "un", "unoct", "csto"
    name: str
    type: str  # "body", "agency", "state", "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A term that was found. Offsets count characters of the original field, end exclusive."""

    term: str
    start: int
    end: int
    part: str  # "title" or "text"
    sentence: str = field(repr=False)
    sentence_start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that fired, with its receipt."""

    rule: str
    version: str
    title: str
    score: float
    threshold: float
    severity: str
    topics: tuple[str, ...] = ()
    reason: str  # one readable line: why it fired
    entities: tuple[EntityHit, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)


class Relation(StrEnum):
    """What an article is to its story."""

    NEW = "new"
    REPRINT = "reprint"
    REVISION = "revision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A story about the same event in other words, by the article of it that tells so."""

    story_id: int
    article_id: int
    score: float
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Which story an article belongs to, and why.

    `story_id` and `of` (an article id) are None for a new story. `score`, 0..1, is how sure that
    is. `sketch` is what the article can be looked up by. `watermark` is the newest article that
    the look-up knew of: the store decides again when a likeness was stored since.
    """

    relation: Relation
    story_id: int | None = None
    of: int | None = None
    score: float = 0.0
    evidence: str = ""
    related: tuple[Related, ...] = ()
    sketch: tuple[int, ...] = field(default=(), repr=False)
    watermark: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One extracted page on its way to the store."""

    page: Page
    content: Extracted
    membership: Membership | None = None
    matches: tuple[Match, ...] = ()
    entities: tuple[EntityHit, ...] = ()

    @property
    def url(self) -> str:
        return self.page.canonical_url
