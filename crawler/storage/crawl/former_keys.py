"""Pages that the store holds under the key that an earlier version gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.model.former_urls import former_url
from crawler.model.urls import entry_key
from crawler.storage.crawl.pages import known_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sqlalchemy as sa
    from sqlalchemy.engine import Connection

    from crawler.model.items import Entry


def as_stored(
    connection: Connection, found: Mapping[str, Entry]
) -> tuple[dict[str, Entry], dict[str, sa.RowMapping]]:
    """The entries under the keys that the store has for them, in their order; and its rows."""
    known = known_pages(connection, found)
    former = {
        key: before
        for key, entry in found.items()
        if key not in known and (before := _former(entry)) != key and before
    }
    held = known_pages(connection, set(former.values()))
    moved = {
        key: before
        for key, before in former.items()
        if before in held and _is_same(held[before], key, found[key])
    }
    known |= {before: held[before] for before in moved.values()}
    return {moved.get(key, key): entry for key, entry in found.items()}, known


def _former(entry: Entry) -> str:
    try:
        return former_url(entry.url)
    except ValueError:
        return ""


def _is_same(row: sa.RowMapping, key: str, entry: Entry) -> bool:
    """Of the pages that shared the former key, the store has the one that was announced first."""
    if entry.guid:
        return bool(row["title"] == entry.title)
    try:
        return entry_key(row["fetch_url"], "") == key
    except ValueError:
        return False
