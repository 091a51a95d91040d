"""Read the dates that a page prints for people, in the languages of its source and no other."""

from __future__ import annotations

import re
from datetime import datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dateparser.data.languages_info import language_order
from dateparser.date import DateDataParser

from crawler.model.items import Precision
from pipelines.extraction.dates.date_parser import ParsedDate, offset_of, parse_date
from pipelines.extraction.html.landmarks import around, select
from pipelines.extraction.html.parse import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from crawler.model.items import Hints

_WORD = r"[^\W\d_]{3,14}\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|º|er)?\.?"
_YEAR = r"(?:19|20)\d\d"
_DATES = re.compile(
    rf"(?<![\d.])(?:"
    rf"{_YEAR}-\d\d-\d\d"
    rf"|\d{{1,2}}[./-]\d{{1,2}}[./-]{_YEAR}"
    rf"|{_DAY}\s+(?:de\s+|of\s+)?{_WORD},?\s+(?:de\s+)?{_YEAR}"
    rf"|{_WORD}\s+{_DAY},?\s+{_YEAR}"
    rf")(?!\d)"
)
_TIMES = re.compile(
    r"(?<![\d:.+-])([01]?\d|2[0-3])[:.]([0-5]\d)(?::([0-5]\d))?(?![\d:.]\d)"
    r"(?:\s*([ap])\.?m\.?(?!\w))?"
    r"(?:\s*\(?((?:GMT|UTC)\s*[+-]?\d{0,2}(?::\d\d)?|MSK|МСК|CEST|CET|E[SD]T|[+-]\d\d:\d\d))?",
    re.IGNORECASE,
)
# A line that is nothing but "2 March" or "March 2, 14:05".
_NO_YEAR = re.compile(
    rf"(?:{_DAY}\s+(?:de\s+|of\s+)?{_WORD}|{_WORD}\s+{_DAY})(?:[,\s|]+\d\d?[:.]\d\d)?"
)
_LEAP = 8  # years back in which even a 29 February is found
_LONGEST = 120  # a line that carries a date is short; a paragraph that mentions one is not


def printed_dates(
    tree: HtmlElement, title: HtmlElement | None, hints: Hints, languages: tuple[str, ...]
) -> Iterator[tuple[str, ParsedDate]]:
    """(as printed, what it says): where the source's selector points, else near the headline."""
    for text in _lines(tree, title, hints):
        if found := parse_printed_date(text, hints, languages):
            yield text, found


def dates_without_year(
    tree: HtmlElement,
    title: HtmlElement | None,
    hints: Hints,
    languages: tuple[str, ...],
    now: datetime,
) -> Iterator[tuple[str, ParsedDate]]:
    """Days in the same places that are printed without a year: the latest that `now` has seen."""
    today = now.astimezone(ZoneInfo(hints.timezone)).replace(tzinfo=None)
    for text in _lines(tree, title, hints):
        if _NO_YEAR.fullmatch(text) and (found := _latest(text, today, hints, languages)):
            yield text, found


def _lines(tree: HtmlElement, title: HtmlElement | None, hints: Hints) -> Iterator[str]:
    """Short lines among which a date is looked for, the likeliest first."""
    for element in select(tree, hints.date):
        yield from _short(text_of(element))
    for element in around(title) if title is not None else ():
        if element.tag not in {"a", "p", "h1", "h2", "h3"} and len(element) <= 12:
            yield from _short(text_of(element))
        elif element.tag == "p":
            yield from _short(_own(element))


def parse_printed_date(text: str, hints: Hints, languages: tuple[str, ...]) -> ParsedDate | None:
    """The first date in a short text, with the time beside it."""
    found = _DATES.search(text)
    day = _day(found[0], hints.timezone, languages) if found else None
    if found is None or day is None:
        return None
    rest = text[found.end() : found.end() + 30]
    clock = _TIMES.search(rest) or _TIMES.search(text[max(0, found.start() - 12) : found.start()])
    if clock is None:
        return ParsedDate(clock=datetime.combine(day, time()), precision=Precision.DAY)
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if clock[4] and hour <= 12:
        hour = hour % 12 + (12 if clock[4].lower() == "p" else 0)
    return ParsedDate(
        clock=datetime.combine(day, time(hour, minute, second)),
        precision=Precision.SECOND if clock[3] else Precision.MINUTE,
        offset=offset_of(clock[5]),
    )


def without_dates(line: str) -> str | None:
    """What a line says beside its date and time; None if it has no date."""
    return _TIMES.sub("", _DATES.sub("", line)) if _DATES.search(line) else None


def _short(text: str) -> Iterator[str]:
    if text and len(text) <= _LONGEST:
        yield text


def _latest(
    text: str, today: datetime, hints: Hints, languages: tuple[str, ...]
) -> ParsedDate | None:
    """A day and its month, with the time beside it, in the last year in which it has been."""
    clock = _TIMES.search(text)
    day = text[: clock.start()].rstrip(" ,|") if clock else text
    rest = clock[0] if clock else ""
    for year in range(today.year, today.year - _LEAP, -1):
        found = parse_printed_date(f"{day} {year} {rest}", hints, languages)
        if found is not None and found.clock <= today:
            return found
    return None


def _own(element: HtmlElement) -> str:
    """A paragraph counts only if the date is all it says."""
    text = text_of(element)
    return text if len(text) <= _LONGEST / 2 else ""


@lru_cache(maxsize=4096)
def _day(text: str, timezone: str, languages: tuple[str, ...]) -> datetime | None:
    if machine := parse_date(text):
        return machine.clock
    known = tuple(language for language in languages if language in language_order)
    if not known:
        return None
    found = _parser(known, timezone).get_date_data(text)
    return None if found.date_obj is None else found.date_obj.replace(tzinfo=None)


@lru_cache(maxsize=64)
def _parser(languages: tuple[str, ...], timezone: str) -> DateDataParser:
    settings: dict[str, Any] = {
        "TIMEZONE": timezone,
        # The only readers that put the month first live there.
        "DATE_ORDER": "MDY" if timezone.startswith("America/") else "DMY",
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
        "PREFER_LOCALE_DATE_ORDER": False,
    }
    return DateDataParser(languages=list(languages), settings=settings)
