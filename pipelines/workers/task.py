"""What a worker process does with a page: understand it, and work out what it is looked up by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.extraction import article
from pipelines.extraction import lead_only as summary
from pipelines.stories.shingles import read
from pipelines.stories.sketch import keys

if TYPE_CHECKING:
    from crawler.model.items import Entry, Extracted


def page(html: bytes, url: str, **known: Any) -> Extracted:
    """`extraction.article.extract`, with its sketch."""
    return _sketched(article.extract(html, url, **known))


def lead(entry: Entry, **known: Any) -> Extracted:
    """`extraction.lead.understand`, with its sketch."""
    return _sketched(summary.understand(entry, **known))


def _sketched(content: Extracted) -> Extracted:
    return replace(content, sketch=keys(read(content.title, content.text)))
