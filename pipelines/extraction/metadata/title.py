"""Find the headline: what the page's own signs agree on, without the name of the site."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipelines.extraction.html.parse import fold, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from pipelines.extraction.metadata.head import Head
    from pipelines.extraction.metadata.json_ld import JsonLd

_SEPARATED = re.compile(r"\s[|\-–—·•»:/]{1,2}\s|\s?\|\s?|(?<=\w):\s")
_LONGEST = 400


def find_title(head: Head, declared: JsonLd, headline: HtmlElement | None) -> str:
    """The headline; "" where nothing on the page looks like one."""
    shown = text_of(headline) if headline is not None else ""
    shown = shown if len(shown) <= _LONGEST else ""
    shared = [head.first("og:title"), head.first("twitter:title", "title"), head.title]
    sites = _sites(head, declared)
    anchors = tuple(text for text in (fold(declared.headline), shown) if text)
    cut = [_without_site(text, anchors, sites) for text in shared if text]
    candidates = [text for text in (fold(declared.headline), shown, *cut) if text]
    if not candidates:
        return ""
    votes = Counter(map(_letters, candidates))
    # Candidates stand in the order of trust, and max keeps the first of equals.
    return max(candidates, key=lambda text: (votes[_letters(text)], not _names_site(text, sites)))


def _sites(head: Head, declared: JsonLd) -> frozenset[str]:
    names = (head.first("og:site_name"), declared.publisher, head.first("application-name"))
    return frozenset(_letters(name) for name in names if name)


def _names_site(text: str, sites: frozenset[str]) -> bool:
    return _letters(text) in sites


def _without_site(text: str, anchors: tuple[str, ...], sites: frozenset[str]) -> str:
    """Cut " | Site" and its like: up to what h1 or JSON-LD say, else where the site is named."""
    text = fold(text)[: 2 * _LONGEST]
    letters = _letters(text)
    for anchor in anchors:
        wanted = _letters(anchor)
        if len(wanted) > 12 and letters != wanted and letters.startswith(wanted):
            return anchor
    for cut in reversed(list(_SEPARATED.finditer(text))):
        head, tail = text[: cut.start()], text[cut.end() :]
        if _letters(tail) in sites and head:
            return head
        if _letters(head) in sites and tail:
            return tail
        if cut[0].strip() in {"|", "»", "·", "•"} and len(head) > len(tail):
            return head
    return text


def _letters(text: str) -> str:
    """What is left of a title when case, quotes and punctuation do not count."""
    return re.sub(r"[\W_]+", "", text.casefold())
