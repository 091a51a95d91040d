"""What a server can hand over instead of what was asked for."""

from __future__ import annotations


class NotTheDocument(Exception):
    """The response is no feed, no sitemap or no listing; the message says what it is."""
