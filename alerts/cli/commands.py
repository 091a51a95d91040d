"""`wirewatch alerts`: what was said, what could not be, and whether each channel works."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from alerts.channel import CannotTell, MessageRejected, Place, Retry, Unknown, open_channel
from alerts.cli import feedback_export, held, mute, route
from alerts.cli.common import Configuration, ask, console
from alerts.cli.route import because
from alerts.message.escaping import clean
from alerts.message.sample import sample
from crawler.config.config import load
from crawler.config.times import TIMES, parse_time
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.alerts import outbox, outbox_report
from crawler.storage.alerts.outbox import STATES

if TYPE_CHECKING:
    from alerts.channel import Channel
    from crawler.model.alert import Alert
    from crawler.storage.alerts.outbox_report import Row

SECONDS = 30  # for one question to a channel

app = typer.Typer(no_args_is_help=True, help="List alerts, send dead ones again, try channels.")
app.command("mute")(mute.mute)
app.command("mutes")(mute.list_mutes)
app.command("unmute")(mute.unmute)
app.command("route")(route.route)
app.command("held")(held.list_held)
app.command("release")(held.release)
app.command("discard")(held.discard)
app.command("feedback")(feedback_export.feedback)


@app.command("list")
def list_alerts(
    *,
    config: Configuration = None,
    dead: Annotated[bool, typer.Option("--dead", help="Only those given up.")] = False,
    held: Annotated[bool, typer.Option("--held", help="Only those held or muted.")] = False,
    digest: Annotated[str, typer.Option(help="Only what this digest says: its kind.")] = "",
    since: Annotated[str, typer.Option(help=f"Created since {TIMES}.", show_default=False)] = "",
    until: Annotated[
        str, typer.Option(help="Created until then, the whole of a day.", show_default=False)
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many, the newest: 50, of a digest all.")
    ] = None,
) -> None:
    """Show the newest alerts and how far each has come."""
    states = ("dead",) if dead else ("held", "muted") if held else STATES
    most, now = limit or (None if digest else 50), utc_now()
    earliest = parse_time(since, of="--since", now=now).begins if since else None
    latest = parse_time(until, of="--until", now=now).ends if until else None
    rows = ask(
        load(config),
        lambda database: database.read(
            lambda connection: outbox_report.listed(
                connection,
                states=states,
                limit=most,
                said_in=digest,
                since=earliest,
                until=latest,
            )
        ),
    )
    if as_json:
        for row in rows:
            typer.echo(json.dumps(asdict(row), default=str, ensure_ascii=False))
    elif not rows:
        which = "dead alerts" if dead else "such alerts" if held or digest else "alerts yet"
        typer.echo(f"No {which}.")
    else:
        console().print(_table(rows))


@app.command()
def retry(
    ids: Annotated[
        list[int] | None,
        typer.Argument(help="As `alerts list` shows them, dead or muted; none: all dead ones."),
    ] = None,
    *,
    config: Configuration = None,
) -> None:
    """Make dead alerts due again, and muted ones by their number; a running `wirewatch run` sends
    them within a second. A mute that is still in force keeps them back again.
    """
    wanted = ids or []
    revived = ask(
        load(config),
        lambda database: database.write(
            lambda connection: outbox.revive(connection, utc_now(), wanted)
        ),
    )
    for missing in sorted(set(wanted) - set(revived)):
        typer.echo(f"{missing}: no dead or muted alert has this id", err=True)
    typer.echo(f"{len(revived)} due again.")
    if set(wanted) - set(revived):
        raise typer.Exit(1)


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
        except (Unusable, MessageRejected, Retry, Unknown, TimeoutError) as error:
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


def _table(rows: list[Row]) -> Table:
    table = Table(
        "id", "story", "channel", "state", "tries", "created (UTC)", box=None, pad_edge=False
    )
    # As Text, because a headline may hold what Rich would take for markup.
    table.add_column("headline", ratio=1, overflow="fold")
    for row in rows:
        told = Text(clean(str(row.payload.get("title", ""))) or row.kind)
        if why := because(row):
            told.append(f"\n{why.removeprefix(': ')}", "dim")
        created = f"{row.created_at:%Y-%m-%d %H:%M}"
        table.add_row(
            str(row.id),
            str(row.story_id or "-"),
            row.channel,
            row.state,
            str(row.tries),
            created,
            told,
        )
    return table
