"""Document probe: is it there, is it what it should be, is it alive?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.config.source import DocumentKind
from crawler.crawl.probe.findings import DocumentReport, Finding, Weight
from crawler.crawl.probe.probe_advice import advice
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.received import Received
from crawler.model.formatting import roughly
from crawler.model.urls import site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.crawl.probe.probe_client import Answer, ProbeClient
    from crawler.discovery.document import Reading
    from crawler.model.items import Entry

READ = "crawler.crawl.probe.probe_parser:read"
FROZEN = timedelta(days=30)  # one document of several may be about something that is rare
_AHEAD = timedelta(hours=1)  # clocks differ
_EXAMPLES = 3
_PERMANENT = {301, 308}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentProbe:
    """A report, and what the rest of the probe needs: the articles, and documents behind it."""

    report: DocumentReport
    articles: tuple[Entry, ...] = ()
    further: tuple[str, ...] = ()


async def examine(
    client: ProbeClient, source: Source, kind: DocumentKind, url: str
) -> DocumentProbe:
    """Ask for a document, and once more to see whether it can be asked conditionally."""
    answer = await client.ask(url)
    if answer.trouble is not None:
        return DocumentProbe(report=_failed(kind, answer, answer.trouble.slug, answer.trouble.said))
    if answer.response is None:
        raise RuntimeError(f"{url}: neither an answer nor a trouble")
    try:
        received = Received.of(answer.response)
        reading = await client.documents.run(source.name, READ, kind, received, source)
    except NotTheDocument as error:
        return DocumentProbe(report=_failed(kind, answer, error.slug, str(error)))
    articles = tuple(entry for entry in reading.entries if source.is_article(entry.url))
    conditional = await _conditional(client, answer)
    newest = max(filter(None, (_dated(e) for e in articles or reading.entries)), default=None)
    report = DocumentReport(
        kind=kind,
        url=url,
        status=answer.status,
        content_type=answer.content_type,
        entries=len(reading.entries),
        articles=len(articles),
        further=len(reading.further),
        others=_others(kind, source, reading, articles),
        newest=newest,
        conditional=conditional,
        findings=(
            *_of_the_answer(kind, answer),
            *_of_the_entries(kind, source, reading, articles),
            *_of_the_dates(kind, articles, newest, client.clock()),
        ),
    )
    return DocumentProbe(report=report, articles=articles, further=reading.further)


# -- what is wrong with it -----------------------------------------------------------------------


def _of_the_answer(kind: DocumentKind, answer: Answer) -> Iterator[Finding]:
    if answer.hops and answer.response is not None:
        there = answer.response.url
        if all(hop in _PERMANENT for hop in answer.hops):
            said, to_do = f"it has moved for good to {there}", "Declare the new address."
            yield Finding(weight=Weight.CATCH, slug="moved", said=said, advice=to_do)
        else:
            yield Finding(weight=Weight.NOTE, slug="redirected", said=f"it leads on to {there}")
    if kind in {DocumentKind.FEED, DocumentKind.SITEMAP} and "html" in answer.content_type:
        said = f"it is served as {answer.content_type}, and can be read all the same"
        yield Finding(weight=Weight.NOTE, slug="content-type", said=said)


def _of_the_entries(
    kind: DocumentKind, source: Source, reading: Reading, articles: Sequence[Entry]
) -> Iterator[Finding]:
    if not reading.entries and (kind is DocumentKind.LISTING or not reading.further):
        said = "it is empty: not one " + ("link" if kind is DocumentKind.LISTING else "entry")
        to_do = "Look at it in a browser: it may be filled by a script, or given up."
        yield Finding(weight=Weight.BROKEN, slug="empty", said=said, advice=to_do)
    elif reading.entries and not articles:
        what = "link" if kind is DocumentKind.LISTING else "entry"
        said = f"no {what} of {len(reading.entries)} matches article_urls"
        to_do = "Correct article_urls; some of what it names stands here."
        yield Finding(weight=Weight.BROKEN, slug="no-match", said=said, advice=to_do)
    away = sorted({site(entry.url) for entry in articles} - set(source.allowed_domains))
    if away and source.allowed_domains:
        said = f"articles on another site would be refused: {', '.join(away)}"
        to_do = "Declare a document of that site, or tell it apart by article_urls."
        yield Finding(weight=Weight.CATCH, slug="offsite", said=said, advice=to_do)
    for flaw in reading.flaws if reading.entries else ():
        yield Finding(weight=Weight.NOTE, slug=flaw.slug, said=flaw.said)
    selector = source.next_page if "{page}" not in source.next_page else ""
    if kind is DocumentKind.LISTING and selector and not reading.further:
        said = f"next_page {source.next_page!r} finds no link on it"
        to_do = "Correct the selector, or leave it out."
        yield Finding(weight=Weight.CATCH, slug="no-next-page", said=said, advice=to_do)


def _of_the_dates(
    kind: DocumentKind, articles: Sequence[Entry], newest: datetime | None, now: datetime
) -> Iterator[Finding]:
    ahead = [entry for entry in articles if (_dated(entry) or now) > now + _AHEAD]
    if ahead:
        said = f"{len(ahead)} of {len(articles)} entries are dated in the future"
        to_do = "Check the zone of its dates, and the clock of this machine."
        yield Finding(weight=Weight.CATCH, slug="future", said=said, advice=to_do)
    if newest is not None and now - newest > FROZEN:
        said = f"it is frozen: its newest entry is {roughly(now - newest)} old"
        to_do = "It was perhaps given up for another: look on the site."
        yield Finding(weight=Weight.CATCH, slug="frozen", said=said, advice=to_do)
    undated = sum(_dated(entry) is None for entry in articles)
    if undated and kind is not DocumentKind.LISTING:
        said = f"{undated} of {len(articles)} entries carry no date; the article's own decides"
        yield Finding(weight=Weight.NOTE, slug="undated", said=said)


async def _conditional(client: ProbeClient, answer: Answer) -> str:
    """Whether a second ask with what the first answer gave is answered with 304."""
    given = {
        "If-None-Match": answer.header("ETag"),
        "If-Modified-Since": answer.header("Last-Modified"),
    }
    headers = {key: value for key, value in given.items() if value}
    if not headers or answer.response is None:
        return "no: it gives neither ETag nor Last-Modified"
    by = " and ".join(key for key in ("ETag", "Last-Modified") if answer.header(key))
    again = await client.ask(answer.response.url, headers)
    if again.status == 304:
        return f"yes: 304 by {by}"
    return f"no: it gives {by}, and answers {again.status or 'nothing'} to it"


# -- small words ---------------------------------------------------------------------------------


def _failed(kind: DocumentKind, answer: Answer, slug: str, said: str) -> DocumentReport:
    finding = Finding(weight=Weight.BROKEN, slug=slug, said=said, advice=advice(slug))
    return _report(kind, answer, findings=(finding,))


def _report(kind: DocumentKind, answer: Answer, *, findings: tuple[Finding, ...]) -> DocumentReport:
    return DocumentReport(
        kind=kind,
        url=answer.url,
        status=answer.status,
        content_type=answer.content_type,
        findings=findings,
    )


def _others(
    kind: DocumentKind, source: Source, reading: Reading, articles: Sequence[Entry]
) -> tuple[str, ...]:
    """Some of what does not match. A listing links to much else: only where nothing matches."""
    if kind is DocumentKind.LISTING and articles:
        return ()
    known = {entry.url for entry in articles}
    left = [entry.url for entry in reading.entries if entry.url not in known]
    if kind is DocumentKind.LISTING:
        # The longest addresses of its own site look most like articles.
        own = [url for url in left if site(url) in source.allowed_domains]
        left = sorted(own, key=len, reverse=True)
    return tuple(left[:_EXAMPLES])


def _dated(entry: Entry) -> datetime | None:
    return entry.published or entry.updated
