"""JSON answers of archives, to plain values; runs in a worker, unless an answer is small."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.discovery.text import joined

_CRAWLS = 2_000  # there have been some 120 in seventeen years
_ARTICLES = 1_000  # GDELT promises 250
_CHARACTERS = 1_000  # of a title
_ADDRESS = 10_000  # characters
_TAKES = timedelta(days=21)  # how long a crawl took, where its list does not say
_SEEN = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """A crawl of the Common Crawl: the address of its index, and its days."""

    index: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenArticle:
    """A row of GDELT's; `seen` is None where it tells no time."""

    url: str
    title: str
    seen: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenArticles:
    """The rows that can be used; `count` is how many there were."""

    usable: tuple[SeenArticle, ...]
    count: int


def read_crawls(body: bytes, url: str) -> list[Crawl]:
    """The crawls that there are. Raises `ArchiveUnavailable`."""
    told = _json(body, url)
    if not isinstance(told, list) or len(told) > _CRAWLS:
        raise ArchiveUnavailable(f"{url}: no list of crawls")
    return [crawl for one in told if (crawl := _crawl(one)) is not None]


def read_page_count(body: bytes, url: str) -> int:
    """How many pages an index says it has, in its first line; 0 where it says nothing."""
    line = body.strip().partition(b"\n")[0]
    if not line:
        return 0
    told = _json(line, url)
    count = told.get("pages", 1) if isinstance(told, dict) else told
    if not isinstance(count, int) or count < 0:
        raise ArchiveUnavailable(f"{url}: no number of pages, but {line[:80]!r}")
    return count


def read_articles(body: bytes, url: str) -> SeenArticles:
    """The articles that GDELT lists. Raises `ArchiveUnavailable`."""
    answer = _json(body, url)
    if not isinstance(answer, dict) or not isinstance(answer.get("articles", []), list):
        said = body[:120].decode("utf-8", "replace").strip()
        raise ArchiveUnavailable(f"{url}: no list of articles, but: {said}")
    rows = answer.get("articles", [])
    if len(rows) > _ARTICLES:
        raise ArchiveUnavailable(f"{url}: {len(rows):,} rows, where 250 are the most")
    usable = tuple(article for row in rows if (article := _article(row)) is not None)
    return SeenArticles(usable=usable, count=len(rows))


def _json(body: bytes, url: str) -> Any:
    try:
        return json.loads(body.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        said = body[:120].decode("utf-8", "replace").strip()
        raise ArchiveUnavailable(f"{url}: no JSON, but: {said}") from None


def _crawl(told: Any) -> Crawl | None:
    """From when to when it was: what the list says, else the week in its name and two more."""
    if not isinstance(told, dict) or not isinstance(told.get("cdx-api"), str):
        return None
    index = joined(told["cdx-api"][:_ADDRESS])
    try:
        first = datetime.fromisoformat(told["from"]).date()
        return Crawl(index=index, first=first, last=datetime.fromisoformat(told["to"]).date())
    except (KeyError, ValueError, TypeError):
        pass
    try:
        year, week = str(told.get("id", "")).split("-")[-2:]
        first = date.fromisocalendar(int(year), int(week), 1)
        return Crawl(index=index, first=first - timedelta(days=7), last=first + _TAKES)
    except (ValueError, OverflowError):
        return None


def _article(row: Any) -> SeenArticle | None:
    if not isinstance(row, dict) or not isinstance(row.get("url"), str):
        return None
    try:
        seen = datetime.strptime(str(row.get("seendate")), _SEEN).replace(tzinfo=UTC)
    except ValueError:
        seen = None
    title = joined(str(row.get("title") or "")[:_CHARACTERS])
    return SeenArticle(url=joined(row["url"][:_ADDRESS]), title=title, seen=seen)
