"""What one document says: the pages that exist, and where and how often to ask further."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.model.items import Entry

# What software says when nobody told it: WordPress calls every feed hourly, whatever it does.
_SENSIBLE = timedelta(minutes=30)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something about a document that could be read all the same. `slug` counts, `said` is read."""

    slug: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One document, read.

    `further` are the documents behind it: a sitemap's children, a listing's next page, the feeds
    that a home page names. `children` are all sitemaps of an index, and `undated` those among them
    of which it does not say when they changed. `unusable` counts the entries without an address.
    `complete` is False where the document breaks off. `pace` is how often the publisher says that
    it changes; `hub` and `topic` are where and as what a hub distributes it (WebSub); `older` is
    the feed before it (RFC 5005).
    """

    entries: tuple[Entry, ...] = ()
    further: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    unusable: int = 0
    complete: bool = True
    pace: timedelta | None = None
    hub: str = ""
    topic: str = ""
    older: str = ""


def stated_pace(feed: timedelta | None, cache_control: str) -> timedelta | None:
    """How often the publisher says that a document changes; None where it says nothing sensible.

    `feed` is what the document says itself (ttl, sy:updatePeriod).
    """
    found = _MAX_AGE.search(cache_control)
    cached = timedelta(seconds=int(found[1])) if found else None
    sensible = [
        pace for pace in (feed, cached) if pace is not None and timedelta(0) < pace <= _SENSIBLE
    ]
    return max(sensible, default=None)
