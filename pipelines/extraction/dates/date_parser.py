"""Date parser: the clock of a written date, its offset if stated, and how precise it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.model.items import Instant, Precision, ZoneRule

if TYPE_CHECKING:
    from crawler.model.items import Hints

_DATE = r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|(\d{2})(\d{2}))"
_CLOCK = r"(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?"
_ZONE = r"(Z|(?:GMT|UTC)?\s*[+-]\d{1,2}(?::?\d{2})?|GMT|UTC|[A-Z]{3,4})"
_ISO = re.compile(rf"{_DATE}(?:[T\s,]+{_CLOCK}\s*{_ZONE}?)?", re.IGNORECASE)
# What Java's Date and JavaScript's print: "Tue Sep 03 11:23:00 MSK 2019", "Tue Sep 03 2019 11:23:00
# GMT+0300 (Moscow)".
_JAVA = re.compile(r"\w{3} (\w{3}) (\d\d?) (\d\d:\d\d:\d\d) (\w{1,5}) (\d{4})")
_SCRIPT = re.compile(r"\w{3} (\w{3}) (\d\d?) (\d{4}) (\d\d:\d\d:\d\d) (GMT[+-]\d{4})\b.*")
_EPOCH = re.compile(r"1[0-9]{9}(?:[0-9]{3})?")
_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # the web; and what cannot overflow on its way to UTC
_MINUTE = timedelta(minutes=1)
_HOURS = {"MSK": 3, "МСК": 3, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "EST": -5, "EDT": -4}
_HOURS |= {"GMT": 0, "UTC": 0, "Z": 0, "CDT": -5, "PST": -8, "PDT": -7}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDate:
    """What a value says. `clock` is naive: local time at `offset`, or in an unstated zone."""

    clock: datetime
    precision: Precision
    offset: timedelta | None = None

    def in_zone(self, zone: ZoneInfo) -> datetime:
        """The instant, in UTC; `zone` counts where no offset is stated."""
        if self.offset is None:
            return self.clock.replace(tzinfo=zone).astimezone(UTC)
        return self.clock.replace(tzinfo=timezone(self.offset)).astimezone(UTC)


def parse_date(value: str) -> ParsedDate | None:
    """A date written for machines: ISO 8601 in any of its dialects, RFC 2822, seconds of 1970."""
    value = value.strip()
    if match := _ISO.fullmatch(value):
        found = _from_iso(match)
    elif _EPOCH.fullmatch(value):
        clock = datetime.fromtimestamp(int(value[:10]), UTC).replace(tzinfo=None)
        found = ParsedDate(clock=clock, precision=Precision.SECOND, offset=timedelta())
    else:
        found = _from_mail(value)
    return found if found and _FIRST_YEAR <= found.clock.year < _LAST_YEAR else None


def offset_of(name: str | None) -> timedelta | None:
    """Of "Z", "+03:00", "GMT+3", "MSK". None where nothing is stated, or nothing we know."""
    if not name:
        return None
    name = name.upper().strip()
    if (hours := _HOURS.get(name)) is not None:
        return timedelta(hours=hours)
    found = re.fullmatch(r"(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})?", name)
    if found is None or int(found[2]) > 15:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return -size if found[1] == "-" else size


def _from_iso(match: re.Match[str]) -> ParsedDate | None:
    year, *parts, hour, minute, second, zone = match.groups()
    month, day = (part for part in parts if part is not None)
    try:
        clock = datetime(  # noqa: DTZ001 (a clock without a zone is what this module is about)
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
    except ValueError:
        return None
    offset = offset_of(zone)
    return ParsedDate(clock=clock, precision=precision_of(clock, second, hour), offset=offset)


def _from_mail(value: str) -> ParsedDate | None:
    offset = None
    if java := _JAVA.fullmatch(value):
        value, offset = f"{java[2]} {java[1]} {java[5]} {java[3]}", offset_of(java[4])
    elif script := _SCRIPT.fullmatch(value):
        value, offset = f"{script[2]} {script[1]} {script[3]} {script[4]}", offset_of(script[5])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    seconds = re.search(r":\d\d:\d\d", value)
    clock = moment.replace(tzinfo=None)
    return ParsedDate(
        clock=clock,
        precision=precision_of(clock, seconds, re.search(r":\d\d", value)),
        offset=offset if offset is not None else moment.utcoffset(),
    )


def precision_of(clock: datetime, second: object, hour: object) -> Precision:
    """Midnight to the second is how a machine writes a day of which it knows no time."""
    if hour is None or clock.time() == time():
        return Precision.DAY
    return Precision.MINUTE if second is None else Precision.SECOND


def instant(parsed: ParsedDate, *, signal: str, stated: str, hints: Hints) -> Instant:
    """A reading as an instant: whose zone it is in, by the rules of its source."""
    zone = ZoneInfo(hints.timezone)
    rule = ZoneRule.STATED if parsed.offset is not None else ZoneRule.SOURCE
    if parsed.offset is not None and hints.wrong_offset:
        parsed, rule = without_offset(parsed), ZoneRule.OVERRIDDEN
    elif parsed.precision is Precision.DAY and not parsed.offset:
        # "2019-09-03T00:00:00Z" names a day, and days begin where the source is.
        parsed, rule = without_offset(parsed), ZoneRule.SOURCE
    at = parsed.in_zone(zone)
    offset = parsed.offset
    if offset is None:
        offset = at.astimezone(zone).utcoffset() or timedelta()
    return Instant(
        at=at,
        precision=parsed.precision,
        zone_rule=rule,
        signal=signal,
        stated=stated,
        offset=offset // _MINUTE,
    )


def without_offset(parsed: ParsedDate) -> ParsedDate:
    return ParsedDate(clock=parsed.clock, precision=parsed.precision)
