"""How well and how fast pages are understood, beside trafilatura.

`python -m benchmarks.extraction [PAGES]`

Without an argument it reads the project's own fixture pages; with one, a folder that holds
`truth.jsonl` (lines of file, url, body and, where known, title, published_at, crawled_at) and the
gzipped pages that it names. All tools take turns on each page, in one process, after a warm-up.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import resource
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import html as lxml_html
from rich.console import Console
from rich.table import Table
from trafilatura import bare_extraction

from crawler.types import Hints, Precision
from pipelines.extraction.article import extract
from pipelines.extraction.refusal import NotAnArticle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FIXTURES = Path(__file__).parent.parent / "tests" / "pipelines" / "extraction" / "pages"
WARM_UP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A page and what is true of it; None where nobody says."""

    url: str
    html: bytes = field(repr=False)
    body: str = field(repr=False)
    title: str | None
    published: datetime | None
    now: datetime
    hints: Hints = field(default_factory=Hints)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one tool understood of one page."""

    text: str = ""
    title: str = ""
    day: str = ""
    published: datetime | None = None


@dataclass(slots=True)
class Score:
    seconds: list[float] = field(default_factory=list)
    f1: list[float] = field(default_factory=list)
    titles: list[bool] = field(default_factory=list)
    days: list[bool] = field(default_factory=list)
    instants: list[bool] = field(default_factory=list)
    failed: int = 0


def cases(folder: Path | None) -> Iterator[Case]:
    if folder is None:
        yield from _fixtures()
        return
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Case(
                url=row["url"],
                html=gzip.decompress((folder / row["file"]).read_bytes()),
                body=row["body"],
                title=row.get("title"),
                published=_moment(row.get("published_at")),
                now=_moment(row.get("crawled_at")) or datetime(2026, 12, 1, tzinfo=UTC),
            )


def _fixtures() -> Iterator[Case]:
    for folder in sorted(FIXTURES.iterdir()):
        expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        if "paragraphs" not in expected:
            continue  # a page to reject, or one whose paragraphs run together
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        published = expected.get("published") or {}
        yield Case(
            url=meta["url"],
            html=(folder / "page.html").read_bytes(),
            body="\n".join(expected["paragraphs"]),
            title=expected["title"],
            published=_moment(published.get("at")),
            now=_moment(meta["now"]) or datetime(2026, 12, 1, tzinfo=UTC),
            hints=Hints(**{key: _frozen(value) for key, value in meta["hints"].items()}),
        )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _moment(value: str | None) -> datetime | None:
    """An aware moment; where the truth names no zone, the day is all that can be compared."""
    if not value:
        return None
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def ours(case: Case) -> Answer:
    found = extract(case.html, case.url, charset=None, hints=case.hints, now=case.now)
    at = found.published
    zone = case.published.tzinfo if case.published else UTC
    return Answer(
        text=found.text,
        title=found.title,
        day=at.at.astimezone(zone).strftime("%Y-%m-%d") if at else "",
        published=at.at if at and at.precision is not Precision.DAY else None,
    )


def theirs(mode: str = "") -> Callable[[Case], Answer]:
    def run(case: Case) -> Answer:
        found: Any = bare_extraction(
            case.html,
            url=case.url,
            with_metadata=True,
            fast=mode == "fast",
            favor_precision=mode == "precision",
        )
        if found is None:
            return Answer()
        return Answer(text=found.text or "", title=found.title or "", day=found.date or "")

    return run


def parse_only(case: Case) -> Answer:
    lxml_html.document_fromstring(case.html)
    return Answer()


TOOLS: dict[str, Callable[[Case], Answer]] = {
    "wirewatch": ours,
    "trafilatura": theirs(),
    "trafilatura fast": theirs("fast"),
    "trafilatura precision": theirs("precision"),
    "lxml parse": parse_only,
}


def measure(pages: list[Case]) -> dict[str, Score]:
    scores = {name: Score() for name in TOOLS}
    for case in pages[:WARM_UP]:
        for tool in TOOLS.values():
            _timed(tool, case)
    for case in pages:
        for name, tool in TOOLS.items():
            answer, seconds = _timed(tool, case)
            _judge(scores[name], case, answer, seconds)
    return scores


def _timed(tool: Callable[[Case], Answer], case: Case) -> tuple[Answer, float]:
    start = time.process_time()
    try:
        answer = tool(case)
    except (NotAnArticle, ValueError, RecursionError):
        answer = Answer()
    return answer, time.process_time() - start


def _judge(score: Score, case: Case, answer: Answer, seconds: float) -> None:
    score.seconds.append(seconds)
    score.f1.append(shingle_f1(answer.text, case.body))
    score.failed += not answer.text
    if case.title is not None:
        score.titles.append(" ".join(answer.title.split()) == " ".join(case.title.split()))
    if case.published is not None:
        score.days.append(answer.day == case.published.strftime("%Y-%m-%d"))
        if case.published.time() != time_of_day():  # at midnight the truth knows the day only
            score.instants.append(
                answer.published is not None
                and abs((answer.published - case.published).total_seconds()) < 60
            )


def shingle_f1(found: str, true: str) -> float:
    """F1 of the multisets of four consecutive words, as article-extraction-benchmark counts it."""
    ours, wanted = _shingles(found), _shingles(true)
    shared = sum((ours & wanted).values())
    if not shared:
        return float(not ours and not wanted)
    precision, recall = shared / sum(ours.values()), shared / sum(wanted.values())
    return 2 * precision * recall / (precision + recall)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)) if words)


def report(scores: dict[str, Score], count: int) -> None:
    base = statistics.median(scores["trafilatura"].seconds)
    table = Table(title=f"{count} pages; CPU time; ratio to trafilatura's defaults")
    table.add_column("tool", no_wrap=True)
    for name in ("F1", "day", "instant", "title", "empty", "median ms", "mean ms", "ratio"):
        table.add_column(name, justify="right")
    for name, score in scores.items():
        median = statistics.median(score.seconds)
        quality: list[Sequence[float]] = [score.f1, score.days, score.instants, score.titles]
        only_parsed = name == "lxml parse"
        table.add_row(
            name,
            *(("-" if only_parsed else _mean(values)) for values in quality),
            "-" if only_parsed else str(score.failed),
            f"{median * 1e3:.2f}",
            f"{statistics.mean(score.seconds) * 1e3:.2f}",
            f"{median / base:.2f}",
        )
    Console(width=100).print(table)
    print(f"peak RSS {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _mean(values: Sequence[float]) -> str:
    return f"{statistics.mean(values):.3f}" if values else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="?", type=Path, help="folder with truth.jsonl")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    pages = list(cases(chosen.pages))
    report(measure(pages), len(pages))


if __name__ == "__main__":
    main()
