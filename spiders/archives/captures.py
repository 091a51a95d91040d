"""Capture indexes: which rows an archive takes, and how many at a time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crawler.crawl.backfill.archive import Find, Step
from crawler.model.items import Entry
from crawler.model.urls import canonical_url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.crawl.backfill.archive import ArchiveContext
    from spiders.archives.cdx import CdxRow

AT_ONCE = 50  # pages of one step
_ROWS = 2_000  # looked at in one step: that takes tens of milliseconds


def step_of(
    rows: Sequence[CdxRow],
    begin: int,
    context: ArchiveContext,
    *,
    place: Callable[[CdxRow], str],
    cursor: Callable[[int], str],
    after: str,
) -> Step:
    """The next so many pages of these rows, from the row `begin` on.

    `cursor` makes a cursor of a row's number; `after` is the one behind the last row.
    """
    finds: dict[str, Find] = {}
    passed: Counter[str] = Counter()
    number = begin
    end = min(len(rows), begin + _ROWS)
    while number < end and len(finds) < AT_ONCE:
        row = rows[number]
        number += 1
        if reason := _aside(row, context):
            passed[reason] += 1
            continue
        # The first capture is the nearest to what was published.
        finds.setdefault(
            canonical_url(row.url),
            Find(
                entry=Entry(url=row.url),
                source=context.source.name,
                not_after=row.at,
                place=place(row),
            ),
        )
    return Step(
        finds=list(finds.values()),
        cursor=cursor(number) if number < len(rows) else after,
        share=number / len(rows) if rows else 1.0,
        passed=passed,
    )


def _aside(row: CdxRow, context: ArchiveContext) -> str:
    """Why a row is left aside; "" where it is not."""
    if row.status not in {"200", ""}:
        return "no pages"
    if row.mime and "html" not in row.mime:
        return "no pages"
    try:
        canonical_url(row.url)
    except ValueError:
        return "unusable addresses"
    if not context.source.is_article(row.url):
        return "no articles"
    if row.length < context.config.min_capture_bytes:
        return "stubs of walls against robots"
    return ""
