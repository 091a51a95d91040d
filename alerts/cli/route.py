"""`wirewatch alerts route`: the routes, and what each of them says of a story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from alerts.cli.common import Configuration, ask, console
from alerts.cli.known_names import known_names, unknown_names
from alerts.message.escaping import clean
from crawler.cli.tables import plain_table
from crawler.config.config import load
from crawler.config.routing import Step, channels, steps, words
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.model.exceptions import Unusable
from crawler.storage.alerts import outbox_report
from crawler.storage.alerts.story_alert import alert_of, source_of, story_of

if TYPE_CHECKING:
    from crawler.config.config import Config
    from crawler.model.alert import Alert
    from crawler.storage.alerts.outbox_report import Row
    from crawler.storage.database import Connection, Database


def route(
    *,
    explain: Annotated[
        str, typer.Option(metavar="STORY_ID|URL", help="Say route by route why it went where.")
    ] = "",
    config: Configuration = None,
) -> None:
    """Show the routes; or why a story goes, or went, where."""
    loaded = load(config)
    known = known_names(loaded)
    wrong = [
        f"route[{number}]: {said}"
        for number, one in enumerate(loaded.route)
        for said in unknown_names(one, known)
    ]
    if not explain:
        _show_routes(loaded)
        if wrong:
            raise Unusable("; ".join(wrong))
        return
    for said in wrong:
        typer.echo(said, err=True)
    countries = {name: spider.country for name, spider in SourceLoader.of(loaded).wires().items()}

    def look(connection: Connection) -> Alert | None:
        story = story_of(connection, explain)
        if story is None:
            return None
        country = countries.get(source_of(connection, story), "")
        return alert_of(connection, story, country=country)

    async def find(database: Database) -> list[tuple[Alert, list[Row]]]:
        alert = await database.read(look)
        if alert is None:
            return []
        return [
            (
                alert,
                await database.read(
                    lambda connection: outbox_report.of_story(connection, alert.story_id)
                ),
            )
        ]

    found = ask(loaded, find)
    if not found:
        typer.echo(f"{explain}: no story of this id or address is stored", err=True)
        raise typer.Exit(1)
    for alert, rows in found:
        _explain(loaded, alert, rows)


def _show_routes(config: Config) -> None:
    lines = [
        (f"route[{number}]", one.channels, words(one) or "every story", one.goes_on)
        for number, one in enumerate(config.route)
    ]
    table = plain_table("route", "channels", "stories")
    for name, to, which, goes_on in lines:
        table.add_row(name, ", ".join(to), Text(which + ("; continues" if goes_on else "")))
    table.add_row("the default", ", ".join(config.default_channels), "what no route matched")
    console().print(table)


def _explain(config: Config, alert: Alert, rows: list[Row]) -> None:
    printed = console()
    country = f", {alert.country}" if alert.country else ""
    title = f"Story {alert.story_id}: {clean(alert.title)} ({alert.source_name}{country})"
    printed.print(Text(title, style="bold"))
    for match in alert.matches:
        topics = ", ".join(match.topics) or "none"
        printed.print(Text(f"rule {match.rule}, severity {match.severity}, topics: {topics}"))
    for step in steps(config, alert):
        printed.print(Text(_said(step)))
    to = ", ".join(channels(config, alert))
    printed.print(Text(f"By the routes as they are now, it goes to {to}."))
    if not alert.matches:
        printed.print("No rule matched it, so nobody is told.")
    elif not rows:
        printed.print(
            "Nobody was told: it came with its source's first poll or a silent backfill, or was "
            "older than alerts.max_age."
        )
    for row in rows:
        printed.print(Text(f"{row.channel}: {row.kind}: {_standing(row)}"))


def _said(step: Step) -> str:
    to = f"to {', '.join(step.channels)}" if step.channels else "no"
    return f"{step.route}: {to}: {step.why}"


def _standing(row: Row) -> str:
    """How far it has come, in words."""
    if row.state == "sent" and row.sent_at:
        return f"sent {row.sent_at:%Y-%m-%d %H:%M} UTC"
    return row.state + because(row)


def because(row: Row) -> str:
    """Why a row is where it is, behind its state; "" where that needs no word."""
    why = f"in {row.said_in}" if row.said_in else row.held_for or clean(row.error)
    return f": {why}" if why else ""
