"""Fingerprint of an article: the few values by which two extractions of a page are compared."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from crawler.model.items import Precision

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.model.items import Article, Extracted

SHORTEST = 600  # characters of a text that is a good one
LARGEST = 1_000_000  # bytes of a page
_OPENING = 200
_SHOWN = 80  # characters of a title


def is_canary_candidate(article: Article) -> bool:
    """Is this a page whose extraction tells whether others are extracted well?"""
    content, page = article.content, article.page
    dated = content.published is not None and content.published.precision is not Precision.DAY
    return (
        dated
        and len(content.text) >= SHORTEST
        and 0 < len(page.html) <= LARGEST
        and not page.lead_only
        and page.not_after is None  # of a poll, and not out of an archive
    )


def fingerprint(content: Extracted) -> dict[str, Any]:
    """Fingerprint of an extracted article, as it is stored."""
    published = content.published
    return {
        "title": content.title,
        "text": hashlib.sha256(content.text.encode("utf-8", "replace")).hexdigest(),
        "length": len(content.text),
        "opening": content.text[:_OPENING],
        "published": published.at.isoformat() if published else "",
        "precision": published.precision.value if published else "",
        "authors": list(content.authors),
        "language": content.language,
    }


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What differs, each in a few words."""
    if was["title"] != now["title"]:
        yield f"title {_quoted(was['title'])} → {_quoted(now['title'])}"
    if was["text"] != now["text"]:
        yield _of_text(was, now)
    if was["published"] != now["published"]:
        yield f"date {was['published']} → {now['published']}" if now["published"] else "date gone"
    elif was["precision"] != now["precision"]:
        yield f"date to the {was['precision']} → to the {now['precision']}"
    if was["authors"] != now["authors"]:
        yield f"authors {_names(was['authors'])} → {_names(now['authors'])}"
    if was["language"] != now["language"]:
        yield f"language {was['language'] or 'none'} → {now['language'] or 'none'}"


def _of_text(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if was["length"] != now["length"]:
        return f"text {was['length']:,} → {now['length']:,} characters"
    if was["opening"] != now["opening"]:
        return f"text begins {_quoted(was['opening'])} → {_quoted(now['opening'])}"
    return f"text in other words, of {now['length']:,} characters as before"


def _quoted(text: str) -> str:
    return f'"{text[:_SHOWN].rstrip()}…"' if len(text) > _SHOWN else f'"{text}"'


def _names(authors: list[str]) -> str:
    return ", ".join(authors) or "none"
