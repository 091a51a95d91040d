"""Progress of a backfill: the pages that are under way, and what a progress bar shows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


class PagesUnderWay:
    """The pages that were begun and have not ended."""

    def __init__(self) -> None:
        self._pages: set[str] = set()
        self._none = asyncio.Event()
        self._none.set()

    def begun(self, url: str) -> None:
        self._pages.add(url)
        self._none.clear()

    def ended(self, url: str) -> None:
        self._pages.discard(url)
        if not self._pages:
            self._none.set()

    async def over(self) -> None:
        """Wait until every page that was begun has ended."""
        await self._none.wait()


@dataclass(slots=True, kw_only=True)
class Progress:
    """What a bar shows. `share` is of the shard that is under way."""

    total: int = 0
    done: int = 0
    failed: int = 0
    share: float = 0.0
    at: str = ""
