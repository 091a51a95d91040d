"""HTML head metadata: the meta tags of a page, its title, its canonical address, its language."""

from __future__ import annotations

import html as entities
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipelines.extraction.html.parse import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement


_MOST_VALUES = 12  # of one name; pages of authors and tags stay below
_LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Meta tags by lower-case name (`property`, `name` or `itemprop`), in the order of the page."""

    metas: dict[str, tuple[str, ...]]
    title: str = ""
    canonical_link: str = ""
    language: str = ""

    def first(self, *names: str) -> str:
        """The first of these names that says anything."""
        return next(self.all(*names), "")

    def all(self, *names: str) -> Iterator[str]:
        return (value for name in names for value in self.metas.get(name, ()))


def read_head(tree: HtmlElement, url: str) -> Head:
    metas: dict[str, tuple[str, ...]] = {}
    for meta in tree.iter("meta"):
        content = fold(meta.get("content"))
        if not content:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (meta.get(attribute) or "").strip().lower()
            if name and len(known := metas.get(name, ())) < _MOST_VALUES:
                metas[name] = (*known, entities.unescape(content[:_LONGEST]))
    title = tree.find(".//title")
    return Head(
        metas=metas,
        title=fold(title.text_content())[:_LONGEST] if title is not None else "",
        canonical_link=_canonical(tree, url),
        language=_language(tree, metas),
    )


def _canonical(tree: HtmlElement, url: str) -> str:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            try:
                return str(urljoin(url, fold(link.get("href"))))
            except ValueError:
                return ""
    return ""


def _language(tree: HtmlElement, metas: dict[str, tuple[str, ...]]) -> str:
    root = tree if tree.tag == "html" else next(tree.iterancestors("html"), tree)
    claims = (
        root.get("lang"),
        root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        *metas.get("og:locale", ()),
        *metas.get("content-language", ()),
    )
    claim = next((claim.strip() for claim in claims if claim and claim.strip()), "")
    code = claim[:2].lower()
    return code if code.isalpha() and (len(claim) == 2 or not claim[2].isalpha()) else ""
