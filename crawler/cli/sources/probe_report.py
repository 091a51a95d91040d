"""Report of a probe: in words for an operator, in JSON for machines."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.text import Text

from crawler.cli.tables import plain_table
from crawler.crawl.probe.article_probe import first_sentence
from crawler.crawl.probe.findings import Outcome, Weight
from crawler.model.formatting import ago, roughly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from crawler.crawl.probe.findings import DocumentReport, Finding, Probed, SampleReport
    from crawler.model.items import Instant

_STYLE = {Outcome.OK: "green", Outcome.CATCH: "yellow", Outcome.BROKEN: "bold red"}
_MARK = {Weight.NOTE: "-", Weight.CATCH: "!", Weight.BROKEN: "✗"}
_FINDING = {Weight.NOTE: "", Weight.CATCH: "yellow", Weight.BROKEN: "red"}


def probe_lines(probed: Probed, *, now: datetime) -> Iterator[RenderableType]:
    """One source: every document, the article, the verdict, and what to do."""
    yield Text(f"{probed.source}: {probed.title}".rstrip(": "), style="bold")
    if probed.unproven:
        yield _line(f"unproven: {probed.unproven}", 2)
    for document in probed.documents:
        yield from _document(document, now)
    if probed.lead_only:
        said = "no article is fetched (lead_only): a story is the entry's title and summary"
        yield _line(said, 2)
    for sample in probed.samples:
        yield from _sample(sample)
    for finding in probed.findings:
        yield _finding(finding, 2)
    yield Text(probed.verdict, style=_STYLE[probed.outcome])
    for to_do in dict.fromkeys(problem.advice for problem in probed.wrong if problem.advice):
        yield _line(f"→ {to_do}", 0)


def summary(found: Sequence[Probed]) -> Table:
    """All sources of one probe, a line each."""
    table = plain_table("source", "verdict")
    table.columns[0].no_wrap = True
    for probed in found:
        table.add_row(probed.source, Text(probed.verdict, style=_STYLE[probed.outcome]))
    return table


def probe_as_dict(probed: Probed) -> dict[str, Any]:
    """One source for machines; times are ISO 8601 in UTC."""
    plain: dict[str, Any] = _plain(asdict(probed))
    for sample, written in zip(probed.samples, plain["samples"], strict=True):
        if sample.content is not None:
            written["content"].pop("text")
            written["content"]["first_sentence"] = first_sentence(sample.content)
    advice = list(dict.fromkeys(problem.advice for problem in probed.wrong if problem.advice))
    return {**plain, "outcome": probed.outcome, "verdict": probed.verdict, "advice": advice}


def _document(document: DocumentReport, now: datetime) -> Iterator[RenderableType]:
    yield _line(f"{document.kind} {document.url}", 2)
    if document.status is not None:
        yield _line("; ".join(_facts(document, now)), 4)
    for url in document.others:
        yield _line(f"not an article: {url}", 4)
    for finding in document.findings:
        yield _finding(finding, 4)


def _facts(document: DocumentReport, now: datetime) -> Iterator[str]:
    yield f"{document.status} {document.content_type}".strip()
    if document.entries:
        what = "links" if document.kind == "listing" else "entries"
        yield f"{document.articles} of {document.entries} {what} are articles"
    if document.further:
        yield f"names {document.further} further"
    if document.newest is not None:
        yield (
            f"newest {ago(document.newest, now)}"
            if document.newest <= now
            else (f"newest in {roughly(document.newest - now)}")
        )
    if document.conditional:
        yield f"conditional: {document.conditional}"


def _sample(sample: SampleReport) -> Iterator[RenderableType]:
    yield _line(f"article {sample.url}", 2)
    content = sample.content
    if content is not None:
        yield _line(f"title: {content.title}", 4)
        yield _line(f"published: {_instant(content.published)}", 4)
        if content.published is not None and content.published.disagreeing:
            yield _line(f"other dates: {', '.join(content.published.disagreeing)}", 4)
        facts = {
            "language": content.language,
            "credit": content.credit,
            "dateline": content.dateline,
            "words": str(sample.words),
        }
        yield _line("; ".join(f"{key}: {value or 'none'}" for key, value in facts.items()), 4)
        yield _line(f"begins: {first_sentence(content)}", 4)
    for finding in sample.findings:
        yield _finding(finding, 4)


def _instant(instant: Instant | None) -> str:
    if instant is None:
        return "no date"
    how = f"to the {instant.precision}, zone {instant.zone_rule}, by {instant.signal}"
    return f"{instant.at:%Y-%m-%d %H:%M} UTC ({how})"


def _finding(finding: Finding, indent: int) -> RenderableType:
    words = Text(f"{_MARK[finding.weight]} {finding.said}", _FINDING[finding.weight])
    return Padding(words, (0, 0, 0, indent))


def _line(said: str, indent: int) -> RenderableType:
    return Padding(Text(said, overflow="fold"), (0, 0, 0, indent))


def _plain(value: Any) -> Any:
    """As JSON has it; a weight is its name."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Weight):
        return value.name.lower()
    return value.value if isinstance(value, Enum) else value
