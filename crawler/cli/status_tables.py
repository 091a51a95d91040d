"""The report of `wirewatch status` as tables for people, and what may be long in lines below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from crawler.cli.tables import OUTCOME_STYLE, plain_table
from crawler.health.reports.condition_report import condition_lines
from crawler.storage.alerts.outbox import KEPT_BACK, STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType
    from rich.table import Table


def draw(report: dict[str, Any]) -> list[RenderableType]:
    """Everything that the report holds, readable in a terminal of eighty columns."""
    return [
        f"Store: {report['store']}\n",
        _draw_sources(report),
        *_said("last error", ((one["name"], one["last_error"]) for one in report["sources"])),
        *_draw_conditions(report),
        *(_draw_held(report) if report["documents_on_hold"] else ()),
        *(_draw_subscriptions(report) if report["subscriptions"] else ()),
        "",
        _draw_outbox(report),
        *_said("waits", ((name, counts["why"]) for name, counts in report["outbox"].items())),
        "",
        _draw_totals(report),
    ]


def _said(what: str, lines: Iterable[tuple[str, str]]) -> Iterator[Text]:
    for name, words in lines:
        if words:
            yield Text(f"{name}: {what}: {words}")


def _draw_sources(report: dict[str, Any]) -> Table:
    headings = ("source", "last run (UTC)", "outcome", "next run (UTC)", "every", "new in 24 h")
    table = plain_table(*headings, title="Sources")
    table.columns[0].no_wrap = True
    for column in table.columns[-2:]:
        column.justify = "right"
    for source in report["sources"]:
        table.add_row(
            source["name"],
            _brief(source["last_run"]) or "never",
            Text(source["outcome"] or "-", style=OUTCOME_STYLE.get(source["outcome"] or "", "")),
            _brief(source["next_run"]),
            _every(source["interval_seconds"]),
            str(source["new_articles_24h"]),
        )
    return table


def _draw_conditions(report: dict[str, Any]) -> Iterator[RenderableType]:
    """Lines: what ails, of whom, since when."""
    if report["conditions"]:
        yield Text("\nConditions", style="italic")
    for one in report["conditions"]:
        (said,) = condition_lines([one])
        yield Text(f"{one['source'] or 'installation'}: {said}")


def _draw_held(report: dict[str, Any]) -> Iterator[RenderableType]:
    table = plain_table("source", "asked again (UTC)", "failures in a row", title="\nOn hold")
    table.columns[-1].justify = "right"
    for held in report["documents_on_hold"]:
        table.add_row(held["source"], _brief(held["until"]), str(held["failures"]))
    yield table
    for held in report["documents_on_hold"]:
        yield Text(f"{held['url']}: {held['reason']}")


def _draw_subscriptions(report: dict[str, Any]) -> Iterator[RenderableType]:
    headings = ("source", "state", "until (UTC)", "delivered", "not signed")
    table = plain_table(*headings, title="\nBrought by hubs")
    for column in table.columns[-2:]:
        column.justify = "right"
    for one in report["subscriptions"]:
        counts = (str(one["delivered"]), str(one["refused"]))
        until = _brief(one["lease_until"]) or "-"
        table.add_row(one["source"], one["state"], until, *counts)
    yield table
    yield from _said("hub", ((one["document"], one["error"]) for one in report["subscriptions"]))


def _draw_outbox(report: dict[str, Any]) -> Table:
    standing = report["outbox"].values()
    kept_back = [state for state in KEPT_BACK if any(counts[state] for counts in standing)]
    states = (*(state for state in STATES if state not in KEPT_BACK), *kept_back)
    table = plain_table("channel", *states, "oldest undelivered (UTC)", title="Outbox")
    for column in table.columns[1:-1]:
        column.justify = "right"
    for channel, counts in report["outbox"].items():
        numbers = (str(counts[state]) for state in states)
        table.add_row(channel, *numbers, _short(counts["oldest"]) or "-")
    if not report["outbox"]:
        table.add_row("nothing has been alerted yet", *("0" for _ in states), "-")
    return table


def _draw_totals(report: dict[str, Any]) -> Table:
    table = plain_table("", "", title="In all")
    table.show_header = False
    for key, value in report["totals"].items():
        if isinstance(value, dict):
            table.add_row(key, str(sum(value.values())))
            for why, count in value.items():
                table.add_row(Text(f"  {why}", style="dim"), str(count))
        else:
            table.add_row(key, str(value))
    return table


def _every(seconds: float | None) -> str:
    """An interval as people say it; a cron expression has none."""
    if seconds is None:
        return "cron"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"


def _short(instant: str | None) -> str:
    return f"{instant[:10]} {instant[11:19]}" if instant else ""


def _brief(instant: str | None) -> str:
    """Month, day and minute: of what lies a few days away at most."""
    return f"{instant[5:10]} {instant[11:16]}" if instant else ""
