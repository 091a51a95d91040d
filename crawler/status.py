"""What an operator wants to know at a glance: each source, the outbox, and the sum of it all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from rich.table import Table
from rich.text import Text

from crawler.storage.archive import Archive
from crawler.storage.documents import Documents
from crawler.storage.outbox import Outbox
from crawler.storage.runs import Run, Runs
from crawler.storage.schema import articles, matches, outbox, pages
from crawler.storage.subscriptions import Subscriptions
from crawler.timetable import Planned, Timetable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.services import Services
    from crawler.wire import WireSpider
_DAY = timedelta(days=1)
_STYLE = {"done": "green", "failed": "bold red", "running": "cyan"}


async def report(
    services: Services, sources: Sequence[type[WireSpider]], *, now: datetime
) -> dict[str, Any]:
    """Everything `wirewatch status` shows; times are ISO 8601 in UTC."""
    database = services.database
    last = await Runs(database).last()
    today = await Archive(database).by_source(since=now - _DAY)
    sums = await database.read(_sums)
    runs = await Runs(database).totals()
    plan = await Timetable(services).plan(sources, now)
    held = await Documents(database).held([spider.name for spider in sources], now=now)
    return {
        "at": now.isoformat(),
        "store": database.label,
        "sources": [
            _source(spider, last.get(spider.name), today.get(spider.name, 0), plan[spider.name])
            for spider in sources
        ],
        "documents_on_hold": [
            {
                "source": one.source,
                "url": one.url,
                "until": one.until.isoformat(),
                "failures": one.failures,
                "reason": one.error,
            }
            for one in held
        ],
        "subscriptions": [
            {
                "source": one.source,
                "document": one.document,
                "state": one.state,
                "lease_until": one.lease_until.isoformat() if one.lease_until else None,
                "delivered": one.delivered,
                "refused": one.refused,
                "error": one.error,
            }
            for one in await Subscriptions(database).all()
        ],
        "outbox": {
            channel: {k: v.isoformat() if k == "oldest" and v else v for k, v in counts.items()}
            for channel, counts in (await Outbox(database).pending()).items()
        },
        "totals": {"polled": runs.get("polled", 0), "fetched": runs.get("fetched", 0)} | sums,
    }


_DAY_ARTICLES = "new articles, 24 h"


def _source(
    spider: type[WireSpider], run: Run | None, articles: int, planned: Planned
) -> dict[str, Any]:
    return {
        "name": spider.name,
        "title": spider.title,
        "last_run": run.started_at.isoformat() if run and run.started_at else None,
        "outcome": run.outcome if run else None,
        "next_run": planned.at.isoformat(),
        "interval_seconds": None if spider.cron else planned.interval.total_seconds(),
        "new_articles_24h": articles,
        "last_error": run.reason if run else "",
        "counts": dict(run.counts) if run else {},
    }


def _sums(connection: Connection) -> dict[str, Any]:
    stored = connection.scalar(sa.select(sa.func.count()).select_from(articles)) or 0
    by_state = sa.select(pages.c.state, sa.func.count()).group_by(pages.c.state)
    states: dict[str, int] = dict(connection.execute(by_state).tuples().all())
    reprints = sa.select(sa.func.count()).where(articles.c.relation == "reprint")
    flagged = sa.select(sa.func.count(sa.distinct(matches.c.article_id)))
    stories = sa.select(
        sa.func.count(sa.distinct(outbox.c.story_id)).filter(outbox.c.state == "sent")
    )
    reasons = (
        sa.select(pages.c.reason, sa.func.count())
        .where(pages.c.state == "rejected")
        .group_by(pages.c.reason)
        .order_by(sa.func.count().desc(), pages.c.reason)
    )
    return {
        "discovered": sum(states.values()),
        "extracted": stored + states.get("duplicate", 0),
        "stored": stored,
        "duplicates": (connection.scalar(reprints) or 0) + states.get("duplicate", 0),
        "flagged": connection.scalar(flagged) or 0,
        "alerted": connection.scalar(stories) or 0,
        "pending": states.get("pending", 0),
        "failed": states.get("failed", 0),
        "rejected": dict(connection.execute(reasons).tuples().all()),
    }


def draw(report: dict[str, Any]) -> list[Table]:
    """The report as tables for people."""
    held = [_draw_held(report)] if report["documents_on_hold"] else []
    hubs = [_draw_subscriptions(report)] if report["subscriptions"] else []
    return [_draw_sources(report), *held, *hubs, _draw_outbox(report), _draw_totals(report)]


def _draw_sources(report: dict[str, Any]) -> Table:
    table = Table(title=f"Sources · {report['store']}", title_justify="left")
    headings = ("source", "last run", "outcome", "next run", "every", _DAY_ARTICLES, "last error")
    for heading in headings:
        right = heading in {"every", _DAY_ARTICLES}
        table.add_column(heading, justify="right" if right else "left")
    for source in report["sources"]:
        table.add_row(
            source["name"],
            _short(source["last_run"]) or "never",
            Text(source["outcome"] or "-", style=_STYLE.get(source["outcome"] or "", "")),
            _short(source["next_run"]),
            _every(source["interval_seconds"]),
            str(source["new_articles_24h"]),
            Text(source["last_error"]),
        )
    return table


def _draw_held(report: dict[str, Any]) -> Table:
    table = Table(title="Documents on hold", title_justify="left")
    for heading in ("source", "document", "asked again", "failures in a row", "reason"):
        table.add_column(heading, justify="right" if "failures" in heading else "left")
    for held in report["documents_on_hold"]:
        until, failures = _short(held["until"]), str(held["failures"])
        table.add_row(held["source"], Text(held["url"]), until, failures, Text(held["reason"]))
    return table


def _draw_subscriptions(report: dict[str, Any]) -> Table:
    table = Table(title="Brought by hubs", title_justify="left")
    for heading in (
        "source",
        "document",
        "state",
        "until",
        "delivered",
        "not signed",
        "last error",
    ):
        right = heading in {"delivered", "not signed"}
        table.add_column(heading, justify="right" if right else "left")
    for one in report["subscriptions"]:
        counts = (str(one["delivered"]), str(one["refused"]))
        until = _short(one["lease_until"]) or "-"
        table.add_row(
            one["source"], Text(one["document"]), one["state"], until, *counts, Text(one["error"])
        )
    return table


def _draw_outbox(report: dict[str, Any]) -> Table:
    table = Table(title="Outbox", title_justify="left")
    for heading in ("channel", "pending", "sending", "sent", "dead", "oldest undelivered"):
        table.add_column(heading, justify="left" if heading == "channel" else "right")
    for channel, counts in report["outbox"].items():
        table.add_row(
            channel,
            *(str(counts[state]) for state in ("pending", "sending", "sent", "dead")),
            _short(counts["oldest"]) or "-",
        )
    if not report["outbox"]:
        table.add_row("nothing has been alerted yet", "0", "0", "0", "0", "-")
    return table


def _draw_totals(report: dict[str, Any]) -> Table:
    table = Table(title="In all", title_justify="left", show_header=False)
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
    return f"{instant[:10]} {instant[11:19]} UTC" if instant else ""
