"""OPML: feed lists of other readers, to source declarations and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree
from pydantic import ValidationError

from crawler.config.messages import said
from crawler.config.source import Source
from crawler.crawl.probe.proposal import country_of, name_for
from crawler.model.exceptions import Unusable
from crawler.model.urls import canonical_url, site

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_BYTES = 20_000_000
_MOST = 10_000  # outlines


def read_opml(
    written: bytes, known: Iterable[Source]
) -> tuple[list[Source], list[tuple[str, str]]]:
    """A source for each outline with a feed, and what was left out: (address, why).

    A feed that a known source or an earlier outline has is left out. Raises `Unusable` where the
    file is no OPML.
    """
    root = _parse(written)
    known = list(known)
    feeds = {canonical_url(url) for source in known for url in source.feeds}
    names = {source.name for source in known}
    found: list[Source] = []
    left: list[tuple[str, str]] = []
    for outline in list(root.iter("{*}outline"))[:_MOST]:
        url = _attribute(outline, "xmlUrl")
        if not url:
            continue  # a folder, or a link to a page
        try:
            source = _source(outline, url, names)
        except ValidationError as error:
            left.append((url, "; ".join(said(one) for one in error.errors(include_url=False))))
            continue
        if canonical_url(url) in feeds:
            left.append((url, "it is declared already"))
            continue
        feeds.add(canonical_url(url))
        names.add(source.name)
        found.append(source)
    return found, left


def write_opml(sources: Iterable[Source], *, title: str = "Wirewatch") -> bytes:
    """The feeds of the sources as OPML 2.0, an outline for each feed."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for source in sources:
        for url in source.feeds:
            name = source.title or source.name
            outline = etree.SubElement(body, "outline", type="rss", text=name, title=name)
            outline.set("xmlUrl", url)
            if source.home:
                outline.set("htmlUrl", source.home)
            if source.languages:
                outline.set("language", source.languages[0])
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return written


def _parse(written: bytes) -> etree._Element:
    if len(written) > _MOST_BYTES:
        raise Unusable(f"it has {len(written):,} bytes; a list of feeds has fewer")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(written, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unusable(f"it is no OPML: {error}") from None
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise Unusable("it is no OPML: expected an <opml> element")
    return root


def _source(outline: etree._Element, url: str, taken: set[str]) -> Source:
    title = _attribute(outline, "title") or _attribute(outline, "text")
    language = _attribute(outline, "language")[:2].lower()
    ascii_title = title if title.isascii() and title else ""
    return Source(
        name=name_for(ascii_title or site(url), taken),
        title=title[:120],
        country=country_of(site(url)),
        feeds=(url,),
        languages=(language,) if language.isalpha() and len(language) == 2 else (),
    )


def _attribute(outline: etree._Element, name: str) -> str:
    """By its name in any case, as some writers have it; white space is one space."""
    wanted = name.lower()
    values = (value for key, value in outline.attrib.items() if str(key).lower() == wanted)
    return " ".join(str(next(values, "")).split())
