"""Answer of a document: what is kept of it, its validators first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.config.source import DocumentKind
from crawler.discovery.document import stated_pace
from crawler.storage.crawl.documents import Document

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.discovery.document import Reading


def validators_of(response: Response, url: str) -> Document:
    """What its server gave us to ask "changed since?" with."""
    return Document(
        url=url,
        etag=(response.headers.get("ETag") or b"").decode("latin-1"),
        last_modified=(response.headers.get("Last-Modified") or b"").decode("latin-1"),
    )


def remembered(response: Response, reading: Reading, kind: DocumentKind) -> Document:
    """What to keep of this answer once all it announced is settled."""
    given = validators_of(response, response.meta["document"])
    # What stands behind an index can change while it does not, and what broke off was not read:
    # then it is always asked for all of it.
    whole = reading.complete and not (kind is DocumentKind.SITEMAP and reading.further)
    cache = (response.headers.get("Cache-Control") or b"").decode("latin-1")
    return Document(
        url=given.url,
        etag=given.etag if whole else "",
        last_modified=given.last_modified if whole else "",
        pace=stated_pace(reading.pace, cache),
        hub=reading.hub,
        topic=reading.topic,
    )
