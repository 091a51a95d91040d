"""Announced pages: writes down all that a document announced; tells which of them to fetch."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crawler.storage.crawl import former_keys, pages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from crawler.model.items import Entry
    from crawler.storage.crawl.pages import AnnouncedPage
    from crawler.storage.database import Database

_AT_ONCE = 500  # rows of a transaction: others write to the store as well


async def announce(
    database: Database,
    source: str,
    found: Mapping[str, Entry],
    *,
    now: datetime,
    baseline: bool,
    job: int | None = None,
    revive: Collection[str] = (),
) -> list[AnnouncedPage]:
    """Write down the pages that are new; return those to fetch, see `pages.to_fetch`.

    `found` maps canonical URLs to entries; a page that is known under a former key keeps that.
    Where there is no news, nothing is written: a poll that finds none must not wait for SQLite's
    only writer.
    """
    found, known = await database.read(partial(former_keys.as_stored, found=found))
    new = [(url, entry) for url, entry in found.items() if url not in known]
    undated = pages.missing_dates(known, found)
    for start in range(0, len(new), _AT_ONCE):
        part = dict(new[start : start + _AT_ONCE])
        await database.write(
            partial(pages.add, source=source, new=part, now=now, baseline=baseline, job=job)
        )
    if undated:
        await database.write(lambda connection: pages.set_dates(connection, undated))
    return pages.to_fetch(known, found, now=now, baseline=baseline, revive=revive)
