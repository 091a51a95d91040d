"""The status report as tables for people, and what may be long in lines below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from crawler.cli.common import FAILED, NO_DAEMON
from crawler.cli.tables import OUTCOME_STYLE, plain_table
from crawler.health.daemon_status import DaemonState
from crawler.health.reports.condition_report import condition_lines
from crawler.health.status_report import last_errors
from crawler.storage.alerts.outbox import KEPT_BACK, STATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from rich.console import RenderableType
    from rich.table import Table

    from crawler.health.status_report import StatusReport


def draw(report: StatusReport) -> list[RenderableType]:
    """Everything that the report holds, readable in a terminal of eighty columns."""
    return [
        Text(f"{report.daemon}.", style="" if report.is_running else "bold red"),
        f"Store: {report.store}\n",
        _draw_sources(report),
        *(Text(line) for line in last_errors(report.sources)),
        *_draw_conditions(report),
        *(_draw_held(report) if report.documents_on_hold else ()),
        *(_draw_subscriptions(report) if report.subscriptions else ()),
        "",
        _draw_outbox(report),
        *(Text(f"{name}: waits: {one.why}") for name, one in report.outbox.items() if one.why),
        "",
        _draw_totals(report),
    ]


def exit_status(report: StatusReport, wrong: Sequence[str]) -> int:
    """What `status` ends with; `wrong` is what else counts."""
    if report.daemon.state is DaemonState.NONE:
        return NO_DAEMON
    return 0 if report.is_running and not wrong else FAILED


def _draw_sources(report: StatusReport) -> Table:
    headings = ("source", "last run (UTC)", "outcome", "next run (UTC)", "every", "new in 24 h")
    table = plain_table(*headings, title="Sources")
    table.columns[0].no_wrap = True
    for column in table.columns[-2:]:
        column.justify = "right"
    for one in report.sources:
        outcome = one.last.outcome if one.last else ""
        table.add_row(
            one.name,
            (one.last and _brief(one.last.started_at)) or "never",
            Text(outcome or "-", style=OUTCOME_STYLE.get(outcome, "")),
            _brief(one.next_run),
            _every(one.interval),
            str(one.stored),
        )
    return table


def _draw_conditions(report: StatusReport) -> Iterator[RenderableType]:
    """Lines: what ails, of whom, since when."""
    if report.conditions:
        yield Text("\nConditions", style="italic")
    for one in report.conditions:
        (said,) = condition_lines([one.to_json()])
        yield Text(f"{one.source or 'installation'}: {said}")


def _draw_held(report: StatusReport) -> Iterator[RenderableType]:
    table = plain_table("source", "asked again (UTC)", "failures in a row", title="\nOn hold")
    table.columns[-1].justify = "right"
    for held in report.documents_on_hold:
        table.add_row(held.source, _brief(held.until), str(held.failures))
    yield table
    by_reason: dict[str, list[str]] = {}
    for held in report.documents_on_hold:
        by_reason.setdefault(held.error.replace(held.url, "it"), []).append(held.url)
    for reason, urls in by_reason.items():
        more = f" and {len(urls) - 1} more" if len(urls) > 1 else ""
        yield Text(f"{urls[0]}{more}: {reason}")


def _draw_subscriptions(report: StatusReport) -> Iterator[RenderableType]:
    headings = ("source", "state", "until (UTC)", "delivered", "not signed")
    table = plain_table(*headings, title="\nBrought by hubs")
    for column in table.columns[-2:]:
        column.justify = "right"
    for one in report.subscriptions:
        counts = (str(one.delivered), str(one.refused))
        table.add_row(one.source, one.state, _brief(one.lease_until) or "-", *counts)
    yield table
    for one in report.subscriptions:
        if one.error:
            yield Text(f"{one.document}: hub: {one.error}")


def _draw_outbox(report: StatusReport) -> Table:
    standing = report.outbox.values()
    kept_back = [state for state in KEPT_BACK if any(one.counts.get(state) for one in standing)]
    states = (*(state for state in STATES if state not in KEPT_BACK), *kept_back)
    table = plain_table("channel", *states, "oldest undelivered (UTC)", title="Outbox")
    for column in table.columns[1:-1]:
        column.justify = "right"
    for channel, one in report.outbox.items():
        numbers = (str(one.counts.get(state, 0)) for state in states)
        table.add_row(channel, *numbers, f"{one.oldest:%Y-%m-%d %H:%M:%S}" if one.oldest else "-")
    if not report.outbox:
        table.add_row("nothing has been alerted yet", *("0" for _ in states), "-")
    return table


def _draw_totals(report: StatusReport) -> Table:
    table = plain_table("", "", title="In all, since the store was made")
    table.show_header = False
    for key, value in report.totals.to_json().items():
        if isinstance(value, dict):
            table.add_row(key, str(sum(value.values())))
            for why, count in value.items():
                table.add_row(Text(f"  {why}", style="dim"), str(count))
        else:
            table.add_row(key, str(value))
    return table


def _every(interval: timedelta | None) -> str:
    """An interval as people say it; a cron expression has none."""
    if interval is None:
        return "cron"
    seconds = interval.total_seconds()
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"


def _brief(instant: datetime | None) -> str:
    """Month, day and minute: of what lies a few days away at most."""
    return f"{instant:%m-%d %H:%M}" if instant else ""
