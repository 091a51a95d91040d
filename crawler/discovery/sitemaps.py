"""Sitemaps, sitemap indexes and Google-News sitemaps, to entries."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import TypeVar

from lxml import etree

from crawler.discovery.block_pages import what_it_is
from crawler.discovery.charset import to_utf8
from crawler.discovery.entry_dates import instant
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.feeds import read_feed
from crawler.discovery.gzipped import gunzipped
from crawler.discovery.xml_repair import with_sound_markup, without_declaration
from crawler.model.items import Entry
from crawler.model.urls import absolute

# The protocol's other form: one address a line, and nothing else.
_ADDRESS = (b"http://", b"https://")
_BOM = b"\xef\xbb\xbf"
_T = TypeVar("_T")
_NEVER = datetime.min.replace(tzinfo=UTC)
_BEGINNING = re.compile(
    rb"<\?xml\b|<(?:\w{1,20}:)?(?:urlset|sitemapindex|rss|feed|rdf)\b", re.IGNORECASE
)
_FEED = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_OPENING = 2_000  # bytes
_JUNK = 10_000  # bytes that may stand before it
MOST = 50_000  # of pages or sitemaps: what the protocol allows
_MAX_BYTES = 60_000_000  # the protocol allows 50 MB; a bomb unpacks to more


@dataclass(frozen=True, slots=True)
class Sitemap:
    """`entries` are pages, the newest first; `children` are sitemaps, `undated` some of these."""

    entries: tuple[Entry, ...]
    children: tuple[str, ...]
    undated: tuple[str, ...] = ()


def parse_sitemap(
    body: bytes, url: str, *, zone: str = "UTC", languages: tuple[str, ...] = ()
) -> Sitemap:
    """Read one sitemap document. `zone` is that of times which state none.

    Raises `NotTheDocument` where it is something else.
    """
    clean = to_utf8(gunzipped(body, most=_MAX_BYTES), None, languages)
    opening = clean[:_OPENING].removeprefix(_BOM).lstrip()
    if opening.startswith(_ADDRESS) and b"<" not in clean:
        urls = clean.decode("utf-8-sig", "replace").split()[-MOST:]
        return Sitemap(tuple(Entry(url=url) for url in reversed(urls)), ())
    if _FEED.match(_from_its_beginning(clean)):
        # The protocol takes feeds, too.
        return Sitemap(read_feed(clean, url, zone=zone, languages=languages).entries, ())
    found = _Found(url=url, zone=zone)
    root = _read(with_sound_markup(_from_its_beginning(clean)), found, body)
    if root not in {"urlset", "sitemapindex"}:
        raise _what_it_is(clean, f"a <{root or 'nothing'}> document where a sitemap was expected")
    undated = _newest_first([child for child in found.children if child[0] == _NEVER])
    return Sitemap(_newest_first(found.entries), _newest_first(found.children), undated)


@dataclass(slots=True)
class _Found:
    """What was read of a document so far."""

    url: str
    zone: str
    entries: list[tuple[datetime, Entry]] = field(default_factory=list)
    children: list[tuple[datetime, str]] = field(default_factory=list)

    def take(self, name: str, fields: dict[str, str]) -> None:
        if not fields.get("loc"):
            return
        link = absolute(self.url, fields["loc"].replace("&amp;", "&"))
        if name == "url":
            self.entries.append((_order(fields, self.zone), _entry(fields, link, self.zone)))
        else:
            self.children.append((_order(fields, self.zone), link))

    @property
    def is_full(self) -> bool:
        return len(self.entries) + len(self.children) >= MOST


def _from_its_beginning(body: bytes) -> bytes:
    """Without what was printed before it: a warning of PHP's, blank lines, comments."""
    found = _BEGINNING.search(body, 0, _JUNK)
    return without_declaration(body[found.start() :]).lstrip() if found else body.lstrip()


def _read(markup: bytes, found: _Found, body: bytes) -> str:
    """Fill `found`; returns the name of the root. Raises `NotTheDocument`."""
    parser = etree.iterparse(
        BytesIO(markup),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    root = ""
    try:
        for event, element in parser:
            name = _name(element)
            root = root or name
            if event == "end" and name in {"url", "sitemap"}:
                found.take(name, _fields(element))
                _forget(element)
                if found.is_full:
                    break
    except etree.XMLSyntaxError as error:
        if not (found.entries or found.children):
            raise _what_it_is(body, f"no readable sitemap: {error.msg}") from None
    return root


def _newest_first(found: list[tuple[datetime, _T]]) -> tuple[_T, ...]:
    """The dated ones by their dates; then those without, from the last: files grow at their end."""
    dated = [pair for pair in found if pair[0] != _NEVER]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    undated = [one for when, one in reversed(found) if when == _NEVER]
    return (*(one for _, one in dated), *undated)


def _what_it_is(body: bytes, otherwise: str) -> NotTheDocument:
    named = what_it_is(body, "sitemap")
    return NotTheDocument(otherwise) if named.slug == "not-the-document" else named


def _forget(element: etree._Element) -> None:
    """What was read, and what stands before it: a large sitemap is never in memory as a tree."""
    element.clear()
    above = element.getparent()
    while above is not None and (before := element.getprevious()) is not None:
        above.remove(before)


def _fields(element: etree._Element) -> dict[str, str]:
    """What stands in it by itself, and what stands in its <news:news>: not a picture's title."""
    found: dict[str, str] = {}
    for child in element.iterdescendants():
        if not isinstance(child.tag, str) or not (child.text and child.text.strip()):
            continue
        above = child.getparent()
        if above is element or (above is not None and _name(above) == "news"):
            found.setdefault(_name(child), child.text.strip())
    return found


def _name(element: etree._Element) -> str:
    """Its name without a namespace, declared or not: news:title becomes "title"."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _order(fields: dict[str, str], zone: str) -> datetime:
    """When it changed, as well as it says: a bare day is good enough to sort by."""
    for key in ("publication_date", "lastmod"):
        value = fields.get(key, "")
        if when := instant(value, zone):
            return when
        try:
            return datetime.combine(date.fromisoformat(value[:10]), time(), UTC)
        except ValueError:
            continue
    return _NEVER


def _entry(fields: dict[str, str], link: str, zone: str) -> Entry:
    return Entry(
        url=link,
        title=" ".join(fields.get("title", "").split()),
        published=instant(fields.get("publication_date"), zone),
        updated=instant(fields.get("lastmod"), zone),
    )
