"""What a page says about itself in JSON-LD, however badly that JSON is written."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.extraction.html.parse import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

_NEWS = frozenset(
    {
        "newsarticle",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "backgroundnewsarticle",
        "opinionnewsarticle",
        "reviewnewsarticle",
        "liveblogposting",
    }
)
_ARTICLES = frozenset({"article", "report", "blogposting", "scholarlyarticle", "posting"})
_MOST_NODES = 5_000  # some shops describe their whole catalogue
_DEEPEST = 12
_LITERALS = ("headline", "datePublished", "dateModified", "articleBody")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLd:
    """The one article among all that a page's JSON-LD describes; "" where it does not say."""

    headline: str = ""
    published: str = ""
    modified: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    body: str = field(default="", repr=False)


def declared(tree: HtmlElement, url: str) -> JsonLd:
    """The article that the page is about: news before other texts, its own URL before others."""
    nodes: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            nodes.extend(_nodes(_load(script.text)))
            if len(nodes) > _MOST_NODES:
                break
    ranked = sorted(
        (node for node in nodes if _kind(node)), key=lambda node: _rank(node, url), reverse=True
    )
    if not ranked:
        return _page_itself(nodes, url)
    best = ranked[0]
    names = {str(node.get("@id")): node for node in nodes if node.get("@id") and node.get("name")}
    # A second node of the same article often holds what the first leaves out.
    same = [node for node in ranked if _same_article(node, best)]
    return JsonLd(
        headline=_first(same, "headline") or _first(same, "name"),
        published=_first(same, "datePublished") or _first(same, "dateCreated"),
        modified=_first(same, "dateModified"),
        authors=tuple(dict.fromkeys(_authors(same, names))),
        publisher=next(_names(best.get("publisher"), names), ""),
        body=_plain(max((_text(node.get("articleBody")) for node in same), key=len)),
    )


def _page_itself(nodes: Iterable[dict[str, Any]], url: str) -> JsonLd:
    """The dates of the page, where no article is named: so WordPress writes its own kinds."""
    for node in nodes:
        if "WebPage" in _strings(node.get("@type")) and _path(_address(node)) == _path(url) != "/":
            return JsonLd(
                published=_first([node], "datePublished"), modified=_first([node], "dateModified")
            )
    return JsonLd()


def _load(text: str) -> Any:
    text = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip()
    for attempt in (text, _TRAILING_COMMA.sub("", text), html.unescape(text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _salvage(text)


def _salvage(text: str) -> dict[str, Any]:
    """The few values we want, out of JSON that nothing can read."""
    found: dict[str, Any] = {}
    for key in _LITERALS:
        if match := re.search(rf'"{key}"\s*:\s*"((?:[^"\\]|\\.)*)"\s*[,}}]', text):
            try:
                found[key] = json.loads(f'"{match[1]}"', strict=False)
            except ValueError:
                continue
    kind = re.search(r'"@type"\s*:\s*(?:\[\s*)?"(\w*(?:Article|Posting|Report))"', text)
    return found | {"@type": kind[1]} if kind else {}


def _nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value[:_MOST_NODES]:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for item in value.values():
            if isinstance(item, dict | list):
                yield from _nodes(item, depth + 1)


def _kind(node: dict[str, Any]) -> int:
    named = {kind.lower().rpartition("/")[2] for kind in _strings(node.get("@type"))}
    if named & _NEWS:
        return 2
    return 1 if named & _ARTICLES else 0


def _strings(value: Any) -> list[str]:
    return [str(item) for item in (value if isinstance(value, list) else [value])]


def _rank(node: dict[str, Any], url: str) -> tuple[bool, int, bool, bool]:
    return (
        _path(_address(node)) == _path(url) != "/",
        _kind(node),
        bool(_text(node.get("datePublished"))),
        bool(_text(node.get("headline"))),
    )


def _same_article(node: dict[str, Any], best: dict[str, Any]) -> bool:
    if node is best:
        return True
    ours, theirs = fold(_text(best.get("headline"))), fold(_text(node.get("headline")))
    return ours == theirs if ours and theirs else _path(_address(node)) == _path(_address(best))


def _address(node: dict[str, Any]) -> str:
    page = node.get("mainEntityOfPage")
    stated = page.get("@id") or page.get("url") if isinstance(page, dict) else page
    return next((v for v in (node.get("url"), stated, node.get("@id")) if isinstance(v, str)), "")


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.rstrip("/") or "/"
    except ValueError:
        return "/"


def _first(nodes: Iterable[dict[str, Any]], key: str) -> str:
    return next((text for node in nodes if (text := fold(_text(node.get(key))))), "")


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str | dict)), "")
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or ""
    return html.unescape(value) if isinstance(value, str) else ""


def _plain(body: str) -> str:
    """Some put HTML into articleBody."""
    return re.sub(r"<[^<>]{1,2000}>", " ", body) if "<" in body else body


def _authors(nodes: Iterable[dict[str, Any]], names: dict[str, dict[str, Any]]) -> Iterator[str]:
    for node in nodes:
        found = tuple(_names(node.get("author") or node.get("creator"), names))
        if found:
            yield from found
            return


def _names(value: Any, names: dict[str, dict[str, Any]]) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        holder = item
        if isinstance(item, dict) and not item.get("name"):
            holder = names.get(str(item.get("@id")), {})
        if isinstance(holder, dict):
            inner = holder.get("name")
            yield from (
                n
                for name in (inner if isinstance(inner, list) else [inner])
                if isinstance(name, str) and (n := fold(html.unescape(name)))
            )
        elif isinstance(holder, str) and (name := fold(html.unescape(holder))):
            yield name
