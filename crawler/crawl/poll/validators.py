"""Validators last: when is every entry of a fetched document settled?

A feed's ETag may be remembered only after each page it announced has ended, whichever way.
Otherwise a crash in between, followed by a 304, would lose those pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.storage.crawl.documents import Document


@dataclass(slots=True, eq=False)
class Fetch:
    """One fetched document and the keys (pages, or its own next pages) that it waits for."""

    document: Document
    waiting: set[str] = field(default_factory=set)


class PendingValidators:
    """The fetches of one poll that still wait for something."""

    def __init__(self) -> None:
        self._fetches: list[Fetch] = []

    def opened(self, document: Document, keys: Iterable[str]) -> Fetch:
        """A document was read and announced these; close it with `settle`."""
        fetch = Fetch(document, set(keys))
        self._fetches.append(fetch)
        return fetch

    def settle(self, key: str) -> list[Document]:
        """This page has ended; returns the documents that wait for nothing any more."""
        for fetch in self._fetches:
            fetch.waiting.discard(key)
        return self.complete()

    def complete(self) -> list[Document]:
        """Take out the documents that wait for nothing."""
        done = [fetch for fetch in self._fetches if not fetch.waiting]
        self._fetches = [fetch for fetch in self._fetches if fetch.waiting]
        return [fetch.document for fetch in done]
