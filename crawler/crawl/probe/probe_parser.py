"""Parser dispatch of a probe: reads as a poll would; of a listing, every link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.config.source import DocumentKind
from crawler.discovery import reader
from crawler.discovery.document import Reading
from crawler.discovery.listings import parse_listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.config.source import Source
    from crawler.discovery.received import Received

_ANY = "."  # as a listing's article_urls: every link


def declared(source: Source) -> Iterator[tuple[DocumentKind, str]]:
    """Every document that the source declares, and the page that names its feeds."""
    yield from source.declared()
    if source.home:
        yield DocumentKind.HOME, source.home


def read(kind: DocumentKind, received: Received, source: Source) -> Reading:
    """What the document says. Raises `NotTheDocument` where it is something else."""
    if kind is not DocumentKind.LISTING:
        return reader.read(kind, received, source)
    selector = "" if "{page}" in source.next_page else source.next_page
    listing = parse_listing(received.text(), article_urls=_ANY, next_page=selector)
    return Reading(entries=listing.entries, further=tuple(filter(None, (listing.next_page,))))
