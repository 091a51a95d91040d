"""`wirewatch`: every command, and how an error is said."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from scrapy.utils.misc import load_object

from crawler import loop, tables
from crawler.backfill import command as backfills
from crawler.clock import utc_now
from crawler.config import load
from crawler.daemon import Daemon, poll_until_stopped, require_contact
from crawler.errors import Unusable
from crawler.loader import SourceLoader
from crawler.polling import Poller, prepare
from crawler.services import Services
from crawler.status import report
from crawler.status_tables import draw
from crawler.storage.database import SQLAlchemyError, no_store_yet, reason
from crawler.storage.leases import Leases
from crawler.storage.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

_LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
#: The commands of the other rooms, known by name only.
MOUNTED = {"alerts": "alerts.commands.app"}
SINGLE = (
    "crawler.archive_commands.search",
    "crawler.archive_commands.export",
    "pipelines.stories.commands.dedup",
)
FAILED, UNUSABLE = 1, 2  # exit statuses: something went wrong; nothing could begin

app = typer.Typer(
    name="wirewatch",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="The configuration; else $WIREWATCH_CONFIG, else wirewatch.toml here.",
        show_default=False,
    ),
]
Verbose = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help="Say more: -v events, -vv everything.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For machines: one JSON object.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"wirewatch {version('wirewatch')}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option("--version", help="Say which version this is.", callback=_version),
    ] = False,
) -> None:
    """Watches wire services and tells your desk about counter-terrorism cooperation."""


@app.command()
def run(
    config: ConfigFile = None,
    once: Annotated[
        bool, typer.Option("--once", help="Poll what is due once, deliver, and exit.")
    ] = False,
    verbose: Verbose = 0,
) -> None:
    """Poll every enabled source on schedule and deliver alerts, until SIGTERM."""
    services = _services(config, verbose)
    if not once:
        raise typer.Exit(_run(services, lambda: Daemon(services, say=_say).run()))
    raise typer.Exit(_run(services, lambda: _once(services)))


async def _once(services: Services) -> int:
    daemon = Daemon(services, say=_say)
    polled, delivered = await _watched(daemon.poller, daemon.once())
    if not polled:
        _err().print("Nothing is due yet; `wirewatch status` says what is next.")
    _out().print(*tables.outcomes(polled), sep="\n")
    sent, waiting, dead = (delivered.get(key, 0) for key in ("sent", "waiting", "dead"))
    _out().print(f"alerts: {sent} sent, {waiting} waiting, {dead} dead")
    failed = any(poll.outcome == "failed" for poll in polled)
    return FAILED if failed or waiting or dead else 0


@app.command()
def crawl(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE…", help="Names of sources.")],
    config: ConfigFile = None,
    verbose: Verbose = 0,
) -> None:
    """Poll these sources now. Their alerts leave with the running daemon, or the next run."""
    services = _services(config, verbose)
    raise typer.Exit(_run(services, lambda: _crawl(services, sources)))


async def _crawl(services: Services, names: list[str]) -> int:
    poller = Poller(services, role="crawl")
    wires = poller.loader.wires()
    for name in names:
        if name not in wires:
            raise Unusable(f"no source is called {name!r}; there are: {', '.join(sorted(wires))}")
    require_contact(services, [wires[name] for name in names])
    prepare(services)
    polls = poll_until_stopped(poller, [wires[name] for name in names])
    polled, _ = await _watched(poller, polls)
    await Leases(services.database).hand_back(poller.owner)
    _out().print(*tables.outcomes(polled), sep="\n")
    standing = await Outbox(services.database).pending()
    waiting = sum(counts["pending"] + counts["sending"] for counts in standing.values())
    if waiting:
        _out().print(f"{waiting} alerts wait for `wirewatch run`, which delivers them")
    return FAILED if any(poll.outcome != "done" for poll in polled) else 0


@app.command()
def backfill(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE…]", help="Sources; with warc: none means all of them."),
    ] = None,
    since: Annotated[str, typer.Option(help="The first day, as 2019-09-01.")] = "",
    until: Annotated[str, typer.Option(help="The last day; else today.")] = "",
    via: Annotated[
        str,
        typer.Option(
            help="wayback, commoncrawl, gdelt or warc:FILE,… instead of what the source offers."
        ),
    ] = "",
    alerts: Annotated[
        str,
        typer.Option(help="silent: nobody hears of it; digest: one message; live: as in a poll."),
    ] = "silent",
    status: Annotated[bool, typer.Option("--status", help="List backfills instead.")] = False,
    cancel: Annotated[
        int, typer.Option("--cancel", metavar="ID", help="End one for good instead.")
    ] = 0,
    as_json: AsJson = False,
    config: ConfigFile = None,
    verbose: Verbose = 0,
) -> None:
    """Read again what sources published in the past. The same command goes on where it was."""
    services = _services(config, verbose)
    words = {"since": since, "until": until, "via": via, "alerts": alerts}

    async def work() -> int:
        if cancel:
            return await backfills.cancel(services, cancel, out=_out())
        if not status:
            return await backfills.ask(services, sources or [], words, out=_out(), err=_err())
        told = await backfills.report(services)
        if as_json:
            sys.stdout.write(backfills.as_json(told) + "\n")
        else:
            _out().print(backfills.as_table(told))
        return 0

    raise typer.Exit(_run(services, work))


@app.command()
def status(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show each source's last and next run, what went wrong, and the outbox."""
    services = _services(config, 0)

    async def show() -> int:
        sources = SourceLoader.of(services.config).enabled(services.config)
        told = await report(services, sources, now=utc_now())
        if as_json:
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        else:
            if not told["store_is_there"]:
                _say(no_store_yet(services.store))
            for table in draw(told):
                _out().print(table)
        return 0

    raise typer.Exit(_run(services, show))


@app.command()
def sources(config: ConfigFile = None) -> None:
    """List the sources there are, and which are enabled."""
    services = _services(config, 0)

    async def show() -> int:
        loader = SourceLoader.of(services.config)
        enabled = [spider.name for spider in loader.enabled(services.config)]
        wires = [spider for _, spider in sorted(loader.wires().items())]
        _out().print(tables.sources(wires, enabled))
        return 0

    raise typer.Exit(_run(services, show))


# -- what they share ---------------------------------------------------------------------------


def _services(path: Path | None, verbose: int) -> Services:
    _log_to_stderr((logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)])
    return Services(load(path))


def _log_to_stderr(level: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLineForTheStore(_LINE, datefmt="%Y-%m-%dT%H:%M:%S%z"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for room in ("crawler", "spiders", "pipelines", "alerts"):
        logging.getLogger(room).setLevel(level)
    # What a library has to say of itself is for -vv.
    for library in ("scrapy", "twisted", "apscheduler", "asyncio"):
        quiet = level if level == logging.DEBUG else logging.WARNING
        logging.getLogger(library).setLevel(quiet)
    # A poll that was still at work is a row in the ledger of runs.
    logging.getLogger("apscheduler").setLevel(max(level, logging.ERROR))
    # A body that was cut short is told once, by the books.
    logging.getLogger("scrapy.core.downloader.handlers").setLevel(max(level, logging.ERROR))


class OneLineForTheStore(logging.Formatter):
    """A locked or full database is no fault of the code: it is told without a traceback."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name that logging calls
        if isinstance(ei[1], SQLAlchemyError):
            return f"the store: {reason(ei[1])}"
        return super().formatException(ei)


def _run(services: Services, main: Callable[[], Awaitable[int]]) -> int:
    async def within() -> int:
        return await main()

    try:
        return loop.run(within)
    except SQLAlchemyError as error:
        raise Unusable(f"{services.store.label}: {reason(error)}") from None
    finally:
        services.close()


async def _watched(poller: Poller, work: Awaitable[Any]) -> Any:
    """Show how far the polls are while they run; nothing where no terminal is."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    future = asyncio.ensure_future(work)
    console = _err()
    shown = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not shown) as progress:
        bars: dict[str, Any] = {}
        while not future.done():
            for name, book in dict(poller.under_way).items():
                bar = bars.setdefault(name, progress.add_task(name))
                progress.update(bar, description=f"{name}: {_in_words(book.counts)}")
            await asyncio.wait({future}, timeout=0.2)
    return future.result()


def _in_words(counts: Mapping[str, int]) -> str:
    shown = ("entries", "fetched", "extracted", "duplicates", "flagged")
    return ", ".join(f"{counts[key]} {key}" for key in shown if counts.get(key)) or "asking"


_PLAIN_WIDTH = 140  # where neither a terminal nor $COLUMNS says how wide it is: a log file, a pipe


def _say(line: str) -> None:
    _err().print(line, markup=False, soft_wrap=True)


def _out() -> Console:
    return _console(sys.stdout)


def _err() -> Console:
    return _console(sys.stderr)


def _console(stream: TextIO) -> Console:
    told = stream.isatty() or "COLUMNS" in os.environ
    return Console(file=stream, width=None if told else _PLAIN_WIDTH, highlight=False)


def main() -> None:
    """The console script: an error that somebody must act on is one message, no traceback."""
    for name, dotted in MOUNTED.items():
        app.add_typer(load_object(dotted), name=name)
    for dotted in SINGLE:
        app.command()(load_object(dotted))
    from crawler.demo.command import demo  # noqa: PLC0415 - pulls in an HTTP server

    app.command()(demo)
    try:
        app()
    except Unusable as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"wirewatch: {error}", markup=False
        )
        raise SystemExit(UNUSABLE) from None


if __name__ == "__main__":
    main()
