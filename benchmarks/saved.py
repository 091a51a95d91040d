"""Loader of saved pages and of what is true of each: a folder of them, or the project's own."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from benchmarks.heavy import weigh
from crawler.model.items import Entry, Hints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.crawl.wire_spider import WireSpider

TESTS = Path(__file__).parent.parent / "tests"
HEAVY = 254_000  # bytes
_LATER = datetime(2026, 12, 1, tzinfo=UTC)  # where nobody says when a page was crawled


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A page and what is true of it; None where nobody says. `kind` is what its id begins with.

    `knows_zone` says that the truth about `published` is an instant, and not only a day.
    """

    id: str
    kind: str
    url: str
    html: bytes = field(repr=False)
    charset: str | None = None
    body: str | None = field(default=None, repr=False)
    title: str | None = None
    published: datetime | None = None
    knows_zone: bool = False
    credit: str | None = None
    now: datetime = _LATER
    entry: Entry | None = None  # what the feed said of it
    hints: Hints = field(default_factory=Hints)


def in_folder(folder: Path) -> Iterator[Case]:
    """`truth.jsonl` has lines of id, url, file and body, and perhaps title, published_at, now."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            published = _moment(row.get("published_at"))
            crawled = _moment(row.get("crawled_at"))
            yield Case(
                id=row["id"],
                kind=row["id"].partition("-")[0],
                url=row["url"],
                html=gzip.decompress((folder / row["file"]).read_bytes()),
                body=row["body"],
                title=row.get("title"),
                published=_aware(published),
                # At midnight the truth knows the day only.
                knows_zone=bool(published and published.tzinfo and any(published.timetuple()[3:6])),
                now=_aware(crawled) or _LATER,
            )


def own() -> Iterator[Case]:
    """The pages of the tests: of every shape that was met, and one at least of each source."""
    shapes = sorted((TESTS / "pipelines" / "extraction" / "pages").glob("*/expected.json"))
    for file in shapes:
        hints = _read(file.with_name("meta.json"))["hints"]
        frozen: dict[str, Any] = {
            key: tuple(v) if isinstance(v, list) else v for key, v in hints.items()
        }
        yield from _of_tests(file, "shapes", Hints(**frozen))
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["spiders"]}))
    for file in sorted((TESTS / "spiders" / "pages").glob("*/*/expected.json")):
        spider = cast("type[WireSpider]", loader.load(file.parent.parent.name))
        hints = spider.source.hints
        yield from _of_tests(file, "sources", hints)


def heavy(cases: Iterable[Case]) -> Iterator[Case]:
    """The same pages, made as heavy as those of news sites are."""
    cases = list(cases)
    teasers = [line for case in cases for line in (case.body or "").splitlines()]
    for number, case in enumerate(cases):
        page = _text_of(case)
        if page and "<body" in page and "</body>" in page:
            weighed = weigh(page, HEAVY, teasers=teasers, seed=number)
            html = weighed.encode(case.charset or "utf-8", "xmlcharrefreplace")
            yield replace(case, kind="heavy", html=html)


def _text_of(case: Case) -> str:
    """ "" of a page whose header lies about its encoding."""
    try:
        return case.html.decode(case.charset or "utf-8")
    except UnicodeDecodeError:
        return ""


def _of_tests(file: Path, kind: str, hints: Hints) -> Iterator[Case]:
    page, expected = file.with_name("page.html"), _read(file)
    if "rejected" in expected or not page.exists():
        return
    meta = _read(file.with_name("meta.json"))
    published = expected.get("published") or {}
    at = _moment(published.get("at"))
    # "body" is what a reader would call the text where extraction is not held to every line of it.
    paragraphs = expected.get("paragraphs") or expected.get("body")
    yield Case(
        id=str(file.parent.relative_to(TESTS)),
        kind=kind,
        url=meta["url"],
        html=page.read_bytes(),
        charset=meta["charset"],
        body="\n".join(paragraphs) if paragraphs else None,
        title=expected.get("title"),
        published=at,
        knows_zone=at is not None and published.get("precision") != "day",
        credit=expected.get("credit"),
        now=_aware(_moment(meta["now"])) or _LATER,
        entry=_entry(meta.get("entry")),
        hints=hints,
    )


def _entry(stated: dict[str, Any] | None) -> Entry | None:
    return Entry(**stated | {"published": _moment(stated["published"])}) if stated else None


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and not moment.tzinfo else moment
