"""Article extraction: a page of HTML in, one article out; or `NotAnArticle`, with the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.discovery.charset import to_utf8
from crawler.model.items import Extracted
from pipelines.extraction.dates.published import (
    DateEvidence,
    find_filed,
    find_modified,
    find_published,
)
from pipelines.extraction.html.body import complete, find_text, is_story
from pipelines.extraction.html.landmarks import headline
from pipelines.extraction.html.main_content import silence
from pipelines.extraction.html.parse import fold, is_media, parse
from pipelines.extraction.metadata.authors import find_authors
from pipelines.extraction.metadata.credit import find_origin
from pipelines.extraction.metadata.head import read_head
from pipelines.extraction.metadata.json_ld import declared
from pipelines.extraction.metadata.language import find_language
from pipelines.extraction.metadata.title import find_title
from pipelines.extraction.not_an_article import NotAnArticle
from pipelines.extraction.text.boilerplate_lines import drop_asides
from pipelines.extraction.text.opening import cut_furniture
from pipelines.extraction.text.standfirst import find_standfirst

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.model.items import Entry, Hints

# Imported corpora keep the day in front of the text: "date 2019-09-03 MINSK. KAZINFORM ..."
_FILED = re.compile(r"\s*(date\s+\d{4}-\d{2}-\d{2})\b[\s.:,-]*", re.IGNORECASE)
_DESCRIPTIONS = ("description", "og:description", "twitter:description")
_LINE = "\n"
LONGEST_TEXT = 200_000  # characters: a book of them; rules and comparisons take time for each
_OPENING = 4_000  # characters of the text in which its summary may stand already
_TOLD_BY = 35
_LONGEST_TITLE = 120  # of one that we have to make out of the first sentence


def extract(
    html: bytes,
    url: str,
    *,
    charset: str | None,
    hints: Hints,
    now: datetime,
    entry: Entry | None = None,
) -> Extracted:
    """Understand a page. Pure: the same page, hints and `now` always give the same article.

    `charset` is what the Content-Type header says, `now` is when the page was fetched: a later date
    is refused. Raises `NotAnArticle`.
    """
    if is_media(html):
        raise NotAnArticle("not-html", "a picture or a document")
    tree = parse(to_utf8(html, charset, hints.languages))
    head = read_head(tree, url)
    itself = declared(tree, url)
    silence(tree)
    shown = headline(tree)
    title = find_title(head, itself, shown) or fold(entry.title if entry else "")
    authors = find_authors(tree, head, itself)
    evidence = DateEvidence(
        tree=tree,
        url=url,
        head=head,
        declared=itself,
        headline=shown,
        languages=hints.languages or tuple(filter(None, (head.language,))),
        hints=hints,
        now=now,
        entry=entry,
    )
    published = find_published(evidence)
    first = find_standfirst(shown, head.all(*_DESCRIPTIONS))
    text = cut_furniture(find_text(tree, hints.body), title, authors)
    text = text if hints.body else drop_asides(complete(text, itself.body))
    if not is_story(text):
        known = Extracted(
            title=title,
            text="",
            authors=authors,
            language=head.language,
            published=published,
            modified=find_modified(evidence, published),
            canonical_link=head.canonical_link,
        )
        raise NotAnArticle("no-text", understood=known)
    if filed := _FILED.match(text):
        text = text[filed.end() :]
        published = find_filed(evidence, filed[1], published)
    is_cut = len(text) > LONGEST_TEXT
    text = _cut(text) if is_cut else text
    origin = find_origin(text, hints.credits, declared=hints.declared, authors=authors)
    return Extracted(
        title=title or _made_of(origin.lead),
        text=text if hints.body else _with(first, text),
        authors=authors,
        language=find_language(text, head.language, hints.languages),
        published=published,
        modified=find_modified(evidence, published),
        credit=origin.credit,
        dateline=origin.dateline,
        lead=origin.lead,
        canonical_link=head.canonical_link,
        is_cut=is_cut,
    )


def _cut(text: str) -> str:
    """The beginning and the end of a text that is longer than any article, at whole lines."""
    half = LONGEST_TEXT // 2
    beginning, end = text[:half], text[-half:]
    return f"{beginning.rpartition(_LINE)[0] or beginning}\n{end.partition(_LINE)[2] or end}"


def _with(standfirst: str, text: str) -> str:
    """The text with its summary before it, unless that stands in it already."""
    if not standfirst or standfirst[:_TOLD_BY] in fold(text[:_OPENING]):
        return text
    return f"{standfirst}\n{text}"


def _made_of(lead: str) -> str:
    """A title where the page has none: the story must still be listed under something."""
    first = re.split(r"(?<=[.!?])\s", lead, maxsplit=1)[0]
    if len(first) <= _LONGEST_TITLE:
        return first
    return first[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
