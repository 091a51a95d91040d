"""`wirewatch sources`: which there are, how each does, what it declares, and whether it works."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from rich.text import Text

from crawler.clock import utc_now
from crawler.command_line import AsJson, ConfigFile, open_services, out, run_to_end, say
from crawler.loader import SourceLoader
from crawler.sources import catalogue, shown
from crawler.sources.packs import PACKS, members
from crawler.sources.selection import PACK, select
from crawler.storage.database import no_store_yet

app = typer.Typer(
    invoke_without_command=True,
    help="List the sources, how each does, what it declares; try them out.",
)


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
        lines = await catalogue.lines(services, now=utc_now())
        wires = {line.spider.name: line.spider for line in lines}
        wanted = set(select([PACK + pack.removeprefix(PACK)], wires)) if pack else None
        lines = [
            line
            for line in lines
            if (wanted is None or line.spider in wanted)
            and country.upper() in {"", line.spider.country}
            and (line.enabled or not enabled)
        ]
        if as_json:
            _print_json({"sources": [catalogue.told(line) for line in lines]})
            return 0
        if not services.store.is_there:
            say(no_store_yet(services.store))
        out().print(catalogue.draw(lines))
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
        lines = {line.spider.name: line for line in await catalogue.lines(services, now=utc_now())}
        wires = {name: line.spider for name, line in lines.items()}
        for spider in select([name], wires):
            told = await shown.told(services, lines[spider.name])
            if as_json:
                _print_json(told)
            else:
                out().print(*shown.draw(told), sep="\n")
        return 0

    raise typer.Exit(run_to_end(services, tell))


def _print_json(told: object) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
