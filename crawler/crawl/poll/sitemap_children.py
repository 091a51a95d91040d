"""Sitemap children: which sitemaps of an index a poll asks.

Of those that the index dates, the newest. Of the others each is read once; then those that changed
last, and one more in turn, so that none is out of sight for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

import xxhash

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from crawler.storage.crawl.documents import Document

UNREAD_AT_ONCE = 20  # sitemaps that were never read, in one poll


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildrenToAsk:
    """The sitemaps to ask now, and how many that nobody has read are left for the next polls."""

    now: Sequence[Document]
    left: int


def undated_to_ask(
    children: Sequence[Document],
    *,
    most: int,
    is_due: Callable[[Document], bool],
    now: datetime,
) -> ChildrenToAsk:
    """Of sitemaps that their index does not date: the unread ones, and `most` of the others."""
    unread = [child for child in children if child.fetched_at is None and is_due(child)]
    read = [child for child in children if child.fetched_at is not None]
    read.sort(key=attrgetter("fetched_at"), reverse=True)  # when they had changed
    lately, others = read[: most - 1], read[most - 1 :]
    in_turn = sorted(others, key=lambda child: _lot(child.url, now))[: most - len(lately)]
    again = [child for child in (*lately, *in_turn) if is_due(child)]
    return ChildrenToAsk(
        now=[*unread[:UNREAD_AT_ONCE], *again], left=max(0, len(unread) - UNREAD_AT_ONCE)
    )


def _lot(url: str, now: datetime) -> int:
    """Another order at each poll, in which each comes first as often as any other."""
    return xxhash.xxh32_intdigest(f"{url} {now.isoformat()}".encode())
