"""Adapters of extraction libraries, ours included: each a function from a page to an answer."""

from __future__ import annotations

import importlib
import warnings
from typing import TYPE_CHECKING, Any

from lxml import html as lxml_html
from trafilatura import bare_extraction

from benchmarks.scores import ToolAnswer
from crawler.model.items import Precision
from pipelines.extraction.article import extract
from pipelines.extraction.not_an_article import NotAnArticle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.saved import Case

    Tool = Callable[[Case], ToolAnswer]

OURS, BASE, PARSE = "wirewatch", "trafilatura", "lxml parse"


def tools() -> Iterator[tuple[str, Tool]]:
    """All that is installed; a line is printed for what is not."""
    yield OURS, ours
    for mode in ("", "fast", "precision", "recall"):
        yield f"{BASE} {mode}".strip(), trafilatura(mode)
    for name, module, make in (
        ("newspaper4k", "newspaper", newspaper),
        ("readability-lxml", "readability", readability),
        ("resiliparse", "resiliparse.extract.html2text", resiliparse),
    ):
        try:
            with warnings.catch_warnings(action="ignore"):
                yield name, make(importlib.import_module(module))
        except ImportError as error:
            print(f"{name} is left out, `make bench` installs it: {error}")
    yield PARSE, parse_only


def ours(case: Case) -> ToolAnswer:
    try:
        found = extract(
            case.html,
            case.url,
            charset=case.charset,
            hints=case.hints,
            now=case.now,
            entry=case.entry,
        )
    except NotAnArticle:
        return ToolAnswer()
    at = found.published
    return ToolAnswer(
        text=found.text,
        title=found.title,
        day=f"{at.local:%Y-%m-%d}" if at else "",
        at=at.at if at and at.precision is not Precision.DAY else None,
        credit=found.credit,
    )


def trafilatura(mode: str) -> Tool:
    def run(case: Case) -> ToolAnswer:
        found: Any = bare_extraction(
            case.html,
            url=case.url,
            with_metadata=True,
            fast=mode == "fast",
            favor_precision=mode == "precision",
            favor_recall=mode == "recall",
        )
        if found is None:
            return ToolAnswer()
        return ToolAnswer(text=found.text or "", title=found.title or "", day=found.date or "")

    return run


def newspaper(module: Any) -> Tool:
    def run(case: Case) -> ToolAnswer:
        article = module.Article(case.url, fetch_images=False)
        article.download(input_html=_decoded(case))
        article.parse()
        at = article.publish_date
        aware = at is not None and at.tzinfo is not None
        return ToolAnswer(
            text=article.text or "",
            title=article.title or "",
            day=f"{at:%Y-%m-%d}" if at else "",
            at=at if aware else None,
        )

    return run


def readability(module: Any) -> Tool:
    def run(case: Case) -> ToolAnswer:
        document = module.Document(_decoded(case), url=case.url)
        summary = lxml_html.fromstring(document.summary(html_partial=True))
        return ToolAnswer(
            text="\n".join(map(str, summary.itertext())), title=document.short_title() or ""
        )

    return run


def resiliparse(module: Any) -> Tool:
    def run(case: Case) -> ToolAnswer:
        return ToolAnswer(text=module.extract_plain_text(_decoded(case), main_content=True))

    return run


def parse_only(case: Case) -> ToolAnswer:
    lxml_html.document_fromstring(case.html)
    return ToolAnswer()


def _decoded(case: Case) -> str:
    """For those that want text: as their callers would, by the header, else as UTF-8."""
    return case.html.decode(case.charset or "utf-8", "replace")
