"""`wirewatch alerts mute | mutes | unmute`: what staff do not want to be told for a while."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from alerts.cli.common import Configuration, ask, console
from alerts.cli.known_names import known_names, unknown_names
from alerts.message.escaping import clean
from crawler.cli.tables import plain_table
from crawler.config.config import load
from crawler.config.routes import SEVERITIES, Matcher
from crawler.config.routing import words
from crawler.config.times import positive_duration
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.alerts import mutes
from crawler.storage.alerts.mutes import Mute

if TYPE_CHECKING:
    from datetime import timedelta

    from crawler.storage.database import Database

_Several = Annotated[list[str] | None, typer.Option(help="As in a route; may be repeated.")]


def mute(
    *,
    duration: Annotated[str, typer.Option("--for", help="How long: 30m, 12h, 1d.")],
    reason: Annotated[str, typer.Option(help="Why, for whoever wonders.")],
    topic: _Several = None,
    rule: _Several = None,
    severity: Annotated[str, typer.Option(help="At least so severe.")] = "",
    source: _Several = None,
    country: _Several = None,
    entity: _Several = None,
    language: _Several = None,
    config: Configuration = None,
) -> None:
    """Keep alerts back for a while: they are kept, counted and listed, and not sent."""
    if severity and severity not in SEVERITIES:
        raise Unusable(f"--severity {severity}: expected one of {', '.join(SEVERITIES)}")
    given: dict[str, Any] = {
        "topic": topic,
        "rule": rule,
        "severity": severity,
        "source": source,
        "country": country,
        "entity": entity,
        "language": language,
    }
    given = {key: value for key, value in given.items() if value}
    if not given:
        raise Unusable("say what to mute, by --rule, --topic, --severity, --source, --country, …")
    now = utc_now()
    until = now + _duration(duration)
    loaded = load(config)
    if wrong := list(unknown_names(Matcher(**given), known_names(loaded))):
        raise Unusable("; ".join(wrong))

    async def add(database: Database) -> list[int]:
        matcher = Matcher(**given)
        author = getpass.getuser()
        return [
            await database.write(
                lambda connection: mutes.begin(
                    connection, matcher, reason=reason, author=author, now=now, until=until
                )
            )
        ]

    added = ask(loaded, add)
    if not added:
        raise typer.Exit(1)
    for number in added:
        typer.echo(f"mute {number}: {words(Matcher(**given))}, until {until:%Y-%m-%d %H:%M} UTC")
        typer.echo(f"`wirewatch alerts unmute {number}` ends it.")


def unmute(
    mute_id: Annotated[int, typer.Argument(metavar="ID", help="As `alerts mutes` shows it.")],
    *,
    config: Configuration = None,
) -> None:
    """End a mute now. What it kept back stays back."""

    async def end(database: Database) -> list[bool]:
        return [await database.write(lambda connection: mutes.end(connection, mute_id, utc_now()))]

    if ask(load(config), end) != [True]:
        typer.echo(f"{mute_id}: no mute of this id is in force", err=True)
        raise typer.Exit(1)
    typer.echo(f"mute {mute_id} has ended.")


def list_mutes(
    *,
    config: Configuration = None,
    ended: Annotated[bool, typer.Option("--all", help="Those that have ended, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show the mutes in force, and how many alerts each kept back."""
    now = utc_now()
    known = ask(load(config), lambda database: database.read(mutes.listed))
    shown = [one for one in known if ended or one.until > now]
    if as_json:
        for one in shown:
            typer.echo(json.dumps(_plain(one), default=str, ensure_ascii=False))
    elif not shown:
        typer.echo("Nothing is muted.")
    else:
        table = plain_table("id", "muted", "until (UTC)", "by")
        table.add_column("what, and why", ratio=1, overflow="fold")
        for one in shown:
            told = Text(f"{words(one.matcher)}: {clean(one.reason)}")
            until = f"{one.until:%Y-%m-%d %H:%M}"
            table.add_row(str(one.id), str(one.muted), until, Text(clean(one.author)), told)
        console().print(table)


def _duration(text: str) -> timedelta:
    if (duration := positive_duration(text)) is None:
        raise Unusable(f"--for {text}: expected a duration such as 30m, 12h or 1d")
    return duration


def _plain(one: Mute) -> dict[str, Any]:
    matcher = one.matcher.model_dump(exclude_defaults=True)
    return {name: getattr(one, name) for name in Mute.__dataclass_fields__} | {"matcher": matcher}
