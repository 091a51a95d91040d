"""HTML parser: any page, once: too deep, too wide, torn, or not HTML at all."""

from __future__ import annotations

import re

from lxml import etree, html

from pipelines.extraction.not_an_article import NotAnArticle

# Far beyond what people write. Looking for doubles among attributes takes the square of their
# number, so that a million of them would keep the parser busy for minutes.
_WIDE = 20_000  # bytes
_WIDE_TAG = re.compile(rb"<([A-Za-z][\w:-]{0,40})\b[^<>]{%d,}>" % _WIDE)
_MOST_ATTRIBUTES = 1000
# Everything that only groups. What a page means to say survives without it.
_GROUPING = re.compile(
    rb"</?(?!/?(?:p|br|h[1-6]|html|head|body|title|meta|link|script|style|time|a|li|article)\b)"
    rb"[A-Za-z][^<>]*>",
    re.IGNORECASE,
)
_NESTING = re.compile(rb"</?(?:a|li|article)\b[^<>]*>", re.IGNORECASE)
_FEEDS = frozenset({"rss", "feed", "urlset", "sitemapindex", "rdf"})
_MEDIA = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b")


def is_media(body: bytes) -> bool:
    """Whether a server sent a picture or a document under the name of a page."""
    return body.startswith(_MEDIA)


def parse(page: bytes) -> html.HtmlElement:
    """The tree of a page in UTF-8; raises `NotAnArticle` where there is no page."""
    if not page or page.isspace():
        raise NotAnArticle("empty-page")
    if not re.search(rb"<[A-Za-z!?]", page[:65536]):
        raise NotAnArticle("not-html")
    if _may_be_wide(page):
        page = _WIDE_TAG.sub(_narrow, page)
    tree, complete = _parse(page)
    if not complete:
        # The parser gives up at 2,048 levels and forgets all that follows.
        flat = _GROUPING.sub(b" ", page)
        tree, complete = _parse(flat)
        if not complete:
            tree, _ = _parse(_NESTING.sub(b" ", flat))
    if tree is None:
        raise NotAnArticle("empty-page")
    if _root_name(tree) in _FEEDS:
        raise NotAnArticle("not-html", "a feed")
    return tree


def _may_be_wide(page: bytes) -> bool:
    """Whether what begins like a tag goes on for that long: then it covers half as long a stretch.

    Few pages have one without the beginning of a tag, and so the others need not be taken apart.
    """
    stretch = _WIDE // 2
    for at in range(stretch, len(page) - stretch, stretch):
        if page.find(b"<", at, at + stretch) < 0:
            start = page.rfind(b"<", at - stretch, at)
            if start >= 0 and page.find(b">", start, start + _WIDE) < 0:
                return True
    return False


def _narrow(tag: re.Match[bytes]) -> bytes:
    return tag[0] if tag[0].count(b"=") < _MOST_ATTRIBUTES else b"<" + tag[1] + b">"


def _parse(page: bytes) -> tuple[html.HtmlElement | None, bool]:
    parser = html.HTMLParser(
        encoding="utf-8",
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,  # else 256 levels: sites that forget to close tags reach them
    )
    # lxml's own choice of a class by tag asks Python for every element, every time it is touched.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        tree = html.document_fromstring(page, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None, True
    last = parser.error_log.last_error
    return tree, last is None or last.type != etree.ErrorTypes.ERR_RESOURCE_LIMIT


def _root_name(tree: html.HtmlElement) -> str:
    """The first element that the page itself wrote; the parser adds html and body by itself."""
    here = tree
    while isinstance(here.tag, str) and here.tag in {"html", "body"} and len(here):
        here = here[0]
    return str(here.tag).lower().rpartition(":")[2]


def text_of(element: html.HtmlElement) -> str:
    """All text of an element on one line, with single spaces."""
    return " ".join(element.text_content().split())


def fold(text: str | None) -> str:
    """Any text on one line, with single spaces."""
    return " ".join((text or "").split())
