"""Tasks of a worker process: extract an article from a page, and sketch it for dedup."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.extraction import article, lead_only
from pipelines.stories.shingles import shingled
from pipelines.stories.sketch import sketch_of

if TYPE_CHECKING:
    from crawler.model.items import Entry, Extracted


def page(html: bytes, url: str, **known: Any) -> Extracted:
    """`extraction.article.extract`, with its sketch."""
    return _sketched(article.extract(html, url, **known))


def lead(entry: Entry, **known: Any) -> Extracted:
    """`extraction.lead_only.extract_lead`, with its sketch."""
    return _sketched(lead_only.extract_lead(entry, **known))


def _sketched(content: Extracted) -> Extracted:
    return replace(content, sketch=sketch_of(shingled(content.title, content.text)))
