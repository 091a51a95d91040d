"""Reads what archives answer as polls read documents: away from the loop, within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from crawler.crawl.backfill.archive_errors import ArchiveUnavailable, Unread
from crawler.crawl.document_pool import AT_ONCE
from crawler.discovery.errors import NotTheDocument

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.crawl.document_pool import DocumentPool

_T = TypeVar("_T")
_NOT_READ = frozenset({"too-slow", "reader-crashed"})


class ArchiveDocuments:
    """The readers of one backfill. `owner` is whose turn it is beside the polls."""

    def __init__(self, pool: DocumentPool, *, owner: str) -> None:
        self._pool = pool
        self._owner = owner

    async def read(self, url: str, size: int, function: Callable[..., _T], *args: Any) -> _T:
        """What `function` makes of `args`, which hold `size` bytes from outside; few, at once.

        Raises `ArchiveUnavailable`, whatever these are.
        """
        try:
            return await self._pool.call(self._owner, size, function, *args)
        except NotTheDocument as error:
            kind = Unread if error.slug in _NOT_READ else ArchiveUnavailable
            raise kind(f"{url}: {error}") from None

    async def work(self, place: str, function: Callable[..., _T], *args: Any) -> _T:
        """As `read`, never at once: for what unpacks to more than its size."""
        return await self.read(place, AT_ONCE + 1, function, *args)
