"""Extraction error `NotAnArticle`: why a page is none, in one short word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.model.task_refusal import TaskRefusal

if TYPE_CHECKING:
    from crawler.model.items import Extracted


class NotAnArticle(TaskRefusal):
    """The page holds nothing to store. `reason` is a slug: "empty-page", "not-html", "no-text".

    `understood` is what could be read of a page all the same: its title, its dates.
    """

    def __init__(self, reason: str, detail: str = "", understood: Extracted | None = None) -> None:
        # All go to the base class, so that the exception survives the way home from a worker.
        super().__init__(reason, detail, understood)
        self.reason = reason
        self.detail = detail
        self.understood = understood

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason
