"""Article probe: fetches one as a poll would, extracts it, and says what is missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsel import Selector
from scrapy.http import TextResponse
from w3lib.encoding import http_content_type_encoding

from crawler.crawl.probe.findings import Finding, SampleReport, Weight
from crawler.crawl.probe.probe_advice import advice
from crawler.model.dropped_items import Rejected
from crawler.model.items import Page
from crawler.model.urls import canonical_url, site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response

    from crawler.config.source import Source
    from crawler.crawl.probe.probe_client import ProbeClient
    from crawler.model.items import Entry, Extracted
    from crawler.ports import ExtractionPort

SHORT = 60  # words; a story has more
_SENTENCE = re.compile(r"(?<=[.!?…。؟])\s")


async def taste(
    client: ProbeClient, extract: ExtractionPort, source: Source, entry: Entry
) -> SampleReport:
    """The article behind an entry, or why there is none."""
    answer = await client.ask(entry.url)
    if answer.trouble is not None or answer.response is None:
        slug = answer.trouble.slug if answer.trouble else ""
        said = answer.trouble.said if answer.trouble else "no answer"
        return SampleReport(
            url=entry.url, status=answer.status, findings=(_broken(slug, f"the article: {said}"),)
        )
    now = client.clock()
    page = Page(
        source=source.name,
        entry=entry,
        canonical_url=canonical_url(entry.url),
        url=answer.response.url,
        html=answer.response.body,
        charset=http_content_type_encoding(answer.content_type),
        fetched_at=now,
        first_seen=now,
        baseline=True,
    )
    try:
        article = await extract.process_item(page)
    except Rejected as error:
        broken = _broken("rejected", f"the article's page gives no text: {error}")
        selectors = tuple(_of_the_selectors(source, answer.response))
        return SampleReport(url=entry.url, status=answer.status, findings=(broken, *selectors))
    words = len(article.content.text.split())
    return SampleReport(
        url=answer.response.url,
        status=answer.status,
        content=article.content,
        words=words,
        findings=(
            *_of_the_selectors(source, answer.response),
            *_of_the_content(source, article.content, words, answer.response.url),
        ),
    )


def first_sentence(content: Extracted) -> str:
    """How the text begins, so that an eye can tell whether it is the text."""
    text = content.lead or content.text
    return _SENTENCE.split(text.strip(), maxsplit=1)[0]


def _of_the_selectors(source: Source, response: Response) -> Iterator[Finding]:
    if not isinstance(response, TextResponse):
        return
    page = Selector(text=response.text)
    for name in ("body", "date"):
        selector = getattr(source, name)
        if selector and not page.css(selector):
            said = f"selector `{name}` ({selector}) is not found on the page"
            yield _catch("selector", said, f"The site was rebuilt: correct {name}.")


def _of_the_content(source: Source, content: Extracted, words: int, url: str) -> Iterator[Finding]:
    if words < SHORT:
        said = f"the article's text is short: {words} words, and a story has {SHORT} and more"
        to_do = "Compare it with the page; if text is missing, set `body`."
        yield _catch("short", said, to_do)
    if content.published is None:
        to_do = "Set `date` to a CSS selector of the printed date."
        yield _catch("no-date", "the article has no date", to_do)
    if not content.title:
        yield _catch("no-title", "the article has no title", "Look at the page in a browser.")
    if content.language and source.languages and content.language not in source.languages:
        said = f"its language is {content.language}; declared: {', '.join(source.languages)}"
        yield _catch("language", said, "Add it to `languages`, or leave that section out.")
    if content.canonical_link and site(content.canonical_link) != site(url):
        said = f"the page says that its own address is {content.canonical_link}"
        yield Finding(weight=Weight.NOTE, slug="canonical", said=said)


def _catch(slug: str, said: str, to_do: str) -> Finding:
    return Finding(weight=Weight.CATCH, slug=slug, said=said, advice=to_do)


def _broken(slug: str, said: str) -> Finding:
    to_do = advice(slug) or "Look at the page in a browser; perhaps set `body`."
    return Finding(weight=Weight.BROKEN, slug=slug, said=said, advice=to_do)
