"""Read a response as a poll would; of a listing, every link, to show what does not match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import TextResponse

from crawler.config.source import DocumentKind
from crawler.discovery.document import Reading
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.listings import parse_listing
from crawler.discovery.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response

    from crawler.config.source import Source

_ANY = "."  # as a listing's article_urls: every link


def declared(source: Source) -> Iterator[tuple[DocumentKind, str]]:
    """Every document that the source declares, and the page that names its feeds."""
    yield from source.declared()
    if source.home:
        yield DocumentKind.HOME, source.home


def read(kind: DocumentKind, response: Response, source: Source) -> Reading:
    """What the response says. Raises `NotTheDocument` where it is something else."""
    if kind is not DocumentKind.LISTING:
        return Reader(source).read(kind, response)
    if not isinstance(response, TextResponse):
        raise NotTheDocument("no text where a page belongs")
    selector = "" if "{page}" in source.next_page else source.next_page
    listing = parse_listing(response, article_urls=_ANY, next_page=selector)
    return Reading(entries=listing.entries, further=tuple(filter(None, (listing.next_page,))))
