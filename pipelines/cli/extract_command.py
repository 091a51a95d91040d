"""`wirewatch extract`: what is understood of a page, and why; one page, a few, or a stream."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from crawler.config.config import load
from crawler.crawl.fetch import Fetched, fetch
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.runtime import event_loop
from crawler.runtime.services import Services
from crawler.runtime.shutdown import stop_signal
from pipelines.cli.extract_report import as_json, render
from pipelines.cli.extract_row import encoded
from pipelines.cli.extract_stream import ExtractStream
from pipelines.extraction.metadata.source_hints import Sources
from pipelines.extraction.not_an_article import NotAnArticle
from pipelines.workers.pool import ExtractionPool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from crawler.config.config import Config
    from crawler.crawl.failures import RequestFailure
    from crawler.model.items import Extracted

_FAILED = 1  # exit status: a page was no article, or could not be had
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_WIDTH = 80  # where neither a terminal nor $COLUMNS says how wide it is


@dataclass(frozen=True, slots=True, kw_only=True)
class _Input:
    """A page that somebody named; `error` says why there is no `html`."""

    place: str
    url: str
    html: bytes = field(default=b"", repr=False)
    charset: str | None = None
    error: str | None = None


def extract(
    *,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="URL|FILE…", help="Addresses to fetch, or saved pages."),
    ] = None,
    url: Annotated[str, typer.Option("--url", help="The address of the one saved page.")] = "",
    source: Annotated[
        str,
        typer.Option(
            "--source", help="Whose hints to use; else the source that has such an address."
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a page.")] = False,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help="Answer JSON lines of id, url, html from standard input."),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            max=64,
            help="Processes; else extraction.workers.",
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="The configuration file.", show_default=False),
    ] = None,
) -> None:
    """Show what is understood of a page, and why: text, dates, credit, and their receipts."""
    given = inputs or []
    _check(given, url, source, jsonl=jsonl)
    _log_to_stderr()
    services = Services(load(config))
    sources = Sources(SourceLoader.of(services.config).wires())
    if jsonl:
        work = _answer_lines(services.config, sources, workers)
    else:
        work = _show(given, services, sources, url=url, source=source, as_json=as_json)
    try:
        status = event_loop.run(lambda: _until_stopped(work))
    finally:
        services.close()
    raise typer.Exit(status)


def _check(inputs: Sequence[str], url: str, source: str, *, jsonl: bool) -> None:
    if jsonl and (inputs or url or source):
        raise Unusable("--jsonl reads standard input: name no page, no --url and no --source")
    if not jsonl and not inputs:
        raise Unusable("name an address or a saved page, or use --jsonl; see --help")
    if url and (len(inputs) != 1 or _ADDRESS.match(inputs[0])):
        raise Unusable("--url is the address of one saved page")


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # What could not be fetched is told as the answer, once.
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)


async def _until_stopped(work: Awaitable[int]) -> int:
    """Its status; or 1 where SIGTERM or SIGINT came first."""
    stopped = asyncio.ensure_future(stop_signal().wait())
    task = asyncio.ensure_future(work)
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait({task})
    return _FAILED


# -- a stream ----------------------------------------------------------------------------------


async def _answer_lines(config: Config, sources: Sources, workers: int | None) -> int:
    if sys.stdin is None:
        raise Unusable("--jsonl reads standard input, and there is none")
    workers = workers or config.extraction.workers
    pool = ExtractionPool(workers=workers, timeout=config.extraction.timeout)
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed} pages"))
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            pages = progress.add_task("", total=None)
            await ExtractStream(pool, sources, clock=utc_now).run(
                sys.stdin.fileno(),
                sys.stdout.fileno(),
                workers=workers,
                answered=lambda: progress.advance(pages),
            )
    finally:
        pool.close()
    return 0


# -- a page or a few ---------------------------------------------------------------------------


async def _show(
    given: Sequence[str],
    services: Services,
    sources: Sources,
    *,
    url: str,
    source: str,
    as_json: bool,
) -> int:
    chosen = sources.named(source) if source else None
    pages = await _pages(given, services, url)
    workers = min(len(pages), services.config.extraction.workers)
    pool = ExtractionPool(workers=workers, timeout=services.config.extraction.timeout)
    tell = _as_json if as_json else _in_words()
    errors = []
    try:
        for page in pages:
            known = chosen or sources.of(page.url)
            found, error = None, page.error
            if error is None:
                try:
                    found = await pool.extract(
                        page.html, page.url, charset=page.charset, hints=known.hints, now=utc_now()
                    )
                except NotAnArticle as refusal:
                    found, error = refusal.understood, str(refusal)
            tell(page, known.name, found, error)
            errors.append(error)
    finally:
        pool.close()
    return _FAILED if any(errors) else 0


async def _pages(given: Sequence[str], services: Services, url: str) -> list[_Input]:
    addresses = [place for place in given if _ADDRESS.match(place)]
    fetched = await fetch(addresses, services) if addresses else {}
    return [
        _asked(place, fetched[place]) if place in fetched else _saved(place, url) for place in given
    ]


def _asked(place: str, answer: Fetched | RequestFailure) -> _Input:
    if isinstance(answer, Fetched):
        return _Input(place=place, url=answer.url, html=answer.html, charset=answer.charset)
    return _Input(place=place, url=place, error=f"{answer.slug}: {answer.said}")


def _saved(place: str, url: str) -> _Input:
    try:
        return _Input(place=place, url=url, html=Path(place).read_bytes())
    except OSError as error:
        return _Input(place=place, url=url, error=f"{place}: {error.strerror}")


def _as_json(page: _Input, source: str, found: Extracted | None, error: str | None) -> None:
    sys.stdout.buffer.write(encoded(as_json(page.place, page.url, source, found, error)))


def _in_words() -> Callable[[_Input, str, Extracted | None, str | None], None]:
    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    console = Console(width=None if told else _WIDTH, highlight=False)

    def tell(page: _Input, source: str, found: Extracted | None, error: str | None) -> None:
        console.rule(style="dim")
        console.print(*render(page.url or page.place, source, found, error), sep="\n")

    return tell
