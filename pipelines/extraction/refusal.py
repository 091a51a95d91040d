"""Say in one short word why a page is no article."""

from __future__ import annotations


class NotAnArticle(Exception):
    """The page holds nothing to store. `reason` is a slug: "empty-page", "not-html", "no-text"."""

    def __init__(self, reason: str, detail: str = "") -> None:
        # Both go to the base class, so that the exception survives the way home from a worker.
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason
