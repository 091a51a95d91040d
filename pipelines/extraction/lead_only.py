"""Lead-only articles: the page is not read, and what its source's feed says is all there is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.model.items import Extracted, Instant, Precision, ZoneRule
from pipelines.extraction.dates.published import CLOCK_SKEW
from pipelines.extraction.metadata.credit import find_origin
from pipelines.extraction.metadata.language import find_language
from pipelines.extraction.not_an_article import NotAnArticle

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.model.items import Entry, Hints


def extract_lead(entry: Entry, *, hints: Hints, now: datetime) -> Extracted:
    """Title and summary as an article; the title is the text where there is no summary.

    Raises `NotAnArticle` where the entry holds neither.
    """
    text = entry.summary or entry.title
    if not text:
        raise NotAnArticle("no-text", "an entry without a title and a summary")
    origin = find_origin(text, hints.credits)
    return Extracted(
        title=entry.title or _first_sentence(text),
        text=text,
        # Both are short: together they tell the language better.
        language=find_language(f"{entry.title}. {entry.summary}".strip(". "), "", hints.languages),
        published=_published(entry, now),
        credit=origin.credit,
        dateline=origin.dateline,
        lead=origin.lead,
    )


def _published(entry: Entry, now: datetime) -> Instant | None:
    moment = entry.published or entry.updated
    if moment is None or moment > now + CLOCK_SKEW:
        return None
    return Instant(
        at=moment,
        precision=Precision.SECOND,
        zone_rule=ZoneRule.STATED,  # whoever read the feed has put it into UTC already
        signal="entry",
        stated=moment.isoformat(),
    )


def _first_sentence(text: str) -> str:
    first = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    return first if len(first) <= 200 else first[:200].rsplit(" ", 1)[0] + "…"
