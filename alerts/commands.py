"""`wirewatch alerts`: what was said, what could not be, and whether each channel works."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter, defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts.channel import CannotTell, Place, Rejected, Retry, Unknown, open_channel
from alerts.escaping import clean
from alerts.sample import sample
from crawler.clock import utc_now
from crawler.config import load
from crawler.errors import Unusable
from crawler.storage.database import Database, SQLAlchemyError, no_store_yet, reason
from crawler.storage.outbox import STATES, Outbox, Row
from crawler.storage.verdicts import QUESTIONS, labelled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from alerts.channel import Channel
    from crawler.alert import Alert
    from crawler.config import Config

T = TypeVar("T")
Configuration = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file.", show_default=False)
]
SECONDS = 30  # for one question to a channel

app = typer.Typer(no_args_is_help=True, help="List alerts, send dead ones again, try channels.")


@app.command("list")
def list_alerts(
    *,
    config: Configuration = None,
    dead: Annotated[bool, typer.Option("--dead", help="Only those given up.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
) -> None:
    """Show the newest alerts and how far each has come."""
    states = ("dead",) if dead else STATES
    rows = _with_outbox(load(config), lambda outbox: outbox.rows(states=states, limit=limit))
    if as_json:
        for row in rows:
            typer.echo(json.dumps(asdict(row), default=str, ensure_ascii=False))
    elif not rows:
        typer.echo("No dead alerts." if dead else "No alerts yet.")
    else:
        _console().print(_table(rows))


@app.command()
def retry(
    ids: Annotated[
        list[int] | None, typer.Argument(help="As `alerts list` shows them; none means all.")
    ] = None,
    *,
    config: Configuration = None,
) -> None:
    """Make dead alerts due again; a running `wirewatch run` sends them within a second."""
    wanted = ids or []
    revived = _with_outbox(load(config), lambda outbox: outbox.revive(utc_now(), wanted))
    for missing in sorted(set(wanted) - set(revived)):
        typer.echo(f"{missing}: no dead alert has this id", err=True)
    typer.echo(f"{len(revived)} due again.")
    if set(wanted) - set(revived):
        raise typer.Exit(1)


@app.command()
def feedback(
    *,
    config: Configuration = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="The judged stories with their text, as JSON lines.")
    ] = False,
) -> None:
    """Show what staff said of the alerts, rule by rule; or write it as labelled articles."""
    judged = _with_database(
        load(config), lambda database: database.read(lambda c: list(labelled(c)))
    )
    if jsonl:
        for one in judged:
            typer.echo(json.dumps(one, ensure_ascii=False))
    elif not judged:
        typer.echo("No verdicts yet.")
    else:
        _console().print(_verdicts(judged))


@app.command("test")
def try_channels(*, config: Configuration = None) -> None:
    """Send a sample to every channel, look for it there, and say in words what works."""
    loaded = load(config)
    failed = False
    for declared in loaded.channels:
        typer.echo(f"{declared.name} ({declared.kind})")
        place = Place(declared=declared, config=loaded, clock=utc_now)
        try:
            asyncio.run(_try_out(open_channel(place)))
        except (Unusable, Rejected, Retry, Unknown, TimeoutError) as error:
            failed = True
            typer.echo(f"  FAILS  {error or 'no answer in time'}")
    if failed:
        raise typer.Exit(1)


async def _try_out(channel: Channel) -> None:
    alert = sample(utc_now())
    try:
        async with asyncio.timeout(SECONDS):
            for words in await channel.check():
                typer.echo(f"  ok     {words}")
            await channel.send(alert)
            typer.echo("  ok     a sample was delivered")
            typer.echo(f"  {await _promise(channel, alert)}")
    finally:
        await channel.close()


async def _promise(channel: Channel, sent: Alert) -> str:
    try:
        found = await channel.find(sent)
    except CannotTell as error:
        return f"note   after a failure an alert may come twice: {error}"
    if found is None:
        return "note   after a failure an alert may come twice: the sample was not found again"
    return "ok     the sample was found again: every alert comes exactly once"


def _with_outbox(config: Config, ask: Callable[[Outbox], Awaitable[list[T]]]) -> list[T]:
    return _with_database(config, lambda database: ask(Outbox(database)))


def _with_database(config: Config, ask: Callable[[Database], Awaitable[list[T]]]) -> list[T]:
    """What `ask` learns; nothing, and a word about it, where there is no store yet."""
    database = Database(config.store.url)
    if not database.is_there:
        typer.echo(no_store_yet(database), err=True)
        return []

    async def asked() -> list[T]:
        return await ask(database)

    try:
        return asyncio.run(asked())
    except SQLAlchemyError as error:
        raise Unusable(
            f"the store {database.label} cannot be read: {reason(error)}. "
            "`wirewatch run` creates it."
        ) from None
    finally:
        database.close()


def _console() -> Console:
    console = Console(highlight=False)
    told = console.is_terminal or "COLUMNS" in os.environ
    return console if told else Console(highlight=False, width=120)


def _table(rows: list[Row]) -> Table:
    table = Table("id", "channel", "state", "tries", "created (UTC)", box=None, pad_edge=False)
    # As Text, because a headline may hold what Rich would take for markup.
    table.add_column("headline", ratio=1, overflow="fold")
    for row in rows:
        told = Text(clean(str(row.payload.get("title", ""))))
        if row.error:
            told.append(f"\n{clean(row.error)}", "dim")
        created = f"{row.created_at:%Y-%m-%d %H:%M}"
        table.add_row(str(row.id), row.channel, row.state, str(row.tries), created, told)
    return table


def _verdicts(judged: list[dict[str, Any]]) -> Table:
    """How often each answer was given to the alerts of each rule."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in judged:
        for rule in one["fired"] or ["(none)"]:
            counts[rule].update(said["answer"] for said in one["verdicts"])
    table = Table("rule", *QUESTIONS, box=None, pad_edge=False)
    for rule, answers in sorted(counts.items()):
        table.add_row(Text(rule), *(str(answers[answer]) for answer in QUESTIONS))
    return table
