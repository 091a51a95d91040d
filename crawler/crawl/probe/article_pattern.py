"""URL pattern inference: the regular expression that a site's article addresses match."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crawler.discovery.site_page import Link

LEAST = 4  # articles of one shape, before it is believed
_LONG = 20  # characters of an anchor's text: a headline, not the name of a rubric
_SECTIONS = 8  # names that stand in one place, before any name may
_SHAPES = 3  # in one expression
_SHARE = 0.25  # of what the commonest shape has, for another to count
_WORDS = 3  # of an address, before it is taken for a headline's
_YEAR = re.compile(r"(?:19|20)\d\d")
_EXTENSION = re.compile(r"\.(?:[sx]?html?|php|aspx?|jsp)$", re.IGNORECASE)
# No article, whatever its shape: lists, and what stands at the foot of each page.
_ASIDE = re.compile(
    r"/(?:tags?|topics?|authors?|category|categories|rubrics?|pages?|search|login|about|contacts?|"
    r"archives?|themes?|privacy|terms|subscribe|rss|feeds?|sitemap)(?:/|$)",
    re.IGNORECASE,
)
_IDS = re.compile(r"(?:id|nid|newsid|news_id|article|articleid|story|item|p)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Part:
    """One segment of a path: a name that is kept, or what any segment of its kind looks like."""

    pattern: str
    is_name: bool = False
    tells: bool = False  # only articles have such a one: a headline's words, a number


@dataclass(frozen=True, slots=True)
class _Shape:
    host: str
    parts: tuple[_Part, ...]
    extension: str
    ids: tuple[str, ...]

    @property
    def tells(self) -> bool:
        return bool(self.ids) or any(part.tells for part in self.parts)


def infer_pattern(links: Iterable[Link]) -> tuple[str, tuple[str, ...]]:
    """An expression for the addresses among the links that are articles, and those that match.

    ("", ()) where no shape of address is common enough. An entry of a feed counts as a link with
    its title; texts tell a headline from the name of a rubric where most links have one.
    """
    texts = {link.url: link.text for link in links}
    groups: defaultdict[_Shape, list[str]] = defaultdict(list)
    for url in texts:
        if (shape := _shape(url)) is not None and shape.tells:
            groups[shape].append(url)
    merged = _merged(groups)
    likely = {
        shape: urls
        for shape, urls in merged.items()
        if len(urls) >= LEAST and _have_headlines([texts[url] for url in urls])
    }
    most = max(map(len, likely.values()), default=0)
    ranked = sorted(likely, key=lambda shape: -len(likely[shape]))
    chosen = [shape for shape in ranked if len(likely[shape]) >= _SHARE * most][:_SHAPES]
    return (
        "|".join(map(_expression, chosen)),
        tuple(url for shape in chosen for url in likely[shape]),
    )


def _have_headlines(texts: Sequence[str]) -> bool:
    told = sorted(len(text) for text in texts if text)
    return not told or told[len(told) // 2] >= _LONG


def _shape(url: str) -> _Shape | None:
    try:
        split = urlsplit(url)
    except ValueError:
        return None
    if not split.hostname or _ASIDE.search(split.path):
        return None
    path = split.path.strip("/")
    extension = found[0] if (found := _EXTENSION.search(path)) else ""
    segments = path.removesuffix(extension).split("/") if path else []
    ids = tuple(
        key for key, value in parse_qsl(split.query) if _IDS.fullmatch(key) and value.isdigit()
    )
    if not segments and not ids:
        return None
    return _Shape(_host(split), tuple(map(_part, segments)), extension, ids)


def _host(split: SplitResult) -> str:
    port = f":{split.port}" if split.port else ""
    return (split.hostname or "").removeprefix("www.") + port


def _part(segment: str) -> _Part:
    if _YEAR.fullmatch(segment):
        return _Part(r"\d{4}")
    if segment.isdigit():
        return _Part(r"\d{1,2}") if len(segment) <= 2 else _Part(r"\d+", tells=True)
    if re.fullmatch(r"\d{3,}[-_].+", segment):
        return _Part(r"\d+[-_][^/?#]+", tells=True)
    if re.fullmatch(r".+[-_]\d{3,}", segment):
        return _Part(r"[^/?#]+[-_]\d+", tells=True)
    if len(re.split(r"[-_]|%20", segment)) >= _WORDS or len(segment) > _LONG + 5:
        return _Part(r"[^/?#]+", tells=True)
    return _Part(segment, is_name=True)


def _merged(groups: Mapping[_Shape, list[str]]) -> dict[_Shape, list[str]]:
    """Shapes that differ in names alone, as one: the names in one place stand beside each other."""
    families: defaultdict[object, list[_Shape]] = defaultdict(list)
    for shape in groups:
        bare = tuple("" if part.is_name else part.pattern for part in shape.parts)
        families[shape.host, bare, shape.extension, shape.ids].append(shape)
    merged: dict[_Shape, list[str]] = {}
    for family in families.values():
        columns = zip(*(shape.parts for shape in family), strict=True)
        parts = tuple(map(_column, columns))
        whole = _Shape(family[0].host, parts, family[0].extension, family[0].ids)
        merged[whole] = [url for shape in family for url in groups[shape]]
    return merged


def _column(parts: Sequence[_Part]) -> _Part:
    first = parts[0]
    if not first.is_name:
        return first
    names = sorted({part.pattern for part in parts})
    if len(names) == 1:
        return _Part(_escaped(names[0]))
    if len(names) > _SECTIONS:
        return _Part(r"[\w-]+")
    return _Part(f"(?:{'|'.join(map(_escaped, names))})")


def _expression(shape: _Shape) -> str:
    path = "".join(f"/{part.pattern}" for part in shape.parts)
    end = _escaped(shape.extension) if shape.extension else "/?"
    query = rf"\?(?:[^#]*&)?{shape.ids[0]}=\d+" if shape.ids else r"(?:\?|$)"
    return rf"^https?://(?:www\.)?{_escaped(shape.host)}{path}{end}{query}"


def _escaped(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")
