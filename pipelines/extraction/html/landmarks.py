"""Locators: where a page's own headline and date stand, apart from its header and sidebars."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree
from lxml.cssselect import CSSSelector

from pipelines.extraction.html.parse import fold, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_ASIDE = frozenset({"aside", "nav", "footer", "form"})
_HOLDERS = frozenset({"article", "main"})
_UNSEEN = frozenset({"script", "style", "noscript"})
_OPENING = 700  # characters of running text below a headline among which its date is looked for
_MOST_LINES, _LONGEST_LINE = 3, 60  # what stands right above a headline: a rubric, a date
_MOST_ELEMENTS = 400
_MOST_HEADLINES = 50


@lru_cache(maxsize=256)
def compiled(selector: str) -> CSSSelector:
    """A CSS selector; raises `cssselect.SelectorError` (a ValueError) where it is none."""
    return CSSSelector(selector, translator="html")


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    found = compiled(selector)(tree) if selector else ()
    return list(found) if isinstance(found, list) else []


def headline(tree: HtmlElement) -> HtmlElement | None:
    """The h1 of the article: one inside an article or main before the one that holds the logo."""
    some = islice(tree.iter("h1"), _MOST_HEADLINES)
    found = [h1 for h1 in some if not _is_aside(h1) and text_of(h1)]
    within = (h1 for h1 in found if holder(h1) is not None)
    return next(within, found[0] if found else None)


def holder(element: HtmlElement) -> HtmlElement | None:
    """The article or main that an element stands in."""
    return next((a for a in element.iterancestors() if a.tag in _HOLDERS), None)


def around(title: HtmlElement) -> Iterator[HtmlElement]:
    """Elements near a headline, the nearest first: those below, then those above.

    Above only inside the same article: what stands above an article is the page's header, and the
    date there is today's. A line right above the headline comes before what follows its block.
    """
    parent, overhead = title.getparent(), list(_overhead(title))
    for element in below(title):
        if overhead and parent not in element.iterancestors():
            yield from overhead
            overhead = []
        yield element
    yield from overhead
    region = holder(title)
    if region is None:
        return
    above = []
    for element in region.iter():
        if element is title:
            break
        above.append(element)
    yield from (e for e in reversed(above[-_MOST_ELEMENTS:]) if not _is_aside(e))


def _overhead(title: HtmlElement) -> Iterator[HtmlElement]:
    """Short lines that share a block with the headline and stand right above it."""
    parent = title.getparent()
    if parent is None or parent.tag == "body" or _is_aside(title):
        return
    for sibling in islice(title.itersiblings(preceding=True), _MOST_LINES):
        if isinstance(sibling.tag, str) and not _is_aside(sibling):
            text = text_of(sibling)
            if text and len(text) <= _LONGEST_LINE:
                yield from (e for e in sibling.iter() if isinstance(e.tag, str))


def below(title: HtmlElement) -> Iterator[HtmlElement]:
    """Elements after a headline, in the order of the page; the headline stands in no aside."""
    passed = 0
    asides: set[HtmlElement] = set()
    for element in islice(_following(title, holder(title)), _MOST_ELEMENTS + 1):
        if passed > _OPENING:
            return
        if element.getparent() in asides or _sets_aside(element):
            asides.add(element)
        elif element.tag not in _UNSEEN:
            yield element
        if element.tag not in _UNSEEN:
            passed += len(fold(element.text)) + len(fold(element.tail))


def _following(element: HtmlElement, region: HtmlElement | None) -> Iterator[HtmlElement]:
    """What stands after an element, inside a region or on the whole page."""
    here: HtmlElement | None = element
    while here is not None and here is not region:
        for sibling in here.itersiblings():
            yield from sibling.iter(etree.Element)
        here = here.getparent()


def _is_aside(element: HtmlElement) -> bool:
    return _sets_aside(element) or any(map(_sets_aside, element.iterancestors()))


def _sets_aside(element: HtmlElement) -> bool:
    """ASP.NET puts whole pages into a form: one that holds a headline sets nothing aside."""
    return element.tag in _ASIDE and not (
        element.tag == "form" and element.find(".//h1") is not None
    )
