"""Body text of an article, out of its tree. The only module that knows trafilatura.

The tree is cut down first: what can never be text goes, then all outside the element that holds
nearly all running text. That halves trafilatura's work, and keeps sidebars from it. Its precision
mode comes first, for it errs least on news; where it finds little, the balanced mode is asked.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Extractor
from trafilatura.xpaths import BODY_XPATH

from pipelines.extraction.html.landmarks import select
from pipelines.extraction.html.main_content import BLOCKS, NEVER_TEXT, lighten, prune, standalone
from pipelines.extraction.html.parse import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

logger = logging.getLogger(__name__)

_SHORT = 250  # characters of a result that look poor, whatever the page holds
_POOR_SHARE = 0.35  # of the chosen element's running text, below which a result looks poor
_SHORTEST = 40  # characters; less than this is a caption, a notice, a "loading"
_MOST_ELEMENTS = 60_000  # the longest live blogs have a third; trafilatura would take many seconds
_NOTICE = re.compile(
    r"(?:enable|turn on|requires?|activate|включите|включить) .{0,20}javascript"
    r"|javascript .{0,20}(?:disabled|required|отключен)"
    r"|checking your browser|verify you are (?:a )?human",
    re.IGNORECASE,
)


def find_text(tree: HtmlElement, selector: str) -> str:
    """The article's paragraphs, one a line; "" where there are none. The tree is used up.

    `selector` is the source's own knowledge of where the text is.
    """
    return _selected(tree, selector) or _extracted(tree)


def is_story(text: str) -> bool:
    """Whether there is anything to store: more than a caption, and no "please turn on scripts"."""
    return len(text) >= _SHORTEST and not _is_notice(text)


def _is_notice(text: str) -> bool:
    return len(text) < 4 * _SHORT and _NOTICE.search(text) is not None


def _selected(tree: HtmlElement, selector: str) -> str:
    """The text of the elements that a source names; "" if they are not on this page."""
    found = select(tree, selector)
    for element in found:
        etree.strip_elements(element, *NEVER_TEXT, with_tail=False)
    return "\n".join(text for element in found if (text := _paragraphs(element)))


def _extracted(tree: HtmlElement) -> str:
    core, running = prune(tree)
    if sum(1 for _ in core.iter()) > _MOST_ELEMENTS:
        return _paragraphs(core)
    lighten(core)
    page = standalone(core, tree)
    if core.tag in {"div", "section"} and not _says_where(page):
        core.tag = "article"  # else the text would be gathered without its headings
    text = _run(page, _precise())
    if len(text) < max(_SHORT, _POOR_SHARE * running):
        fuller = _run(page, _balanced())
        text = fuller if len(fuller) > 1.3 * len(text) else text
    return text or _paragraphs(page)


def _says_where(page: HtmlElement) -> bool:
    """Whether trafilatura finds an element that is named as one that holds the text."""
    return next(page.iter("article", "main"), None) is not None or any(
        expression(page) for expression in BODY_XPATH
    )


def _run(page: HtmlElement, options: Extractor) -> str:
    try:
        found = bare_extraction(page, options=options)
    except (RecursionError, ValueError, AttributeError, etree.LxmlError) as error:
        # It walks trees recursively, and writes what XML forbids. Plain paragraphs remain.
        logger.debug("trafilatura failed error=%r", error)
        return ""
    return str(getattr(found, "text", None) or "")


@lru_cache(maxsize=1)
def _precise() -> Extractor:
    return Extractor(output_format="python", fast=True, precision=True, comments=False)


@lru_cache(maxsize=1)
def _balanced() -> Extractor:
    return Extractor(output_format="python", fast=True, comments=False)


def _paragraphs(element: HtmlElement) -> str:
    """The plain way: the blocks of an element, or its lines where it has no blocks."""
    blocks = [e for e in element.iter(*BLOCKS) if not _inside(e, element)]
    lines: Iterable[str] = (text_of(block) for block in blocks)
    text = "\n".join(line for line in lines if line)
    whole = element.text_content()
    if len(text) >= 0.6 * len(" ".join(whole.split())):
        return text
    for separator in element.iter("br", "p", "div", "li", "tr"):
        separator.tail = f"\n{separator.tail or ''}"
        separator.text = f"\n{separator.text}" if separator.text else separator.text
    lines = (" ".join(line.split()) for line in element.text_content().splitlines())
    return "\n".join(line for line in lines if line)


def _inside(block: HtmlElement, element: HtmlElement) -> bool:
    """Whether another block holds this one, so that its text is there already."""
    for ancestor in block.iterancestors():
        if ancestor is element:
            return False
        if ancestor.tag in BLOCKS:
            return True
    return False


def complete(text: str, declared: str) -> str:
    """The articleBody of the page's JSON-LD instead, where the text found is but a part of it."""
    if len(declared) <= 1.3 * len(text) or len(declared) < _SHORT:
        return text
    ours, theirs = _shingles(text), _shingles(declared)
    shared = sum((ours & theirs).values())
    if text and shared < 0.95 * sum(ours.values()):
        return text  # another article's, or full of what is not on the page
    return "\n".join(line for part in declared.splitlines() if (line := " ".join(part.split())))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(zip(*(words[i:] for i in range(4)), strict=False))
