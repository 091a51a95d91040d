"""How a page can end other than stored: each way is an exception that counts itself."""

from __future__ import annotations

from scrapy.exceptions import DropItem


class Rejected(DropItem):
    """The page is no article and never will be: `reason` is a short slug such as "empty-page"."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason, log_level="INFO")
        self.reason = reason


class Duplicate(DropItem):
    """The article is stored already, under another address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, log_level="DEBUG")
        self.reason = reason
