"""What one document says: the pages that exist, and where and how often to ask further."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from crawler.model.items import Entry


class Kind(StrEnum):
    """What a document is."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    JSON_LIST = "list in JSON"
    HOME = "home page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something about a document that could be read all the same. `slug` counts, `said` is read."""

    slug: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One document, read.

    `further` are the documents behind it: a sitemap's children, a listing's next page, the feeds
    that a home page names. `unusable` counts the entries without an address. `complete` is False
    where the document breaks off. `pace` is how often the publisher says that it changes; `hub` and
    `topic` are where and as what a hub distributes it (WebSub).
    """

    entries: tuple[Entry, ...] = ()
    further: tuple[str, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    unusable: int = 0
    complete: bool = True
    pace: timedelta | None = None
    hub: str = ""
    topic: str = ""
