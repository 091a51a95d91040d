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


class Duplicate(DropItem):
    """Duplicate item: the article is stored already, under another address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, log_level="DEBUG")
        self.reason = reason
