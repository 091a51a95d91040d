"""Dropped items: how a page ends other than stored, as exceptions that Scrapy counts."""

from __future__ import annotations

from scrapy.exceptions import DropItem


class Rejected(DropItem):
    """Rejected item: the page is no article and never will be.

    `reason` is a short slug such as "empty-page".
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason, log_level="INFO")
        self.reason = reason


class TryAgain(DropItem):
    """Failed item: as a page that could not be fetched, it has a next try. `reason` is a slug."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason, log_level="INFO")
        self.reason = reason


class NotSettled(DropItem):
    """Item left pending, through no fault of its own: the next poll takes it up.

    `said` is a sentence for the reason of the run; it has `failed` where nothing can be extracted.
    """

    def __init__(self, reason: str, said: str, *, failed: bool) -> None:
        super().__init__(said, log_level="INFO")
        self.reason = reason
        self.said = said
        self.failed = failed


class Duplicate(DropItem):
    """Duplicate item: the article is stored already, under another address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, log_level="DEBUG")
        self.reason = reason
