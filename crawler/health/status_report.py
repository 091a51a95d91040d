"""What an operator wants to know at a glance: each source, the outbox, and the sum of it all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crawler import ports
from crawler.health.reports import condition_report
from crawler.schedule.timetable import PlannedPoll, Timetable
from crawler.storage.alerts import outbox_report
from crawler.storage.crawl import documents, runs, subscriptions
from crawler.storage.health.totals import totals
from crawler.storage.stories import articles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.model.conditions import Condition
    from crawler.runtime.services import Services
    from crawler.storage.crawl.documents import PausedDocument
    from crawler.storage.crawl.runs import Run
    from crawler.storage.crawl.subscriptions import Subscription

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What the store holds; nothing at all before there is one."""

    plan: Mapping[str, PlannedPoll]
    last: Mapping[str, Run] = field(default_factory=dict)
    today: Mapping[str, int] = field(default_factory=dict)
    conditions: Sequence[Condition] = ()
    held: Sequence[PausedDocument] = ()
    subscriptions: Sequence[Subscription] = ()
    outbox: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    totals: Mapping[str, Any] = field(default_factory=lambda: _totals({}, {}, {}))


async def report(services: Services, sources: Sequence[Source], *, now: datetime) -> dict[str, Any]:
    """Everything `wirewatch status` shows; times are ISO 8601 in UTC. Creates no store."""
    store = services.store
    is_there = store.is_there
    standing = (
        await _standing(services, sources, now) if is_there else _nothing(services, sources, now)
    )
    return {
        "at": now.isoformat(),
        "store": store.label,
        "store_is_there": is_there,
        "sources": [_source(spider, standing) for spider in sources],
        "conditions": [condition_report.condition_as_dict(one) for one in standing.conditions],
        "documents_on_hold": [_held(one) for one in standing.held],
        "subscriptions": [_subscription(one) for one in standing.subscriptions],
        "outbox": {
            channel: {k: v.isoformat() if k == "oldest" and v else v for k, v in counts.items()}
            for channel, counts in standing.outbox.items()
        },
        "totals": standing.totals,
        "rules_refused": await asyncio.to_thread(ports.rules_refusal, services),
    }


async def _standing(services: Services, sources: Sequence[Source], now: datetime) -> _Standing:
    database = services.database
    sums = await database.read(totals)
    why = await database.read(outbox_report.hindrances)
    pending = await database.read(outbox_report.by_state)
    return _Standing(
        plan=await _plan(services, sources, now),
        last=await database.read(runs.last),
        today=await database.read(
            lambda connection: articles.count_by_source(connection, since=now - _DAY)
        ),
        conditions=await condition_report.open_conditions(services),
        held=await database.read(
            lambda connection: documents.paused_documents(
                connection, [spider.name for spider in sources], now=now
            )
        ),
        subscriptions=await database.read(subscriptions.list_subscriptions),
        outbox={name: {**counts, "why": why.get(name, "")} for name, counts in pending.items()},
        totals=_totals(sums.counts, sums.states, dict(sums.rejected)),
    )


async def _plan(
    services: Services, sources: Sequence[Source], now: datetime
) -> dict[str, PlannedPoll]:
    """As a daemon has written it down; else as one would."""
    plan = await Timetable(services).plan(sources, now)
    written = await services.database.read(runs.planned)
    return {name: replace(one, at=written.get(name, one.at)) for name, one in plan.items()}


def _nothing(services: Services, sources: Sequence[Source], now: datetime) -> _Standing:
    start = services.config.crawl.interval
    return _Standing(
        plan={one.name: PlannedPoll(at=now, interval=one.interval or start) for one in sources}
    )


def _source(spider: Source, standing: _Standing) -> dict[str, Any]:
    run = standing.last.get(spider.name)
    planned = standing.plan[spider.name]
    return {
        "name": spider.name,
        "title": spider.title,
        "last_run": run.started_at.isoformat() if run and run.started_at else None,
        "outcome": run.outcome if run else None,
        "next_run": planned.at.isoformat(),
        "interval_seconds": None if spider.cron else planned.interval.total_seconds(),
        "new_articles_24h": standing.today.get(spider.name, 0),
        "last_error": run.reason if run else "",
        "counts": dict(run.counts) if run else {},
    }


def _held(one: PausedDocument) -> dict[str, Any]:
    return {
        "source": one.source,
        "url": one.url,
        "until": one.until.isoformat(),
        "failures": one.failures,
        "reason": one.error,
    }


def _subscription(one: Subscription) -> dict[str, Any]:
    return {
        "source": one.source,
        "document": one.document,
        "state": one.state,
        "lease_until": one.lease_until.isoformat() if one.lease_until else None,
        "delivered": one.delivered,
        "refused": one.refused,
        "error": one.error,
    }


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
