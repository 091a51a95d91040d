"""Main content of a page: its tree is pruned to the article's part before text is read.

What can never be text goes, then columns and blocks that are not the article's, then all outside
the element that holds nearly all running text. Parts of an article that advertisements keep apart
are put together again.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from pipelines.extraction.html.landmarks import headline
from pipelines.extraction.html.parse import text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

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
NEVER_TEXT = (*_SILENT, "figure", "footer", "head", "link", "nav")
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
BLOCKS = ("p", "h2", "h3", "h4", "li", "blockquote", "pre")
_TEXTUAL = frozenset({"p", "ul", "ol", "blockquote", "span", "pre"})
_TABLE = ("table", "tbody", "tr", "td", "th")
_RUN = 40  # characters without a link that count as running text
_RUNS = etree.XPath(f"descendant::text()[string-length() >= {_RUN}][not(ancestor::a)]")
_SHARE = 0.95  # of the running text that the chosen element holds
_MOST_BEFORE = 0.4  # of a page's running text that may stand before the article
_LISTS = frozenset({"ul", "ol"})
_FEW_LINKS = 3
_FEW_ITEMS = 2  # links in a list, which is none of the article's where they are most of it
_LINKED = 0.6  # of a block's text that stands in links
_PARTS = 0.5  # of the running text, which the parts of an article hold together


def silence(tree: HtmlElement) -> None:
    """Drop scripts, styles and media, once they have been read."""
    etree.strip_elements(tree, *_SILENT, with_tail=False)


def prune(tree: HtmlElement) -> tuple[HtmlElement, int]:
    """The element that holds the article, and how many characters of running text it holds."""
    etree.strip_elements(tree, *NEVER_TEXT, with_tail=False)
    held = _running_text(tree)
    _drop_columns_before(tree, held)
    core = _core(tree, held)
    _drop_link_blocks(core, held)
    _undo_layout(core, held)
    _join_parts(core, held)
    return core, held.get(tree, 0)


def _drop_columns_before(tree: HtmlElement, held: dict[HtmlElement, int]) -> None:
    """Drop columns that stand before the headline's own, with teasers as long as paragraphs.

    What shares a block with the headline stays: some set the first sentence above it. Where most
    of the text stands before it, the headline is not the article's.
    """
    title = headline(tree)
    block = title.getparent() if title is not None else None
    columns: list[HtmlElement] = []
    while block is not None:
        columns += [column for column in block.itersiblings(preceding=True) if held.get(column)]
        block = block.getparent()
    if sum(held[column] for column in columns) > held.get(tree, 0) * _MOST_BEFORE:
        return
    for column in columns:
        for around in column.iterancestors():
            held[around] -= held[column]
        column.drop_tree()


def _running_text(tree: HtmlElement) -> dict[HtmlElement, int]:
    """Characters of running text inside each element that has any. Link texts do not count."""
    own: dict[HtmlElement, int] = {}
    for run in cast("list[Any]", _RUNS(tree)):
        owner = run.getparent()
        element = owner.getparent() if run.is_tail else owner
        own[element] = own.get(element, 0) + len(run)
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
        if held.get(child) and child.tag not in _LISTS:
            _drop_link_blocks(child, held)
            continue
        links = list(child.iterdescendants("a"))
        if len(links) < (_FEW_ITEMS if child.tag in _LISTS else _FEW_LINKS):
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


def lighten(core: HtmlElement) -> None:
    """Drop inline marks and empty elements: a fifth of trafilatura's time, and no text."""
    for stamp in list(core.iter("time")):
        if stamp.getparent().tag not in BLOCKS:
            stamp.drop_tree()  # a date line; inside a paragraph it is a word of the sentence
    etree.strip_tags(core, *_INLINE)
    for paragraph in core.iter("p"):
        if "paywall" in (paragraph.get("class") or ""):  # trafilatura takes it for a notice
            del paragraph.attrib["class"]
    for element in reversed(list(core.iter(*_EMPTIABLE))):
        if element is core:
            continue
        if element.tag == "span" and not element.attrib:
            element.drop_tag()
        elif not len(element) and not (element.text and element.text.strip()):
            element.drop_tree()


def standalone(core: HtmlElement, tree: HtmlElement) -> HtmlElement:
    """The chosen element as a page of its own."""
    if core is tree or core.tag == "body":
        return tree
    page = tree.makeelement("html")
    core.tail = None
    etree.SubElement(page, "body").append(core)
    return page


def _join_parts(core: HtmlElement, held: dict[HtmlElement, int]) -> None:
    """Put the parts of an article into one, where blocks of one kind hold its paragraphs.

    Readers of the text take the block that holds most of it, and would leave out the others.
    """
    kinds: dict[tuple[str, ...], list[HtmlElement]] = defaultdict(list)
    for block in core.iter("div", "section"):
        if block in held and block is not core and any(p in held for p in block.iterchildren("p")):
            kinds[_kind(block)].append(block)
    parts = max(kinds.values(), key=lambda blocks: sum(held[b] for b in blocks), default=[])
    if len(parts) < 2 or sum(held[part] for part in parts) < _PARTS * held.get(core, 0):
        return
    first, *others = parts
    holders = {first, *first.iterancestors()}
    for part in others:
        if first not in part.iterancestors():
            first.extend(_headings(part, holders))
            first.extend(list(part))


def _headings(part: HtmlElement, holders: set[HtmlElement]) -> list[HtmlElement]:
    """The lines right above a part, which stand outside it and must not be left behind."""
    outer = part
    while outer.getparent() not in holders:
        outer = outer.getparent()
    before = outer.itersiblings(preceding=True)
    lines = takewhile(lambda e: e.tag in BLOCKS and e not in holders, before)
    return list(lines)[::-1]


def _kind(block: HtmlElement) -> tuple[str, ...]:
    """What makes two blocks parts of one thing: their tags and first classes, three levels up."""
    names: list[str] = []
    here: HtmlElement | None = block
    for _ in range(3):
        if here is None:
            break
        names += [str(here.tag), (here.get("class") or "").partition(" ")[0]]
        here = here.getparent()
    return tuple(names)
