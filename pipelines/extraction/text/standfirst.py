"""Find the summary that a page prints between its headline and its text.

Many outlets keep the first thing they say outside the element that holds the text. The page's own
description tells which line it is; failing that, the names that sites give to such an element.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.extraction.html.landmarks import below
from pipelines.extraction.html.parse import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

_TAGS = frozenset({"p", "div", "h2", "h3", "span", "strong", "li", "section", "header", "ul"})
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|intro|standfirst|preface|excerpt|subtitle|subheadline|dek|chapo"
    r"|perex|abstract|preamble|strapline|sapo|ingress|entradilla|teaser[_-]?text|leadtext)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_INTRO = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ALIKE = 35  # characters from its beginning by which a description is told
_SHORTEST, _LONGEST = 35, 700
_MOST_INSIDE = 12  # elements; more is the article itself


def find_standfirst(headline: HtmlElement | None, descriptions: Iterable[str]) -> str:
    """One line, or "" where the page has none. `descriptions` are those that the head states."""
    if headline is None:
        return ""
    openings = {said[:_ALIKE] for said in descriptions if len(said) >= _ALIKE}
    named = ""
    for element in below(headline):
        if element.tag not in _TAGS or len(element) > _MOST_INSIDE:
            continue
        text = text_of(element)
        if not _SHORTEST <= len(text) <= _LONGEST:
            continue
        if text[:_ALIKE] in openings:
            return text
        if not named and _is_named(element):
            named = text
    return named


def _is_named(element: HtmlElement) -> bool:
    name = _INTRO.sub("-", element.get("class") or "")
    return _NAMES.search(name) is not None and element.find(".//a") is None
