"""Entry point `wirewatch`: every command, and how an error is said."""

from __future__ import annotations

import asyncio
import json
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text
from scrapy.utils.misc import load_object

from crawler.cli import backfill_command, tables
from crawler.cli.common import (
    FAILED,
    UNUSABLE,
    AsJson,
    ConfigFile,
    Verbose,
    err,
    log_to_file,
    open_services,
    out,
    print_line,
    run_to_end,
)
from crawler.cli.status_tables import draw, exit_status
from crawler.config.times import TIMES
from crawler.crawl.crawl_runner import CrawlRunner, prepare, test_extraction
from crawler.crawl.scrapy.settings_addon import require_contact
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.crawl.selection import select
from crawler.daemon.daemon import Daemon, poll_until_stopped, warn_of_unproven
from crawler.health.status_reader import StatusReader
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.alerts import outbox_report
from crawler.storage.crawl.runs import FAILED as POLL_FAILED
from crawler.storage.database import no_store_yet

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from crawler.runtime.services import Services

#: Groups of commands, known by name only: the other rooms', and what is imported when asked.
MOUNTED = {
    "alerts": "alerts.cli.commands.app",
    "db": "crawler.cli.db.app",
    "rules": "pipelines.cli.rules.rules_commands.app",
    "sources": "crawler.cli.sources.commands.app",
}
#: Single commands of theirs.
COMMANDS = {
    "dedup": "pipelines.cli.dedup_command.dedup",
    "export": "crawler.cli.search_export.export",
    "extract": "pipelines.cli.extract_command.extract",
    "runs": "crawler.cli.run_list.runs",
    "search": "crawler.cli.search_export.search",
    "top": "crawler.cli.top.command.top",
}

app = typer.Typer(
    name="wirewatch",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


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
    services = open_services(config, verbose)
    log_to_file(services.config)
    if not once:
        raise typer.Exit(
            run_to_end(services, lambda: Daemon(services, print_line=print_line).run())
        )
    raise typer.Exit(run_to_end(services, lambda: _once(services)))


async def _once(services: Services) -> int:
    daemon = Daemon(services, print_line=print_line)
    polled, delivered = await _watched(daemon.runner, daemon.once())
    if not polled:
        err().print("Nothing is due yet; `wirewatch status` says what is next.")
    out().print(*tables.outcomes(polled), sep="\n")
    sent, waiting, dead = (delivered.get(key, 0) for key in ("sent", "waiting", "dead"))
    out().print(f"alerts: {sent} sent, {waiting} waiting, {dead} dead")
    failed = any(poll.outcome == POLL_FAILED for poll in polled)
    return FAILED if failed or waiting or dead else 0


@app.command()
def crawl(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE…", help="Names of sources, or @packs.")
    ],
    config: ConfigFile = None,
    verbose: Verbose = 0,
) -> None:
    """Poll these sources now. Their alerts leave with the running daemon, or the next run."""
    services = open_services(config, verbose)
    raise typer.Exit(run_to_end(services, lambda: _crawl(services, sources)))


async def _crawl(services: Services, names: list[str]) -> int:
    runner = CrawlRunner(services, role="crawl")
    chosen = select(names, runner.loader.wires())
    require_contact(services, chosen)
    prepare(services)
    await test_extraction(services)
    warn_of_unproven(chosen, print_line)
    polls = poll_until_stopped(runner, chosen)
    polled, _ = await _watched(runner, polls)
    await runner.registration.end()
    out().print(*tables.outcomes(polled), sep="\n")
    standing = await services.database.read(outbox_report.by_state)
    waiting = sum(counts["pending"] + counts["sending"] for counts in standing.values())
    if waiting:
        out().print(f"{waiting} alerts wait for `wirewatch run`, which delivers them")
    return 0 if all(poll.went_well for poll in polled) else FAILED


@app.command()
def backfill(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE…]", help="Sources, or @packs; with warc: none means all of them."
        ),
    ] = None,
    since: Annotated[str, typer.Option(help=f"The first day: {TIMES}.", show_default=False)] = "",
    until: Annotated[str, typer.Option(help="The last day; else today.", show_default=False)] = "",
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
    services = open_services(config, verbose)
    words = {"since": since, "until": until, "via": via, "alerts": alerts}

    async def work() -> int:
        if cancel:
            return await backfill_command.cancel(services, cancel, out=out())
        if not status:
            return await backfill_command.ask(services, sources or [], words, out=out(), err=err())
        told = await backfill_command.report(services)
        if as_json:
            sys.stdout.write(backfill_command.as_json(told) + "\n")
        else:
            out().print(backfill_command.as_table(told))
        return 0

    raise typer.Exit(run_to_end(services, work))


@app.command()
def status(
    config: ConfigFile = None,
    as_json: AsJson = False,
    check: Annotated[
        bool, typer.Option("--check", help="For scripts: say only what is wrong.")
    ] = False,
) -> None:
    """Show whether a daemon runs, each source's last and next run, what is wrong, and the outbox.

    Exit status 3: no daemon runs. 1: it hangs; with --check, or something else is wrong. 0: well.
    """
    services = open_services(config, 0)

    async def show() -> int:
        sources = SourceLoader.of(services.config).enabled(services.config)
        report = await StatusReader(services, sources).whole(utc_now())
        if as_json:
            sys.stdout.write(json.dumps(report.to_json(), ensure_ascii=False) + "\n")
        elif check:
            out().print(*(Text(line) for line in report.wrong or ["all is well"]), sep="\n")
        else:
            if not report.store_is_there:
                print_line(no_store_yet(services.store))
            for table in draw(report):
                out().print(table)
            if report.rules_refused:
                print_line(
                    "The rules as edited are not in use; a running daemon keeps those it had:"
                )
                print_line(report.rules_refused)
        return exit_status(report, report.wrong if check else ())

    raise typer.Exit(run_to_end(services, show))


async def _watched(runner: CrawlRunner, work: Awaitable[Any]) -> Any:
    """Show how far the polls are while they run; nothing where no terminal is."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    future = asyncio.ensure_future(work)
    console = err()
    shown = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not shown) as progress:
        bars: dict[str, Any] = {}
        while not future.done():
            for name, tracker in dict(runner.under_way).items():
                bar = bars.setdefault(name, progress.add_task(name))
                progress.update(bar, description=f"{name}: {_in_words(tracker.pages.counts)}")
            await asyncio.wait({future}, timeout=0.2)
    return future.result()


def _in_words(counts: Mapping[str, int]) -> str:
    shown = ("entries", "fetched", "extracted", "duplicates", "flagged")
    return ", ".join(f"{counts[key]} {key}" for key in shown if counts.get(key)) or "asking"


def main() -> None:
    """The console script: an error that somebody must act on is one message, no traceback."""
    for name, dotted in MOUNTED.items():
        app.add_typer(load_object(dotted), name=name)
    for name, dotted in COMMANDS.items():
        app.command(name)(load_object(dotted))
    from replica.command import demo  # noqa: PLC0415 - pulls in an HTTP server

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
