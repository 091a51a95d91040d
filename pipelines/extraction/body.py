"""Get the text of the article out of a tree. The only module that knows trafilatura.

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

from pipelines.extraction.markup import text_of
from pipelines.extraction.surroundings import headline, select

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

logger = logging.getLogger(__name__)

# Without these a tree is lighter, and still says where headline and date stand.
_SILENT = (
    "audio",
    "button",
    "canvas",
    "embed",
    "iframe",
    "input",
    "object",
    "picture",
    "script",
    "select",
    "style",
    "svg",
    "video",
)
_NEVER_TEXT = (*_SILENT, "figure", "footer", "head", "link", "nav")
# Marks inside a sentence: they say nothing about where the text is, and each costs some XPaths.
_INLINE = (
    "abbr",
    "b",
    "big",
    "cite",
    "em",
    "font",
    "i",
    "img",
    "ins",
    "label",
    "mark",
    "small",
    "strong",
    "sub",
    "sup",
    "time",
    "u",
    "wbr",
)
_EMPTIABLE = ("div", "section", "span", "p", "li", "ul", "a", "h2", "h3", "h4")
_BLOCKS = ("p", "h2", "h3", "h4", "li", "blockquote", "pre")
_TEXTUAL = frozenset({"p", "ul", "ol", "blockquote", "span", "pre"})
_TABLE = ("table", "tbody", "tr", "td", "th")
_RUN = 40  # characters without a link that count as running text
_SHARE = 0.95  # of the running text that the chosen element holds
_SHORT = 250  # characters of a result that look poor, whatever the page holds
_POOR_SHARE = 0.35  # of the chosen element's running text, below which a result looks poor
_SHORTEST = 40  # characters; less than this is a caption, a notice, a "loading"
_MOST_BEFORE = 0.4  # of a page's running text that may stand before the article
_FEW_LINKS = 3
_LINKED = 0.6  # of a block's text that stands in links
_MOST_ELEMENTS = 60_000  # the longest live blogs have a third; trafilatura would take many seconds
_NOTICE = re.compile(
    r"(?:enable|turn on|requires?|activate|включите|включить) .{0,20}javascript"
    r"|javascript .{0,20}(?:disabled|required|отключен)"
    r"|checking your browser|verify you are (?:a )?human",
    re.IGNORECASE,
)


def silence(tree: HtmlElement) -> None:
    """Drop scripts, styles and media, once they have been read."""
    etree.strip_elements(tree, *_SILENT, with_tail=False)


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
        etree.strip_elements(element, *_NEVER_TEXT, with_tail=False)
    return "\n".join(text for element in found if (text := _paragraphs(element)))


def _extracted(tree: HtmlElement) -> str:
    etree.strip_elements(tree, *_NEVER_TEXT, with_tail=False)
    held = _running_text(tree)
    if _drop_columns_before(tree, held):
        held = _running_text(tree)
    running = held.get(tree, 0)
    core = _core(tree, held)
    _drop_link_blocks(core, held)
    if sum(1 for _ in core.iter()) > _MOST_ELEMENTS:
        return _paragraphs(core)
    _undo_layout(core, held)
    _lighten(core)
    page = _standalone(core, tree)
    text = _run(page, _precise())
    if len(text) < max(_SHORT, _POOR_SHARE * running):
        fuller = _run(page, _balanced())
        text = fuller if len(fuller) > 1.3 * len(text) else text
    return text or _paragraphs(page)


def _drop_columns_before(tree: HtmlElement, held: dict[HtmlElement, int]) -> int:
    """Drop columns that stand before the headline's own, with teasers as long as paragraphs.

    What shares a block with the headline stays: some set the first sentence above it. Where most
    of the text stands before it, the headline is not the article's. Returns how many were dropped.
    """
    title = headline(tree)
    block = title.getparent() if title is not None else None
    columns: list[HtmlElement] = []
    while block is not None:
        columns += [column for column in block.itersiblings(preceding=True) if column in held]
        block = block.getparent()
    if sum(held[column] for column in columns) > held.get(tree, 0) * _MOST_BEFORE:
        return 0
    for column in columns:
        column.drop_tree()
    return len(columns)


def _running_text(tree: HtmlElement) -> dict[HtmlElement, int]:
    """Characters of running text inside each element. Link texts do not count."""
    own: dict[HtmlElement, int] = {}
    for element in tree.iter():
        if element.text and len(element.text) >= _RUN and element.tag != "a":
            own[element] = own.get(element, 0) + len(element.text)
        if element.tail and len(element.tail) >= _RUN:
            parent = element.getparent()
            if parent is not None:
                own[parent] = own.get(parent, 0) + len(element.tail)
    held: dict[HtmlElement, int] = {}
    for element, weight in own.items():
        here: HtmlElement | None = element
        while here is not None:
            held[here] = held.get(here, 0) + weight
            here = here.getparent()
    return held


def _core(tree: HtmlElement, held: dict[HtmlElement, int]) -> HtmlElement:
    """The smallest element that holds nearly all running text."""
    enough = _SHARE * max(held.get(tree, 0), 1)
    core = tree
    while True:
        inner = next((child for child in core if held.get(child, 0) >= enough), None)
        if inner is None or inner.tag in _TEXTUAL:
            return core
        core = inner


def _drop_link_blocks(core: HtmlElement, held: dict[HtmlElement, int]) -> None:
    """Drop what holds no running text and is mostly links: menus, teasers, tags, "share this"."""
    for child in list(core):
        if child in held:
            _drop_link_blocks(child, held)
            continue
        links = child.findall(".//a")
        if len(links) < _FEW_LINKS:
            continue
        linked = sum(len(text_of(link)) for link in links)
        if linked >= _LINKED * len(text_of(child)):
            child.drop_tree()


def _undo_layout(core: HtmlElement, held: dict[HtmlElement, int]) -> None:
    """A table that holds most of the text is how a page was laid out before there was CSS."""
    for table in (core, *core.iter("table")):
        if table.tag in _TABLE and held.get(table, 0) > held.get(core, 0) / 2:
            for part in table.iter(*_TABLE):
                part.tag = "div"


def _lighten(core: HtmlElement) -> None:
    """Drop inline marks and empty elements: a fifth of trafilatura's time, and no text."""
    for stamp in list(core.iter("time")):
        if stamp.getparent().tag not in _BLOCKS:
            stamp.drop_tree()  # a date line; inside a paragraph it is a word of the sentence
    etree.strip_tags(core, *_INLINE)
    for element in reversed(list(core.iter(*_EMPTIABLE))):
        if element is core:
            continue
        if element.tag == "span" and not element.attrib:
            element.drop_tag()
        elif not len(element) and not (element.text and element.text.strip()):
            element.drop_tree()


def _standalone(core: HtmlElement, tree: HtmlElement) -> HtmlElement:
    """The chosen element as a page of its own."""
    if core is tree or core.tag == "body":
        return tree
    page = tree.makeelement("html")
    core.tail = None
    etree.SubElement(page, "body").append(core)
    return page


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
    blocks = [e for e in element.iter(*_BLOCKS) if not _inside(e, element)]
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
        if ancestor.tag in _BLOCKS:
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
