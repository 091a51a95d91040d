"""Content sniffing: what a body is by its own first and last bytes, whatever its headers say."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

_LOOKED_AT = 8_192  # bytes at either end
_BOM = b"\xef\xbb\xbf"
_BEGINS = re.compile(
    rb"<(?:!doctype\s+html|(?:html|head|body|title|meta|article|main|div)[\s>])", re.IGNORECASE
)
_ENDS = re.compile(
    rb"</(?:html|body|rss|feed|rdf:rdf|urlset|sitemapindex|channel)\s*>\s*(?:<!--[^>]*-->\s*)?\Z",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"([A-Za-z-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s\"'>]{1,2000}))"
)
_CONTENT = re.compile(
    r"\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?(.*)\Z", re.IGNORECASE | re.DOTALL
)
_SOON = 5  # seconds; who may read for longer is meant to read


def begins_as_html(body: bytes) -> bool:
    """Does it open with a tag of HTML, after nothing but spaces, comments and a declaration?"""
    rest = body[:_LOOKED_AT].removeprefix(_BOM).lstrip()
    for opened, closed in ((b"<?xml", b"?>"), (b"<!--", b"-->")):
        while rest.startswith(opened):
            rest = rest.partition(closed)[2].lstrip()
    return _BEGINS.match(rest) is not None


def ends_whole(body: bytes) -> bool:
    """Does it end in the tag that closes its document, or, for JSON, its list or object?"""
    end = body[-_LOOKED_AT:].rstrip()
    if _ENDS.search(end[-512:]):
        return True
    return body[:1] in b"[{" and end[-1:] in b"]}" and bool(body)


def page_title(head: bytes) -> str:
    """What stands in <title>, or its beginning; "" where there is none."""
    opened = head.lower().find(b"<title")
    begins = head.find(b">", opened, opened + 300) + 1 if opened >= 0 else 0
    if not begins:
        return ""
    text = head[begins : begins + 600].partition(b"</")[0]
    return text.decode("utf-8", "replace")[:300]


def refresh(body: bytes, url: str) -> str:
    """Where a page's <meta http-equiv="refresh"> leads to within seconds; "" where it does not."""
    head = body[:_LOOKED_AT].decode("latin-1")
    for element in _metas(_visible(head)):
        found = {
            match[1].lower(): match[2] or match[3] or match[4] or ""
            for match in _ATTRIBUTE.finditer(element)
        }
        if found.get("http-equiv", "").strip().lower() != "refresh":
            continue
        content = _CONTENT.match(html.unescape(found.get("content", "")))
        if content is None or int(content[1]) > _SOON:
            return ""
        return _absolute(url, content[2].strip().strip("'\""))
    return ""


def _visible(head: str) -> str:
    """Without comments, and without what is meant for browsers that run no scripts."""
    for opened, closed in (("<!--", "-->"), ("<noscript", "</noscript>")):
        kept = []
        rest = head
        while (at := rest.lower().find(opened)) >= 0:
            kept.append(rest[:at])
            end = rest.lower().find(closed, at)
            rest = rest[end + len(closed) :] if end >= 0 else ""
        head = "".join([*kept, rest])
    return head


def _metas(head: str) -> list[str]:
    parts = re.split(r"<meta[\s/]", head, flags=re.IGNORECASE)[1:]
    return [part.partition(">")[0] for part in parts]


def _absolute(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return ""
