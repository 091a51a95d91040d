"""Hold policy: what a channel keeps back and for how long, without a store or a clock.

A mute comes first, for who set it meant it. What is urgent is never held. Then, in this order: a
channel of digests holds everything, quiet hours hold, and a storm does. What a source floods us
with was held before it came here, and stays so until somebody has looked at it
(`alerts.delivery.flood_review`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.config.cron import next_after
from crawler.config.routing import rank
from crawler.config.times import Budget, Quiet
from crawler.storage.alerts.holds import FLOOD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from crawler.config.config import Config
    from crawler.config.models import ChannelConfig
    from crawler.model.alert import Alert

QUIET = "quiet hours"
DIGEST = "digest"
STORM = "storm"
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPolicy:
    """As the channel's table declares it; by default nothing is held."""

    zone: ZoneInfo = _UTC
    quiet: tuple[Quiet, ...] = ()
    digest: str = ""
    budget: Budget | None = None
    urgent: frozenset[int] = frozenset()  # ranks of severities

    @classmethod
    def of(cls, declared: ChannelConfig, config: Config) -> HoldPolicy:
        return cls(
            zone=ZoneInfo(declared.timezone or config.alerts.timezone),
            quiet=tuple(Quiet.parse(hours) for hours in declared.quiet),
            digest=declared.digest,
            budget=Budget.parse(declared.budget) if declared.budget else None,
            urgent=frozenset(rank(severity) for severity in declared.urgent),
        )

    @property
    def holds_nothing(self) -> bool:
        return not (self.quiet or self.digest or self.budget)

    def is_quiet(self, now: datetime) -> bool:
        local = now.astimezone(self.zone)
        return any(hours.holds(local) for hours in self.quiet)

    def is_urgent(self, alert: Alert) -> bool:
        return rank(alert.severity) in self.urgent

    def is_due(self, held_for: str, since: datetime, now: datetime) -> bool:
        """Whether what was held since then is to be said now."""
        if held_for == FLOOD or self.is_quiet(now):
            return False
        if held_for == DIGEST and self.digest:
            return next_after(self.digest, self.zone, since) <= now
        if held_for == STORM and self.budget:
            return since + self.budget.span <= now
        return True  # the quiet hours are over, or what held it is not configured any more


def fair(rules: Sequence[str], said: Iterable[str], room: int) -> set[int]:
    """Which `room` of these alerts, given by their rules in order, may be said one by one.

    The next place always goes to the rule that has had the fewest, `said` included.
    """
    had = Counter(said)
    waiting: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        waiting.setdefault(rule, []).append(place)
    chosen: set[int] = set()
    while waiting and len(chosen) < room:
        rule = min(waiting, key=lambda name: (had[name], waiting[name][0]))
        chosen.add(waiting[rule].pop(0))
        had[rule] += 1
        if not waiting[rule]:
            del waiting[rule]
    return chosen
