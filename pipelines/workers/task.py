"""Tasks of a worker process: extract an article from a page, and sketch it for dedup."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.model.items import Hints
from pipelines.extraction import article, lead_only
from pipelines.stories.shingles import shingled
from pipelines.stories.sketch import sketch_of

if TYPE_CHECKING:
    from crawler.model.items import Entry, Extracted

_SENTENCES = (
    "Delegates of nine countries met on Tuesday to talk about joint training. "
    "Представители девяти стран обсудили во вторник совместные учения. "
)
SAMPLE = f"""<html lang="en"><head><title>A meeting</title></head><body><article><h1>A meeting</h1>
<div class="date">3 September 2019, 11:23</div><p>{_SENTENCES * 4}</p><p>{_SENTENCES * 3}</p>
</article></body></html>"""


def page(html: bytes, url: str, **known: Any) -> Extracted:
    """`extraction.article.extract`, with its sketch."""
    return _sketched(article.extract(html, url, **known))


def lead(entry: Entry, **known: Any) -> Extracted:
    """`extraction.lead_only.extract_lead`, with its sketch."""
    return _sketched(lead_only.extract_lead(entry, **known))


def self_test() -> None:
    """Extract a page of our own. Raises what is wrong with the installation."""
    found = page(
        SAMPLE.encode(),
        "http://localhost/self-test",
        charset="utf-8",
        hints=Hints(languages=("en", "ru")),
        now=datetime(2020, 1, 1, tzinfo=UTC),
    )
    if _SENTENCES[:30] not in found.text or found.published is None:
        raise RuntimeError("the built-in page is not read as it is written")


def _sketched(content: Extracted) -> Extracted:
    return replace(content, sketch=sketch_of(shingled(content.title, content.text)))
