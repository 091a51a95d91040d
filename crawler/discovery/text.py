"""Text out of what feeds and lists put into a title or a summary."""

from __future__ import annotations

import re
from html import unescape

_TAGS = re.compile(r"<[^>]{0,2000}>")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")  # no text holds them, PostgreSQL refuses NUL


def plain(markup: str) -> str:
    """Text of a title or summary: no tags, entities resolved (some feeds escape twice)."""
    return " ".join(_CONTROL.sub("", unescape(_TAGS.sub(" ", unescape(markup)))).split())
