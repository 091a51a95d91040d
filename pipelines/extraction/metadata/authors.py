"""Find who wrote an article, as names of people and desks, each once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.extraction.html.parse import fold, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

    from pipelines.extraction.metadata.head import Head
    from pipelines.extraction.metadata.json_ld import JsonLd

_METAS = (
    "author",
    "article:author",
    "mediator_author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "byl",
    "article.author",
)
_BYLINE = re.compile(r"(?:^|[\s_-])(?:byline|author)(?:[\s_-]?name|s)?(?:$|[\s_-])", re.IGNORECASE)
_LEADING = re.compile(r"^\s*(?:by|written by|von|par|por|автор[ы]?|текст)\b\s*:?\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\s?[,;|•]\s?|\s(?:and|und|et|и)\s|\s?&\s?")
_LONGEST_NAME = 60
_MOST = 12


def find_authors(tree: HtmlElement, head: Head, declared: JsonLd) -> tuple[str, ...]:
    """From JSON-LD, else the meta tags, else the byline near the text."""
    for source in (declared.authors, head.all(*_METAS), _bylines(tree)):
        names = tuple(dict.fromkeys(_names(source)))[:_MOST]
        if names:
            return names
    return ()


def _names(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        for name in _BETWEEN.split(_LEADING.sub("", fold(value))):
            if _is_name(name):
                yield name.strip(" .:")


def _is_name(text: str) -> bool:
    return (
        1 < len(text) <= _LONGEST_NAME
        and "://" not in text
        and "@" not in text
        and not any(letter.isdigit() for letter in text)
        and any(letter.isalpha() for letter in text)
    )


def _bylines(tree: HtmlElement) -> Iterator[str]:
    for link in tree.iter("a"):
        if link.get("rel") == "author":
            yield text_of(link)
    for element in tree.iter("address", "div", "p", "span", "a"):
        name = element.get("class")
        # Nearly no class has either word in it, and that is told much faster than by the pattern.
        if (name and ("uthor" in name or "yline" in name) and _BYLINE.search(name)) or (
            element.get("itemprop") == "author"
        ):
            text = text_of(element)
            if len(text) <= _LONGEST_NAME * 2:
                yield text
                return
