"""Sitemaps, sitemap indexes and Google-News sitemaps, to entries."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import TypeVar

from lxml import etree

from crawler.discovery.block_pages import what_it_is
from crawler.discovery.errors import NotTheDocument
from crawler.model.items import Entry
from crawler.model.urls import absolute

# The protocol's other form: one address a line, and nothing else.
_ADDRESS = (b"http://", b"https://")
_BOM = b"\xef\xbb\xbf"
_T = TypeVar("_T")
_NEVER = datetime.min.replace(tzinfo=UTC)
_GZIP = b"\x1f\x8b"
_OPENING = 2_000  # bytes
MOST = 50_000  # of pages or sitemaps: what the protocol allows
_MAX_BYTES = 60_000_000  # the protocol allows 50 MB; a bomb unpacks to more


@dataclass(frozen=True, slots=True)
class Sitemap:
    """`entries` are pages, the newest first; `children` are sitemaps, `undated` some of these."""

    entries: tuple[Entry, ...]
    children: tuple[str, ...]
    undated: tuple[str, ...] = ()


def parse_sitemap(body: bytes, url: str) -> Sitemap:
    """Read one sitemap document. Raises `NotTheDocument` where it is something else."""
    unpacked = _unpack(body)
    opening = unpacked[:_OPENING].removeprefix(_BOM).lstrip()
    if opening.startswith(_ADDRESS) and b"<" not in unpacked:
        urls = unpacked.decode("utf-8-sig", "replace").split()[-MOST:]
        return Sitemap(tuple(Entry(url=url) for url in reversed(urls)), ())
    parser = etree.iterparse(
        BytesIO(unpacked),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    entries: list[tuple[datetime, Entry]] = []
    children: list[tuple[datetime, str]] = []
    root = ""
    try:
        for event, element in parser:
            name = _name(element)
            root = root or name
            if event == "end" and name in {"url", "sitemap"}:
                fields = _fields(element)
                if name == "url" and fields.get("loc"):
                    entries.append((_order(fields), _entry(fields, url)))
                elif fields.get("loc"):
                    children.append((_order(fields), absolute(url, fields["loc"])))
                _forget(element)
                if len(entries) + len(children) >= MOST:
                    break
    except etree.XMLSyntaxError as error:
        if not (entries or children):
            raise _what_it_is(body, f"no readable sitemap: {error.msg}") from None
    if root not in {"urlset", "sitemapindex"}:
        raise _what_it_is(body, f"a <{root or 'nothing'}> document where a sitemap was expected")
    undated = _newest_first([child for child in children if child[0] == _NEVER])
    return Sitemap(_newest_first(entries), _newest_first(children), undated)


def _newest_first(found: list[tuple[datetime, _T]]) -> tuple[_T, ...]:
    """The dated ones by their dates; then those without, from the last: files grow at their end."""
    dated = [pair for pair in found if pair[0] != _NEVER]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    undated = [one for when, one in reversed(found) if when == _NEVER]
    return (*(one for _, one in dated), *undated)


def _what_it_is(body: bytes, otherwise: str) -> NotTheDocument:
    named = what_it_is(body, "sitemap")
    return NotTheDocument(otherwise) if named.slug == "not-the-document" else named


def _unpack(body: bytes) -> bytes:
    if not body.startswith(_GZIP):
        return body
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as file:
            unpacked = file.read(_MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise NotTheDocument(f"a broken gzip file: {error}") from None
    if len(unpacked) > _MAX_BYTES:
        raise NotTheDocument(f"a sitemap that unpacks to more than {_MAX_BYTES:,} bytes")
    return unpacked


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
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _order(fields: dict[str, str]) -> datetime:
    """When it changed, as well as it says: a bare day is good enough to sort by."""
    for key in ("publication_date", "lastmod"):
        value = fields.get(key, "")
        if when := _when(value):
            return when
        try:
            return datetime.combine(date.fromisoformat(value[:10]), time(), UTC)
        except ValueError:
            continue
    return _NEVER


def _entry(fields: dict[str, str], base: str) -> Entry:
    return Entry(
        url=absolute(base, fields["loc"]),
        title=" ".join(fields.get("title", "").split()),
        published=_when(fields.get("publication_date", "")),
        updated=_when(fields.get("lastmod", "")),
    )


def _when(value: str) -> datetime | None:
    """A W3C date-time that states its zone; a bare day or local time tells no instant."""
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    return when.astimezone(UTC) if when.tzinfo else None
