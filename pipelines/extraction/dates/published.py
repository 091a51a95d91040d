"""Find the instant at which an article was published, and keep the receipt for believing it.

In order: JSON-LD, meta tags, `<time>` in the article, the printed date, the feed's entry, htmldate,
a printed day without a year.
A date in the future is refused. What a signal leaves open (the time of a day, the zone) another one
that agrees with it may fill in.
"""

from __future__ import annotations

import logging
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from htmldate import find_date
from lxml.etree import strip_elements

from crawler.model.items import Instant, Precision, ZoneRule
from pipelines.extraction.dates.date_parser import ParsedDate, instant, parse_date, without_offset
from pipelines.extraction.dates.printed_dates import (
    dates_without_year,
    parse_printed_date,
    printed_dates,
)
from pipelines.extraction.html.landmarks import around, holder, select

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

    from crawler.model.items import Entry, Hints
    from pipelines.extraction.metadata.head import Head
    from pipelines.extraction.metadata.json_ld import JsonLd

logger = logging.getLogger(__name__)

CLOCK_SKEW = timedelta(minutes=10)  # a page may be ahead of us by this much and not be "future"
_EASTERNMOST = timedelta(hours=14)
_PUBLISHED = (
    "article:published_time",
    "mediator_published_time",
    "article:published:time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "datecreated",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "dc.date.created",
    "cxenseparse:recs:publishtime",
    "publish-date",
    "publish_date",
    "publication_date",
    "publishdate",
    "pubdate",
    "article.published",
    "published_time",
    "published",
    "date",
)
_MODIFIED = (
    "article:modified_time",
    "article:modified:time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "article:modified",
    "dcterms.modified",
    "last-modified",
)
_MARKED = frozenset({"json-ld", "meta", "time"})
_TEASERS = frozenset({"a", "aside", "nav", "footer", "li"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DateEvidence:
    """All that may date a page."""

    tree: HtmlElement = field(repr=False)
    url: str
    head: Head
    declared: JsonLd
    headline: HtmlElement | None
    languages: tuple[str, ...]
    hints: Hints
    now: datetime
    entry: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    signal: str
    stated: str
    parsed: ParsedDate
    instant: Instant


def find_published(evidence: DateEvidence) -> Instant | None:
    """When the article was published; None where nothing that can be believed says so."""
    found = tuple(_signs(evidence, _machine(evidence)))
    # Reading the page itself takes longer, and is left out where its head says all.
    if all(sign.parsed.precision is Precision.DAY for sign in found) or evidence.hints.date:
        found += tuple(_signs(evidence, _timed(evidence)))
    if not found or evidence.hints.date:
        found += tuple(_signs(evidence, _printed(evidence)))
    found += tuple(_entry(evidence))
    if not found and (guess := _guess(evidence)):
        found = (guess,)
    found = found or tuple(_signs(evidence, _without_year(evidence)))
    return _decide(found, evidence)


def find_filed(evidence: DateEvidence, opening: str, other: Instant | None) -> Instant | None:
    """The day that a corpus put before the text, unless the page's markup gave the `other`."""
    if other is not None and other.signal in _MARKED:
        return other
    line = parse_printed_date(opening, evidence.hints, evidence.languages)
    found = (*_signs(evidence, [("printed", opening, line)]), *_entry(evidence))
    return _decide(found, evidence) or other


def _decide(found: Sequence[_Sign], evidence: DateEvidence) -> Instant | None:
    """The first of the signs, with what the others add to it or say against it."""
    if not found:
        return None
    winner = _finer(found[0], found[1:], evidence)
    disagreeing = tuple(
        f"{sign.signal}={sign.stated}" for sign in found if not _agree(sign.instant, winner)
    )
    return replace(winner, disagreeing=tuple(dict.fromkeys(disagreeing)))


def find_modified(evidence: DateEvidence, first: Instant | None) -> Instant | None:
    """When the article was last changed, where the page says so; never before it appeared."""
    stated = [("json-ld", evidence.declared.modified)]
    stated += [("meta", value) for value in evidence.head.all(*_MODIFIED)]
    for sign in _signs(evidence, ((s, v, parse_date(v)) for s, v in stated)):
        if first is None or sign.instant.at >= first.at:
            return sign.instant
    return None


def _machine(evidence: DateEvidence) -> Iterator[tuple[str, str, ParsedDate | None]]:
    """(signal, value, reading) of the dates that the head of the page states."""
    stated = [("json-ld", evidence.declared.published)]
    stated += [("meta", value) for value in evidence.head.all(*_PUBLISHED)]
    for signal, value in stated:
        if value:
            yield signal, value, parse_date(value) or _in_words(value, evidence)


def _timed(evidence: DateEvidence) -> Iterator[tuple[str, str, ParsedDate | None]]:
    for value in _times(evidence):
        if value:
            yield "time", value, parse_date(value) or _in_words(value, evidence)


def _in_words(value: str, evidence: DateEvidence) -> ParsedDate | None:
    return (
        parse_printed_date(value, evidence.hints, evidence.languages) if len(value) < 60 else None
    )


def _printed(evidence: DateEvidence) -> Iterator[tuple[str, str, ParsedDate | None]]:
    title = evidence.headline
    for text, found in printed_dates(evidence.tree, title, evidence.hints, evidence.languages):
        yield "printed", text, found
        return


def _without_year(evidence: DateEvidence) -> Iterator[tuple[str, str, ParsedDate | None]]:
    hints, languages, title = evidence.hints, evidence.languages, evidence.headline
    for found in dates_without_year(evidence.tree, title, hints, languages, evidence.now):
        yield "printed", *found
        return


def _times(evidence: DateEvidence) -> Iterator[str]:
    """`datetime` of the article's own <time>, and of what carries itemprop=datePublished."""
    for element in evidence.tree.iterfind('.//*[@itemprop="datePublished"]'):
        if element.tag != "meta":
            yield element.get("datetime") or element.get("content") or ""
    title = evidence.headline
    near = [e for e in around(title) if e.tag == "time"] if title is not None else []
    region = holder(title) if title is not None else None
    if region is not None:
        near += [
            t for t in region.iter("time") if not any(a.tag in _TEASERS for a in t.iterancestors())
        ]
    for element in (*select(evidence.tree, evidence.hints.date), *near):
        if not _is_update(element):
            yield element.get("datetime") or ""


def _is_update(element: HtmlElement) -> bool:
    label = f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
    return "modif" in label or "updat" in label


def _signs(
    evidence: DateEvidence, stated: Iterable[tuple[str, str, ParsedDate | None]]
) -> Iterator[_Sign]:
    """Those of the stated dates that can be believed."""
    for signal, value, found in stated:
        if found is None:
            continue
        at = instant(found, signal=signal, stated=value, hints=evidence.hints)
        if _in_future(at, evidence) and found.offset == timedelta():
            # A local clock with "+00:00" behind it is ahead of us by the source's own offset.
            local = instant(
                without_offset(found), signal=signal, stated=value, hints=evidence.hints
            )
            at = replace(local, zone_rule=ZoneRule.OVERRIDDEN)
        elif _in_future(at, evidence) and found.offset is None:
            at = _further_east(at, evidence)
        if not _in_future(at, evidence):
            yield _Sign(signal=signal, stated=value, parsed=found, instant=at)


def _further_east(at: Instant, evidence: DateEvidence) -> Instant:
    """Where no zone is known, a time shortly ahead of us is one of a zone ahead of UTC."""
    ahead = at.at - evidence.now
    if evidence.hints.timezone != "UTC" or ahead > _EASTERNMOST:
        return at
    hours = -(-ahead // timedelta(hours=1))
    return replace(
        at, at=at.at - timedelta(hours=hours), zone_rule=ZoneRule.INFERRED, offset=60 * hours
    )


def _in_future(at: Instant, evidence: DateEvidence) -> bool:
    return at.at > evidence.now + CLOCK_SKEW


def _entry(evidence: DateEvidence) -> Iterator[_Sign]:
    moment = evidence.entry.published if evidence.entry else None
    if moment is None or moment > evidence.now + CLOCK_SKEW:
        return
    clock = moment.astimezone(UTC).replace(tzinfo=None)
    midnight = clock.replace(hour=0, minute=0, second=0, microsecond=0) == clock
    found = ParsedDate(
        clock=clock, precision=Precision.DAY if midnight else Precision.SECOND, offset=timedelta()
    )
    stated = moment.isoformat()
    # The feed's reader has put it into UTC already: no rule about false offsets applies here.
    hints = replace(evidence.hints, wrong_offset=False)
    at = instant(found, signal="entry", stated=stated, hints=hints)
    yield _Sign(signal="entry", stated=stated, parsed=found, instant=at)


def _guess(evidence: DateEvidence) -> _Sign | None:
    """htmldate's, of the address and the article alone: not of the page's header or sidebars."""
    region = holder(evidence.headline) if evidence.headline is not None else None
    alone = deepcopy(region if region is not None else evidence.tree)
    strip_elements(alone, *_elsewhere(evidence, region), with_tail=False)
    try:
        found = find_date(
            alone,
            url=evidence.url,
            original_date=True,
            extensive_search=False,
            max_date=evidence.now.strftime("%Y-%m-%d"),
        )
    except (ValueError, TypeError, RecursionError) as error:
        logger.debug("htmldate failed url=%s error=%r", evidence.url, error)
        return None
    stated = ((("htmldate", found, parse_date(found))),) if found else ()
    return next(iter(_signs(evidence, stated)), None)


def _elsewhere(evidence: DateEvidence, region: HtmlElement | None) -> tuple[str, ...]:
    """Tags that a guess must not look into."""
    if region is not None:
        return ("aside", "nav", "footer")
    refused = evidence.declared.published or evidence.head.first(*_PUBLISHED)
    # What the head says was read and not believed; htmldate would make something of it.
    return ("header", *_TEASERS, *(("head",) if refused else ()))


def _finer(winner: _Sign, others: Iterable[_Sign], evidence: DateEvidence) -> Instant:
    """The winner, with the time or the zone that it lacks and a sign that agrees with it has."""
    zone = ZoneInfo(evidence.hints.timezone)
    for other in others:
        if winner.parsed.precision is Precision.DAY != other.parsed.precision:
            local = other.instant.at.astimezone(zone).date()
            if winner.parsed.clock.date() in {local, other.parsed.clock.date()}:
                return other.instant
        vague = not winner.parsed.offset
        same_clock = abs(other.parsed.clock - winner.parsed.clock) < timedelta(minutes=1)
        if vague and other.parsed.offset and same_clock and not evidence.hints.wrong_offset:
            return replace(
                winner.instant,
                at=other.instant.at,
                zone_rule=other.instant.zone_rule,
                offset=other.instant.offset,
            )
    return winner.instant


def _agree(one: Instant, other: Instant) -> bool:
    apart = abs(one.at - other.at)
    if Precision.DAY in {one.precision, other.precision}:
        return apart < timedelta(days=1)
    return apart <= timedelta(minutes=1)
