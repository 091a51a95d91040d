"""Errors of discovery: what a server can hand over instead of what was asked for."""

from __future__ import annotations

from crawler.model.task_refusal import TaskRefusal


class NotTheDocument(TaskRefusal):
    """The response is no feed, no sitemap or no listing; the message says what it is.

    `slug` is the word that it is counted under: challenge, html-instead, not-a-feed …
    """

    def __init__(self, said: str, *, slug: str = "not-the-document") -> None:
        super().__init__(said)
        self.slug = slug
