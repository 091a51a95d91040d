"""Request of `wirewatch extract --jsonl`: one line of JSON, as far as it can be read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crawler.model.exceptions import Unusable
from crawler.model.items import Hints, Precision
from pipelines.extraction.dates.date_parser import parse_date

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.model.clock import Clock
    from pipelines.extraction.metadata.source_hints import Declared, Sources

_BOM = b"\xef\xbb\xbf"
_ID = re.compile(rb'"id"\s*:\s*("(?:[^"\\]|\\.){0,1000}"|-?\d{1,30}(?!\d))')
_LOOKED_AT = 65_536  # bytes of a broken line that may hold its id


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractRequest:
    """A page to understand; `html` is None where the line holds none. `wrong` says what is amiss.

    `id` is handed back as it came, whatever it is.
    """

    id: Any
    url: str
    html: bytes | None = field(repr=False)
    hints: Hints
    now: datetime
    wrong: tuple[str, ...] = ()


class _InvalidRequest(ValueError):
    """Of a line that is no JSON object: its id, if it can be read, and what is wrong."""

    def __init__(self, found: Any, why: str) -> None:
        super().__init__(why)
        self.id = found


def parse_request(line: bytes, number: int, *, sources: Sources, clock: Clock) -> ExtractRequest:
    """The question of the line with this number, from 1."""
    try:
        asked = _parsed(line)
    except _InvalidRequest as error:
        why = f"line {number}: {error}"
        return ExtractRequest(
            id=error.id, url="", html=None, hints=Hints(), now=clock(), wrong=(why,)
        )
    wrong = [] if "id" in asked else [f"line {number}: id is missing"]
    url = _text(asked, "url", wrong) or ""
    html = _text(asked, "html", wrong)
    # The text was decoded by whoever wrote the line; the mark says so, whatever the page claims.
    page = None if html is None else _BOM + html.lstrip("\ufeff").encode("utf-8", "replace")
    return ExtractRequest(
        id=asked.get("id"),
        url=url,
        html=page,
        hints=_declared(asked, url, sources, wrong).hints,
        now=_now(asked, wrong) or clock(),
        wrong=tuple(wrong),
    )


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line.decode("utf-8", "replace").lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        found = _ID.search(line[:_LOOKED_AT])
        raise _InvalidRequest(_id(found[1]) if found else None, f"not JSON: {error}") from None
    if not isinstance(asked, dict):
        raise _InvalidRequest(None, "not a JSON object")
    return asked


def _id(written: bytes) -> Any:
    try:
        return json.loads(written.decode("utf-8", "replace"))
    except ValueError:
        return None


def _text(asked: dict[str, Any], name: str, wrong: list[str]) -> str | None:
    value = asked.get(name)
    if isinstance(value, str):
        return value
    wrong.append(f"{name} is missing" if value is None else f"{name} is not a text")
    return None


def _declared(asked: dict[str, Any], url: str, sources: Sources, wrong: list[str]) -> Declared:
    try:
        return sources.named(str(asked["source"])) if asked.get("source") else sources.of(url)
    except Unusable as error:
        wrong.append(str(error))
        return sources.of(url)


def _now(asked: dict[str, Any], wrong: list[str]) -> datetime | None:
    """When the page was fetched; nothing later is believed of it."""
    value = asked.get("now") or asked.get("crawled_at")
    if not value:
        return None
    found = parse_date(str(value))
    if found is None:
        wrong.append(f"no date: {str(value)[:40]!r}")
        return None
    at = found.in_zone(ZoneInfo("UTC")).astimezone(UTC)
    return at + timedelta(days=1) if found.precision is Precision.DAY else at
