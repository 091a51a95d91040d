"""`wirewatch alerts held`, `release` and `discard`: what a flood of articles has alerted on."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from alerts.cli.common import Configuration, ask, console
from alerts.delivery import flood_review
from alerts.message.escaping import clean
from crawler.cli.tables import plain_table
from crawler.config.config import load
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.crawl.selection import select
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.delivery.flood_review import Decided
    from crawler.config.config import Config

_SHOWN = 5  # headlines of a source

Source = Annotated[
    str, typer.Argument(help="As `alerts held` shows it.", show_default=False, metavar="[SOURCE]")
]
All = Annotated[bool, typer.Option("--all", help="Of every source.")]


def list_held(
    *,
    config: Configuration = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show what is held for review: the alerts of sources that flooded."""
    found = ask(load(config), flood_review.held)
    if as_json:
        for one in found:
            typer.echo(json.dumps(asdict(one), default=str, ensure_ascii=False))
    elif not found:
        typer.echo("Nothing is held for review.")
    else:
        table = plain_table("source", "stories", "since (UTC)")
        table.add_column("headlines", ratio=1, overflow="fold")
        for one in found:
            lines = [clean(title) for title in one.headlines[:_SHOWN]]
            if more := len(one.headlines) - len(lines):
                lines.append(f"and {more} more")
            count, since = str(len(one.headlines)), f"{one.since:%Y-%m-%d %H:%M}"
            table.add_row(one.source, count, since, Text("\n".join(lines)))
        console().print(table)
        console().print("`wirewatch alerts release SOURCE` sends them, `discard SOURCE` does not.")


def release(source: Source = "", *, every: All = False, config: Configuration = None) -> None:
    """Send what is held for review; of more than five alerts in a channel, one digest."""
    wanted = _wanted(source, every=every)
    loaded = load(config)
    decided = ask(
        loaded, lambda database: flood_review.release(database, loaded, wanted, now=utc_now())
    )
    for one in decided:
        how = "as one digest" if one.digest else "one by one"
        typer.echo(f"{one.channel}: {_stories(one)} will be sent, {how}.")
    _end(decided, wanted, loaded)


def discard(source: Source = "", *, every: All = False, config: Configuration = None) -> None:
    """Do not send what is held for review. `alerts retry ID` sends one of them after all."""
    wanted = _wanted(source, every=every)
    loaded = load(config)
    decided = ask(loaded, lambda database: flood_review.discard(database, wanted, now=utc_now()))
    for one in decided:
        typer.echo(f"{one.channel}: {_stories(one)} will not be sent; `alerts list --held`.")
    _end(decided, wanted, loaded)


def _wanted(source: str, *, every: bool) -> str:
    if bool(source) == every:
        raise Unusable("give one source, or --all; `wirewatch alerts held` lists them")
    return source


def _stories(one: Decided) -> str:
    return f"{one.stories} {'story' if one.stories == 1 else 'stories'}"


def _end(decided: Sequence[Decided], source: str, config: Config) -> None:
    if not decided:
        if source:
            select([source], SourceLoader.of(config).wires())  # raises where there is none
        typer.echo(f"{source}: nothing is held for review".removeprefix(": "), err=True)
        raise typer.Exit(1)
