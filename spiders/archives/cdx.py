"""CDX index rows, however a server writes them: JSON in lines or as one table, or plain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.discovery.text import joined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scrapy.http import Response

    from crawler.config.source import Source
    from crawler.crawl.backfill.archive_documents import ArchiveDocuments

# What servers call the same thing: first the Wayback Machine, then pywb and the Common Crawl.
_NAMES = {
    "url": ("original", "url"),
    "mime": ("mimetype", "mime"),
    "status": ("statuscode", "status"),
}


MOST_ROWS = 50_000  # of one answer: three times what a page of the Common Crawl has
_SAYING = 1_000  # bytes in which a server says that there is nothing
_ADDRESS, _WORD = 10_000, 500  # characters
_DIGITS = 15  # of an offset or a length


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


async def rows_of(response: Response, documents: ArchiveDocuments) -> CdxPage:
    """The rows of an answer. Raises `ArchiveUnavailable` for an error page, even of status 200."""
    body, url = response.body, response.url
    if response.status == 404 and b"captures" in body[:_SAYING].lower():
        return CdxPage(rows=())  # pywb's way of saying "none"
    if response.status != 200:
        raise ArchiveUnavailable(f"{url}: the server answered {response.status}")
    return await documents.read(url, len(body), read_rows, body, url)


def read_rows(body: bytes, url: str) -> CdxPage:
    """The rows of an index; runs in a worker, unless it is small. Raises `ArchiveUnavailable`."""
    text = body.decode("utf-8", "replace").strip()
    try:
        page = _table(json.loads(text)) if text.startswith("[") else _lines(text)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise ArchiveUnavailable(f"{url}: no index, but {text[:80]!r}") from None
    if len(page.rows) > MOST_ROWS:
        raise ArchiveUnavailable(f"{url}: {len(page.rows):,} rows, of which no page has so many")
    return page


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
        found = next((str(values[key]) for key in _NAMES[name] if key in values), "")
        return joined(found[: _ADDRESS if name == "url" else _WORD])

    stamp = str(values["timestamp"])[:14]
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
        filename=joined(str(values.get("filename") or "")[:_WORD]),
    )


def _number(value: Any) -> int:
    digits = str(value)
    return int(digits) if digits.isdecimal() and len(digits) <= _DIGITS else 0


def url_prefixes(source: Source) -> tuple[str, ...]:
    """Under what an index knows the source's articles: what it declares, else its hosts."""
    if source.archive.captures:
        return source.archive.captures
    hosts = dict.fromkeys(url.partition("://")[2].partition("/")[0] for url in source.documents())
    return tuple(f"{host}/*" for host in hosts)
