"""Commands `wirewatch sources …`: list, packs, show, conditions and probe."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from crawler.cli.common import (
    FAILED,
    AsJson,
    ConfigFile,
    Verbose,
    err,
    open_services,
    out,
    print_line,
    run_to_end,
)
from crawler.cli.sources import catalogue, probe_report
from crawler.cli.sources import show as source_details
from crawler.cli.sources.adding import (
    Write,
    add,
    deliver,
    export_feeds,
    import_feeds,
    tell_proposal,
    unless_stopped,
)
from crawler.cli.sources.canary_command import canary
from crawler.cli.tables import conditions_table
from crawler.crawl.probe.findings import Outcome
from crawler.crawl.probe.probe_runner import Prober
from crawler.crawl.probe.proposal import prove
from crawler.crawl.scrapy.settings_addon import require_contact
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.crawl.selection import PACK, PACKS, members, select
from crawler.health.reports import condition_report
from crawler.health.source_summary import State
from crawler.health.status_reader import StatusReader
from crawler.health.status_report import last_errors
from crawler.model.clock import utc_now
from crawler.storage.database import no_store_yet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from crawler.config.source import Source
    from crawler.crawl.probe.findings import Probed
    from crawler.crawl.probe.proposal import Proposal
    from crawler.runtime.services import Services

app = typer.Typer(
    invoke_without_command=True,
    help="List the sources, how each does, what it declares; try them out.",
)
app.command()(canary)
app.command()(add)
app.command("import")(import_feeds)
app.command("export")(export_feeds)


@app.callback()
def list_sources(
    context: typer.Context,
    *,
    pack: Annotated[str, typer.Option(help="Only those of this pack.")] = "",
    country: Annotated[str, typer.Option(help="Only those of this country: KZ, INT.")] = "",
    enabled: Annotated[bool, typer.Option("--enabled", help="Only those that are polled.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List the sources there are, which are enabled, and how each does."""
    if context.invoked_subcommand is not None:
        return
    services = open_services(config, 0)

    async def show() -> int:
        lines = await catalogue.list_entries(services, now=utc_now())
        wires = {line.source.name: line.source for line in lines}
        wanted = set(select([PACK + pack.removeprefix(PACK)], wires)) if pack else None
        lines = [
            line
            for line in lines
            if (wanted is None or line.source in wanted)
            and country.upper() in {"", line.source.country}
            and (line.enabled or not enabled)
        ]
        if as_json:
            _print_json({"sources": [catalogue.entry_as_dict(line) for line in lines]})
            return 0
        if not services.store.is_there:
            print_line(no_store_yet(services.store))
        out().print(catalogue.entries_table(lines))
        return 0

    raise typer.Exit(run_to_end(services, show))


@app.command()
def packs(config: ConfigFile = None) -> None:
    """List the packs, what each is for, and the sources in it."""
    services = open_services(config, 0)
    found = members(SourceLoader.of(services.config).wires().values())
    for pack, names in found.items():
        what = f"  {PACKS[pack]}" if pack in PACKS else ""
        out().print(Text(f"{PACK}{pack}", style="bold") + Text(what))
        out().print(Text("  " + ", ".join(names)))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The name of a source.")],
    *,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show all that a source declares, and what the store knows of it."""
    services = open_services(config, 0)

    async def tell() -> int:
        lines = {
            line.source.name: line for line in await catalogue.list_entries(services, now=utc_now())
        }
        wires = {name: line.source for name, line in lines.items()}
        for source in select([name], wires):
            told = await source_details.source_as_dict(services, lines[source.name], now=utc_now())
            if as_json:
                _print_json(told)
            else:
                out().print(*source_details.source_lines(told), sep="\n")
        return 0

    raise typer.Exit(run_to_end(services, tell))


@app.command()
def conditions(
    *,
    every: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List what ails the sources and the installation, the open ones first."""
    services = open_services(config, 0)

    async def tell() -> int:
        there = services.store.is_there
        wanted = condition_report.list_conditions if every else condition_report.open_conditions
        listed = await wanted(services) if there else []
        if as_json:
            _print_json({"conditions": [one.to_json() for one in listed]})
        elif not there:
            print_line(no_store_yet(services.store))
        elif listed:
            out().print(*conditions_table(listed, now=utc_now()), sep="\n")
        elif failing := await _failing(services):
            print_line("No condition is open as yet, but the last polls failed:")
            out().print(*map(Text, failing), sep="\n")
        else:
            print_line("Nothing ails, or did." if every else "Nothing ails; --all shows what did.")
        return 0

    raise typer.Exit(run_to_end(services, tell))


async def _failing(services: Services) -> list[str]:
    """What the last polls failed of: in the first minutes of an outage no condition is open."""
    sources = SourceLoader.of(services.config).enabled(services.config)
    report = await StatusReader(services, sources).read(utc_now())
    failed = [one for one in report.sources if one.health.state is State.FAILING]
    return list(last_errors(failed))


@app.command()
def probe(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE…", help="Names of sources, or @packs.")
    ] = None,
    *,
    unproven: Annotated[
        bool,
        typer.Option(
            "--unproven",
            help="Those that ship unproven; where one does not work, search its site.",
        ),
    ] = False,
    write: Write = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
) -> None:
    """Try sources out: ask what they declare, read one article, say what is wrong. Stores nothing.

    With --unproven, what works is printed as [[source]] TOML, which takes the shipped one's place.

    Exit status 0: all of them work. 1: something is wrong. 2: there is no such source.
    """
    if not names and not unproven:
        raise typer.BadParameter("name a source or a @pack, or say --unproven")
    if write and not unproven:
        raise typer.BadParameter("--write goes with --unproven; else there is nothing to write")
    if as_json and unproven:
        raise typer.BadParameter("--unproven prints TOML; leave --json out")
    services = open_services(config, verbose)

    async def work() -> int:
        wires = SourceLoader.of(services.config).wires()
        sources = select(names, wires) if names else list(wires.values())
        if unproven:
            sources = [source for source in sources if source.unproven]
        require_contact(services, sources)
        prober = Prober(services)
        if unproven:
            return await _prove(prober, sources, config, write=write)
        found: list[Probed] = []
        tell = found.append if as_json else lambda probed: _tell(probed, found)
        if await unless_stopped(_probe(prober, sources, tell)) is None:
            return FAILED
        if as_json:
            _print_json({"sources": [probe_report.probe_as_dict(probed) for probed in found]})
        elif len(found) > 1:
            out().print(probe_report.summary(found))
        return FAILED if any(probed.outcome is not Outcome.OK for probed in found) else 0

    raise typer.Exit(run_to_end(services, work))


async def _prove(
    prober: Prober, sources: Sequence[Source], config: Path | None, *, write: bool
) -> int:
    """Each as it is declared, then another way; the declarations that work go to stdout."""
    proposals: list[Proposal] = []

    async def each() -> bool:
        known = {source.name: source for source in sources}
        with err().status("probing") as line:
            prober.says = lambda at_work: line.update(f"probing {', '.join(sorted(at_work))}")
            async for probed in prober.probe(sources):
                proposals.append(await prove(prober, known[probed.source], probed))
                line.stop()
                tell_proposal(proposals[-1])
                line.start()
        return True

    finished = await unless_stopped(each())
    status = deliver(proposals, config, write=write)
    return status if finished else FAILED


async def _probe(prober: Prober, sources: Sequence[Source], tell: Callable[[Probed], None]) -> bool:
    """Tell of each source as soon as it is known; of who is at work, on a terminal only."""
    with err().status("probing") as line:
        prober.says = lambda at_work: line.update(f"probing {', '.join(sorted(at_work))}")
        async for probed in prober.probe(sources):
            line.stop()
            tell(probed)
            line.start()
    return True


def _tell(probed: Probed, found: list[Probed]) -> None:
    found.append(probed)
    out().print(*probe_report.probe_lines(probed, now=utc_now()), "", sep="\n")


def _print_json(told: object) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
