"""CDX index rows, however a server writes them: JSON in lines or as one table, or plain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.crawl.backfill.archive_client import ArchiveUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scrapy.http import Response

    from crawler.config.source import Source

# What servers call the same thing: first the Wayback Machine, then pywb and the Common Crawl.
_NAMES = {
    "url": ("original", "url"),
    "mime": ("mimetype", "mime"),
    "status": ("statuscode", "status"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CdxRow:
    """One capture. `filename`, `offset` and `length` say where its record is, if they are told."""

    timestamp: str
    at: datetime
    url: str
    mime: str
    status: str
    length: int
    offset: int = 0
    filename: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CdxPage:
    """`resume` is the key that the server gave to go on with, or ""."""

    rows: Sequence[CdxRow]
    resume: str = ""


def read_rows(response: Response) -> CdxPage:
    """The rows of an answer. Raises `ArchiveUnavailable` for an error page, even of status 200."""
    text = response.body.decode("utf-8", "replace").strip()
    if response.status == 404 and "captures" in text.lower():
        return CdxPage(rows=())  # pywb's way of saying "none"
    if response.status != 200:
        raise ArchiveUnavailable(f"{response.url}: the server answered {response.status}")
    try:
        return _table(json.loads(text)) if text.startswith("[") else _lines(text)
    except (ValueError, KeyError, TypeError, IndexError):
        raise ArchiveUnavailable(f"{response.url}: no index, but {text[:80]!r}") from None


def _table(table: list[list[str]]) -> CdxPage:
    if not table:
        return CdxPage(rows=())
    header, *lines = table
    resume = ""
    if len(lines) >= 2 and not lines[-2]:  # an empty row, then the key
        resume = lines[-1][0]
        lines = lines[:-2]
    rows = [_row(dict(zip(header, line, strict=True))) for line in lines]
    return CdxPage(rows=[row for row in rows if row is not None], resume=resume)


def _lines(text: str) -> CdxPage:
    rows = [_row(json.loads(line)) for line in text.splitlines() if line.strip()]
    return CdxPage(rows=[row for row in rows if row is not None])


def _row(values: Mapping[str, Any]) -> CdxRow | None:
    def told(name: str) -> str:
        return next((str(values[key]) for key in _NAMES[name] if key in values), "")

    stamp = str(values["timestamp"])
    try:
        at = datetime.strptime(stamp[:14].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return CdxRow(
        timestamp=stamp,
        at=at,
        url=told("url"),
        mime=told("mime"),
        status=told("status"),
        length=_number(values.get("length")),
        offset=_number(values.get("offset")),
        filename=str(values.get("filename") or ""),
    )


def _number(value: Any) -> int:
    return int(value) if str(value).isdigit() else 0


def url_prefixes(source: Source) -> tuple[str, ...]:
    """Under what an index knows the source's articles: what it declares, else its hosts."""
    if source.archive.captures:
        return source.archive.captures
    hosts = dict.fromkeys(url.partition("://")[2].partition("/")[0] for url in source.documents())
    return tuple(f"{host}/*" for host in hosts)
