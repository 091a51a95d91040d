"""Prometheus metrics of a process; docs/metrics.md says what each name means.

The labels take few values: sources and channels that are configured, and words that are listed
here. Nothing that a page says becomes one.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder

from crawler.model.alert import STORY
from crawler.model.items import Precision, Relation
from crawler.storage.crawl.runs import FAILED, READ, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from crawler.model.alert import Alert
    from crawler.model.conditions import ConditionKind
    from crawler.model.items import Article, Instant

POLL_OUTCOMES = (*READ, SKIPPED, FAILED)
ALERT_OUTCOMES = ("sent", "again", "dead")
#: What a poll counts, and the stage that it is counted as; "rejected: WHY" is `rejected`.
_STAGES = {
    "entries": "entry",
    "fetched": "fetched",
    "extracted": "extracted",
    "duplicates": "duplicate",
    "failed": "failed",
}
_POLL_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
_LAGS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_DELAYS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 6 * 3600, 24 * 3600)


class Metrics:
    """One process's numbers, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry(auto_describe=True)
        self._channels: set[str] = set()
        self._open: set[tuple[str, ConditionKind]] = set()
        ProcessCollector(registry=registry)
        build = Gauge("wirewatch_build_info", "Always 1.", ["version"], registry=registry)
        build.labels(version("wirewatch")).set(1)
        self._polls = Counter(
            "wirewatch_polls", "Polls that ended.", ["source", "outcome"], registry=registry
        )
        self._poll_seconds = Histogram(
            "wirewatch_poll_duration_seconds",
            "How long a poll took, without those that were skipped.",
            ["source"],
            buckets=_POLL_SECONDS,
            registry=registry,
        )
        self._last_done = Gauge(
            "wirewatch_last_done_poll_timestamp_seconds",
            "When a poll was last done; absent until one is.",
            ["source"],
            registry=registry,
        )
        self._pages = Counter(
            "wirewatch_pages", "Pages that came to a stage.", ["source", "stage"], registry=registry
        )
        self._delays = Histogram(
            "wirewatch_stage_delay_seconds",
            "News: seen after it was published, stored and flagged after it was seen.",
            ["source", "stage"],
            buckets=_DELAYS,
            registry=registry,
        )
        self._alerts = Counter(
            "wirewatch_alerts", "Tries at delivery.", ["channel", "outcome"], registry=registry
        )
        self._delivery = Histogram(
            "wirewatch_delivery_delay_seconds",
            "Delivered after it was written to the outbox.",
            ["channel"],
            buckets=_DELAYS,
            registry=registry,
        )
        self._published_to_delivered = Histogram(
            "wirewatch_published_to_delivered_seconds",
            "A story's first message: delivered after the article was published.",
            ["channel"],
            buckets=_DELAYS,
            registry=registry,
        )
        self._waiting = Gauge(
            "wirewatch_outbox_undelivered",
            "Messages that are due or under way.",
            ["channel"],
            registry=registry,
        )
        self._oldest = Gauge(
            "wirewatch_outbox_oldest_seconds",
            "Age of the oldest undelivered message; 0 where there is none.",
            ["channel"],
            registry=registry,
        )

        self._lag = Histogram(
            "wirewatch_loop_lag_seconds",
            "How late the event loop came to a task that was due, looked at 20 times a second.",
            buckets=_LAGS,
            registry=registry,
        )
        self._worst_lag = Gauge(
            "wirewatch_loop_lag_max_seconds",
            "The longest that the event loop was held up since the start.",
            registry=registry,
        )
        self.worst_lag = 0.0
        self._conditions = Gauge(
            "wirewatch_condition",
            "1 while a condition is open, 0 once it is over.",
            ["source", "condition"],
            registry=registry,
        )

    def lagged(self, seconds: float) -> None:
        """The event loop was so late."""
        self._lag.observe(seconds)
        if seconds > self.worst_lag:
            self.worst_lag = seconds
            self._worst_lag.set(seconds)

    def expect(self, sources: Iterable[str], channels: Iterable[str]) -> None:
        """Count these from nought: a rate needs to see the first one, too."""
        for source in sources:
            for outcome in POLL_OUTCOMES:
                self._polls.labels(source, outcome)
        for channel in channels:
            self._channels.add(channel)
            for outcome in ALERT_OUTCOMES:
                self._alerts.labels(channel, outcome)

    def polled(
        self,
        source: str,
        outcome: str,
        counts: Mapping[str, int],
        *,
        began: datetime,
        ended: datetime,
    ) -> None:
        self._polls.labels(source, outcome).inc()
        if outcome != SKIPPED:
            self._poll_seconds.labels(source).observe(_seconds(began, ended))
        if outcome in READ:
            self._last_done.labels(source).set(ended.timestamp())
        for what, number in counts.items():
            stage = "rejected" if what.startswith("rejected: ") else _STAGES.get(what)
            if stage is not None:
                self._pages.labels(source, stage).inc(number)

    def skipped(self, source: str) -> None:
        """A planned poll that did not begin."""
        self._polls.labels(source, SKIPPED).inc()

    def ails(self, source: str, kinds: Collection[ConditionKind]) -> None:
        """These conditions of a source are open, and no others."""
        told = {kind for name, kind in self._open if name == source}
        for kind in {*told, *kinds}:
            self._open.add((source, kind))
            self._conditions.labels(source, kind.value).set(kind in kinds)

    def stored(self, article: Article, now: datetime) -> None:
        """It is committed, with what the rules found. Only news is timed, not the past."""
        page = article.page
        stages = ("stored", "flagged") if article.matches else ("stored",)
        for stage in stages:
            self._pages.labels(page.source, stage).inc()
        membership = article.membership
        revised = membership is not None and membership.relation is Relation.REVISION
        if page.baseline or page.not_after is not None or revised:
            return
        if published := _timed(article.content.published):
            seen = _seconds(published, page.first_seen)
            self._delays.labels(page.source, "seen").observe(seen)
        for stage in stages:
            self._delays.labels(page.source, stage).observe(_seconds(page.first_seen, now))

    def delivered(self, channel: str, alert: Alert, *, created: datetime, now: datetime) -> None:
        self._alerts.labels(channel, "sent").inc()
        self._delivery.labels(channel).observe(_seconds(created, now))
        if alert.kind == STORY and (published := _timed(alert.published)):
            delay = _seconds(published, now)
            self._published_to_delivered.labels(channel).observe(delay)

    def undelivered(self, channel: str, outcome: str) -> None:
        """A try that did not deliver: `again` where another follows, else `dead`."""
        self._alerts.labels(channel, outcome).inc()

    def waiting(self, outbox: Mapping[str, tuple[int, datetime]], now: datetime) -> None:
        """How many wait in the outbox by channel, and since when; none where it is not named."""
        self._channels |= outbox.keys()
        for channel in self._channels:
            count, oldest = outbox.get(channel, (0, now))
            self._waiting.labels(channel).set(count)
            self._oldest.labels(channel).set(_seconds(oldest, now))

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All of it in the format that the Accept header prefers, and its content type."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type


def _timed(published: Instant | None) -> datetime | None:
    """When it was published, where the time of day is known."""
    return None if published is None or published.precision is Precision.DAY else published.at


def _seconds(since: datetime, until: datetime) -> float:
    # A site's clock may be ahead of ours.
    return max(0.0, (until - since).total_seconds())
