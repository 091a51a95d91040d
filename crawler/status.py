"""What an operator wants to know at a glance: each source, the outbox, and the sum of it all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from rich.text import Text
from scrapy.utils.misc import load_object

from crawler import settings
from crawler.storage.archive import Archive
from crawler.storage.outbox import Outbox
from crawler.storage.runs import Run, Runs
from crawler.storage.schema import articles, matches, outbox, pages
from crawler.tables import plain_table
from crawler.timing import next_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from rich.console import RenderableType
    from rich.table import Table
    from sqlalchemy.engine import Connection

    from crawler.services import Services
    from crawler.storage.database import Database
    from crawler.wire import WireSpider
_DAY = timedelta(days=1)
_STYLE = {"done": "green", "failed": "bold red", "running": "cyan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What the store holds; nothing at all before there is one."""

    last: Mapping[str, Run] = field(default_factory=dict)
    today: Mapping[str, int] = field(default_factory=dict)
    outbox: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    totals: Mapping[str, Any] = field(default_factory=lambda: _totals({}, {}, {}))


async def report(
    services: Services, sources: Sequence[type[WireSpider]], *, now: datetime
) -> dict[str, Any]:
    """Everything `wirewatch status` shows; times are ISO 8601 in UTC. Creates no store."""
    store = services.store
    is_there = store.is_there
    standing = await _standing(services.database, now) if is_there else _Standing()
    return {
        "at": now.isoformat(),
        "store": store.label,
        "store_is_there": is_there,
        "sources": [
            _source(
                spider,
                standing.last.get(spider.name),
                standing.today.get(spider.name, 0),
                services,
                now,
            )
            for spider in sources
        ],
        "outbox": {
            channel: {k: v.isoformat() if k == "oldest" and v else v for k, v in counts.items()}
            for channel, counts in standing.outbox.items()
        },
        "totals": standing.totals,
        "rules_refused": await asyncio.to_thread(
            load_object(settings.WIREWATCH_RULES_REFUSAL), services
        ),
    }


async def _standing(database: Database, now: datetime) -> _Standing:
    runs = await Runs(database).totals()
    why = await Outbox(database).hindrances()
    pending = await Outbox(database).pending()
    return _Standing(
        last=await Runs(database).last(),
        today=await Archive(database).by_source(since=now - _DAY),
        outbox={name: {**counts, "why": why.get(name, "")} for name, counts in pending.items()},
        totals=await database.read(lambda connection: _sums(connection, runs)),
    )


_DAY_ARTICLES = "new in 24 h"


def _source(
    spider: type[WireSpider], run: Run | None, articles: int, services: Services, now: datetime
) -> dict[str, Any]:
    upcoming = next_run(spider, run, services.config.crawl.interval, now)
    return {
        "name": spider.name,
        "title": spider.title,
        "last_run": run.started_at.isoformat() if run and run.started_at else None,
        "outcome": run.outcome if run else None,
        "next_run": upcoming.isoformat(),
        "new_articles_24h": articles,
        "last_error": run.reason if run else "",
        "counts": dict(run.counts) if run else {},
    }


def _sums(connection: Connection, runs: Mapping[str, int]) -> dict[str, Any]:
    stored = connection.scalar(sa.select(sa.func.count()).select_from(articles)) or 0
    by_state = sa.select(pages.c.state, sa.func.count()).group_by(pages.c.state)
    states: dict[str, int] = {state: count for state, count in connection.execute(by_state)}  # noqa: C416
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
    counts = {
        "stored": stored,
        "reprints": connection.scalar(reprints) or 0,
        "flagged": connection.scalar(flagged) or 0,
        "alerted": connection.scalar(stories) or 0,
    }
    rejected: dict[str, int] = {why: count for why, count in connection.execute(reasons)}  # noqa: C416
    return _totals({**runs, **counts}, states, rejected)


def _totals(
    counts: Mapping[str, int], states: Mapping[str, int], rejected: dict[str, int]
) -> dict[str, Any]:
    stored, duplicate = counts.get("stored", 0), states.get("duplicate", 0)
    return {
        "polled": counts.get("polled", 0),
        "fetched": counts.get("fetched", 0),
        "discovered": sum(states.values()),
        "extracted": stored + duplicate,
        "stored": stored,
        "duplicates": counts.get("reprints", 0) + duplicate,
        "flagged": counts.get("flagged", 0),
        "alerted": counts.get("alerted", 0),
        "pending": states.get("pending", 0),
        "failed": states.get("failed", 0),
        "rejected": rejected,
    }


def draw(report: dict[str, Any]) -> list[RenderableType]:
    """The report as tables for people, and what may be long in lines below them."""
    return [
        f"Store: {report['store']}\n",
        _draw_sources(report),
        *_said("last error", {one["name"]: one["last_error"] for one in report["sources"]}),
        "",
        _draw_outbox(report),
        *_said("waits", {name: counts["why"] for name, counts in report["outbox"].items()}),
        "",
        _draw_totals(report),
    ]


def _said(what: str, by_name: Mapping[str, str]) -> Iterator[Text]:
    for name, words in by_name.items():
        if words:
            yield Text(f"{name}: {what}: {words}")


def _draw_sources(report: dict[str, Any]) -> Table:
    headings = ("source", "last run (UTC)", "outcome", "next run (UTC)", _DAY_ARTICLES)
    table = plain_table(*headings, title="Sources")
    table.columns[-1].justify = "right"
    for source in report["sources"]:
        table.add_row(
            source["name"],
            _short(source["last_run"]) or "never",
            Text(source["outcome"] or "-", style=_STYLE.get(source["outcome"] or "", "")),
            _short(source["next_run"]),
            str(source["new_articles_24h"]),
        )
    return table


def _draw_outbox(report: dict[str, Any]) -> Table:
    states = ("pending", "sending", "sent", "dead")
    table = plain_table("channel", *states, "oldest undelivered (UTC)", title="Outbox")
    for column in table.columns[1:-1]:
        column.justify = "right"
    for channel, counts in report["outbox"].items():
        numbers = (str(counts[state]) for state in states)
        table.add_row(channel, *numbers, _short(counts["oldest"]) or "-")
    if not report["outbox"]:
        table.add_row("nothing has been alerted yet", "0", "0", "0", "0", "-")
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


def _short(instant: str | None) -> str:
    return f"{instant[:10]} {instant[11:19]}" if instant else ""
