"""Status report: the daemon, each source, what ails, the outbox and the totals, as one value.

`wirewatch status`, `sources` and `top`, the daily message and Slack all draw this.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.health.daemon_status import DaemonState, DaemonStatus
from crawler.storage.alerts.outbox import STATES
from crawler.storage.health.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from crawler.health.source_summary import SourceHealth
    from crawler.model.conditions import Condition
    from crawler.storage.crawl.documents import PausedDocument
    from crawler.storage.crawl.runs import Run
    from crawler.storage.crawl.subscriptions import Subscription
    from crawler.storage.health.live_stats import Waiting

HOURS = 24  # that the articles of a source are counted by


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A source: what it comes to, its last and its next poll, what it brought.

    `interval` is None where a cron expression says when; `by_hour` are the articles that polls (no
    backfill) stored in each of the last 24 hours, the oldest first.
    """

    name: str
    title: str = ""
    health: SourceHealth
    next_run: datetime
    interval: timedelta | None
    by_hour: tuple[int, ...] = ()
    last: Run | None = None
    newest: datetime | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def ails(self) -> bool:
        return self.health.ails

    @property
    def stored(self) -> int:
        return sum(self.by_hour)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """One state of everything; what stands below `outbox` is of a whole report only."""

    at: datetime
    store: str
    store_is_there: bool = True
    daemon: DaemonStatus = field(default_factory=DaemonStatus)
    sources: tuple[SourceStatus, ...] = ()
    in_flight: tuple[Run, ...] = ()
    conditions: tuple[Condition, ...] = ()
    outbox: Mapping[str, Waiting] = field(default_factory=dict)
    documents_on_hold: tuple[PausedDocument, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    totals: Totals = field(default_factory=Totals)
    rules_refused: str = ""

    @property
    def is_running(self) -> bool:
        return self.daemon.state is DaemonState.RUNNING

    @property
    def ailing(self) -> list[SourceStatus]:
        return [one for one in self.sources if one.ails]

    @property
    def waiting(self) -> int:
        """Alerts that are due, under way or held."""
        states = (*STATES[:2], "held")
        return sum(one.counts.get(state, 0) for one in self.outbox.values() for state in states)

    @property
    def wrong(self) -> list[str]:
        """A line for each thing that somebody should look at; none where all is well."""
        daemon = [] if self.is_running else [str(self.daemon)]
        ours = [f"{one.kind}: {one.detail}" for one in self.conditions if not one.source]
        shared = shared_causes(self.ailing)
        told = {one.name for cause in shared for one in cause.sources}
        others = [f"{one.name}: {one.health.said}" for one in self.ailing if one.name not in told]
        rules = ["rules as edited are not in use"] if self.rules_refused else []
        return [*daemon, *ours, *map(str, shared), *others, *rules]

    def to_json(self) -> dict[str, Any]:
        """The report for machines; times are ISO 8601 in UTC."""
        return {
            "at": self.at.isoformat(),
            "daemon": self.daemon.to_json(),
            "wrong": self.wrong,
            "store": self.store,
            "store_is_there": self.store_is_there,
            "sources": [_source(one) for one in self.sources],
            "conditions": [one.to_json() for one in self.conditions],
            "documents_on_hold": [_held(one) for one in self.documents_on_hold],
            "subscriptions": [_subscription(one) for one in self.subscriptions],
            "outbox": {name: _channel(one) for name, one in self.outbox.items()},
            "totals": self.totals.to_json(),
            "rules_refused": self.rules_refused,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCause:
    """Sources whose last poll failed alike: by what, as the first of them says it, and why."""

    cause: str
    sources: tuple[SourceStatus, ...]
    said: str
    likely: str

    def __str__(self) -> str:
        likely = f" {self.likely}" if self.likely else ""
        return f"{len(self.sources)} sources: {self.cause}.{likely} Such as {self.said}"


_MANY = 3  # sources with one cause are told in one line
_LIKELY = {
    "dns": "Likely this machine's DNS or network, if others are not reached either.",
    "timeout": "Likely this machine's network or proxy, or a slow line.",
    "refused": "Likely a proxy or firewall of this machine.",
    "connection": "Likely this machine's network, firewall or proxy.",
    "cut": "Likely this machine's network or proxy.",
    "robots-unreadable": "Likely this machine's network or proxy.",
    "certificate": "Likely this machine's clock, or a proxy that stands between.",
    "http-407": "The proxy asks for a password.",
    "http-429": "Likely polled too often from this address.",
}


def shared_causes(sources: Sequence[SourceStatus]) -> list[SharedCause]:
    """What several sources failed of at their last poll, the most common first."""
    failed = [one for one in sources if one.health.cause]
    counts = Counter(one.health.cause for one in failed)
    found = []
    for cause, count in counts.most_common():
        if count >= _MANY:
            alike = tuple(one for one in failed if one.health.cause == cause)
            said = next((one.last.reason for one in alike if one.last), "")
            likely = _LIKELY.get(cause, "")
            found.append(SharedCause(cause=cause, sources=alike, said=said, likely=likely))
    return found


def last_errors(sources: Sequence[SourceStatus]) -> Iterator[str]:
    """A line for each cause that several sources share, then one for each other that failed."""
    told: set[str] = set()
    for shared in shared_causes(sources):
        told.update(one.name for one in shared.sources)
        yield f"last error of {shared}"
    for one in sources:
        if one.name not in told and one.last is not None and one.last.reason:
            yield f"{one.name}: last error: {one.last.reason}"


def _source(one: SourceStatus) -> dict[str, Any]:
    run = one.last
    return {
        "name": one.name,
        "title": one.title,
        "last_run": run.started_at.isoformat() if run and run.started_at else None,
        "outcome": run.outcome if run else None,
        "next_run": one.next_run.isoformat(),
        "interval_seconds": None if one.interval is None else one.interval.total_seconds(),
        "new_articles_24h": one.stored,
        "last_error": run.reason if run else "",
        "counts": dict(run.counts) if run else {},
        "health": one.health.to_json(),
        "ails": one.ails,
    }


def _channel(one: Waiting) -> dict[str, Any]:
    counts = {state: one.counts.get(state, 0) for state in STATES}
    return {**counts, "oldest": one.oldest.isoformat() if one.oldest else None, "why": one.why}


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
