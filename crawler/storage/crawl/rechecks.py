"""Rechecks: which pages of told stories are fetched again, and when.

A row is a page with a look to come. A look that was made and not recorded is made again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.crawl.pages import to_announced
from crawler.storage.database import insert
from crawler.storage.schema import articles, pages, rechecks

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection, RowMapping

    from crawler.storage.crawl.pages import AnnouncedPage

LAPSE = timedelta(days=7)  # overdue for so long: nobody polls that source


def schedule_recheck(
    connection: Connection,
    url: str,
    source: str,
    *,
    now: datetime,
    due: datetime,
) -> None:
    """Plan rechecks of a page that told a story. What nobody came for goes."""
    connection.execute(sa.delete(rechecks).where(rechecks.c.due < now - LAPSE))
    values = {"url": url, "source": source, "alerted_at": now, "due": due}
    connection.execute(insert(connection, rechecks).values(values).on_conflict_do_nothing())


def due_rechecks(
    connection: Connection, source: str, *, now: datetime, limit: int
) -> list[AnnouncedPage]:
    """The pages of a source whose time has come, the longest overdue first: where they were had."""
    query = (
        sa.select(pages, articles.c.link)
        .join(rechecks, rechecks.c.url == pages.c.url)
        .join(articles, articles.c.url == pages.c.url)
        .where(rechecks.c.source == source, rechecks.c.due.between(now - LAPSE, now))
        .order_by(rechecks.c.due, rechecks.c.url)
        .limit(limit)
    )
    rows = connection.execute(query).mappings()
    return [_at(to_announced(row), row["link"]) for row in rows]


def _at(page: AnnouncedPage, link: str) -> AnnouncedPage:
    return replace(page, entry=replace(page.entry, url=link))


def find_recheck(connection: Connection, url: str) -> RowMapping | None:
    """The row of this page, where a look is to come."""
    query = sa.select(rechecks).where(rechecks.c.url == url)
    return connection.execute(query).mappings().first()


def postpone(
    connection: Connection, url: str, due: datetime, *, tries: int = 0, error: str = ""
) -> None:
    """The next look is at `due`; so many before it were in vain."""
    values = {"due": due, "tries": tries, "error": error}
    connection.execute(sa.update(rechecks).where(rechecks.c.url == url).values(values))


def end_rechecks(connection: Connection, url: str) -> None:
    """There is no further look at this page."""
    connection.execute(sa.delete(rechecks).where(rechecks.c.url == url))
