"""Commands `wirewatch sources add`, `import` and `export`: declarations made, read and written."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from crawler.cli.common import (
    FAILED,
    ConfigFile,
    Verbose,
    err,
    open_services,
    print_line,
    run_to_end,
)
from crawler.cli.sources import probe_report
from crawler.cli.sources.opml import read_opml, write_opml
from crawler.config.declaration import add_to_file, declaration
from crawler.crawl.probe.probe_runner import Prober
from crawler.crawl.probe.proposal import Proposal, candidate, name_for, propose
from crawler.crawl.scrapy.settings_addon import require_contact
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.crawl.selection import select
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.runtime.shutdown import stop_signal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence
    from typing import TypeVar

    _T = TypeVar("_T")

Write = Annotated[
    bool, typer.Option("--write", help="Add what was found to the configuration, too.")
]


def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="A site, or a feed of it.")],
    *,
    name: Annotated[str, typer.Option(help="What commands are to call it.")] = "",
    write: Write = False,
    config: ConfigFile = None,
    verbose: Verbose = 0,
) -> None:
    """Find out how a site can be read, and print its [[source]] as TOML.

    Its feeds, sitemaps and lists of news are tried, one article is read and shown. Stores nothing.

    Exit status 0: it can be read. 1: no way was found. 2: it could not begin.
    """
    services = open_services(config, verbose)
    address = url if "://" in url else f"https://{url}"

    async def work() -> int:
        wires = SourceLoader.of(services.config).wires()
        chosen = name or name_for(address, wires)
        if chosen in wires:
            raise Unusable(f"a source is called {chosen!r} already; choose another with --name")
        require_contact(services, [candidate(chosen, address)])
        with err().status(f"asking {address}"):
            proposal = await unless_stopped(propose(Prober(services), address, name=chosen))
        if proposal is None:
            return FAILED
        tell_proposal(proposal)
        return deliver([proposal], config, write=write)

    raise typer.Exit(run_to_end(services, work))


def import_feeds(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list of feeds in OPML.")],
    *,
    write: Write = False,
    config: ConfigFile = None,
) -> None:
    """Read a list of feeds (OPML) and print a [[source]] for each. Asks nobody."""
    services = open_services(config, 0)

    async def work() -> int:
        try:
            written = file.read_bytes()
        except OSError as error:
            raise Unusable(f"{file}: cannot be read: {error.strerror}") from None
        try:
            known = list(SourceLoader.of(services.config).wires().values())
            found, left = await asyncio.to_thread(read_opml, written, known)
        except Unusable as error:
            raise Unusable(f"{file}: {error}") from None
        for url, why in left:
            err().print(Text(f"left out: {url}: {why}"))
        _print_or_write([declaration(source) for source in found], config, write=write)
        names = " ".join(source.name for source in found[:3])
        further = f"; try them: wirewatch sources probe {names} …" if found and write else ""
        err().print(Text(f"{len(found)} sources, {len(left)} left out{further}"))
        return 0 if found or not left else FAILED

    raise typer.Exit(run_to_end(services, work))


def export_feeds(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE…]", help="Sources or @packs; else all enabled."),
    ] = None,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file, instead of the terminal.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Write the feeds of sources as OPML, which other readers import."""
    services = open_services(config, 0)

    async def work() -> int:
        loader = SourceLoader.of(services.config)
        chosen = select(names, loader.wires()) if names else loader.enabled(services.config)
        written = write_opml(chosen)
        if output is None:
            sys.stdout.write(written.decode())
        else:
            try:
                output.write_bytes(written)
            except OSError as error:
                raise Unusable(f"{output}: cannot be written: {error.strerror}") from None
        if without := [source.name for source in chosen if not source.feeds]:
            said = f"{len(without)} sources are read by other ways than feeds, and left out: "
            err().print(Text(said + ", ".join(without)))
        return 0

    raise typer.Exit(run_to_end(services, work))


async def unless_stopped(work: Awaitable[_T]) -> _T | None:
    """What the work comes to; None where Ctrl-C or SIGTERM came before."""
    working = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(stop_signal().wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not working.done():
        working.cancel()
        print_line("stopped")
        return None
    stopped.cancel()
    return await working


def tell_proposal(proposal: Proposal) -> None:
    """On stderr, for stdout takes TOML: what was asked, and what the declaration comes to."""
    for url, said in proposal.found.tried:
        err().print(Text(f"  {url}: {said}"))
    if proposal.found.cut_short:
        err().print(Text(f"the search was cut short: {proposal.found.cut_short}", style="bold red"))
    if proposal.probed is not None:
        err().print(*probe_report.probe_lines(proposal.probed, now=utc_now()), sep="\n")
    else:
        said = f"{proposal.asked}: no feed, sitemap or list of news was found that can be read"
        err().print(Text(said, style="bold red"))


def deliver(proposals: Sequence[Proposal], config: Path | None, *, write: bool) -> int:
    """Print or add the declarations that work; the exit status."""
    working = [(one.source, one.remarks) for one in proposals if one.source and one.works]
    written = [declaration(source, remarks) for source, remarks in working]
    _print_or_write(written, config, write=write)
    return 0 if len(working) == len(proposals) else FAILED


def _print_or_write(declarations: Sequence[str], config: Path | None, *, write: bool) -> None:
    if not declarations:
        return
    if not write:
        sys.stdout.write("\n".join(declarations))
        err().print(Text("Nothing was added: --write adds it to the configuration."))
        return
    file = add_to_file(config, declarations)
    count = f"{len(declarations)} sources were" if len(declarations) > 1 else "1 source was"
    print_line(f"{count} added to {file}; a daemon that runs takes it up within seconds.")
