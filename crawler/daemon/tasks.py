"""Periodic tasks of a daemon, in one list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crawler.daemon import retention
from crawler.health.canaries import canary_check
from crawler.health.evaluator import HealthEvaluator
from crawler.health.reports.daily_report import DailyReport
from crawler.health.reports.heartbeat import Heartbeat
from crawler.health.reports.installation import InstallationMonitor
from crawler.health.reports.outage_notices import OutageNotices
from crawler.runtime.periodic_tasks import PeriodicTask
from crawler.runtime.sd_notify import signs_of_life

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crawler.config.source import Source
    from crawler.runtime.services import Services

_MINUTE = 60.0


def daemon_tasks(
    services: Services,
    sources: Sequence[Source],
    parts: Callable[[], Mapping[str, bool]],
) -> list[PeriodicTask]:
    """What the daemon of these services does beside polling these sources.

    `parts` says which parts of the daemon run.
    """
    ops = services.config.ops
    watch = services.once(HealthEvaluator)
    chosen = [
        PeriodicTask(name="health", every=_MINUTE, do=partial(watch.look_around, sources)),
        PeriodicTask(
            name=retention.CHORE, every=retention.EVERY, do=retention.RetentionTask(services).do
        ),
        PeriodicTask(
            name=canary_check.CHORE,
            every=canary_check.EVERY,
            do=canary_check.CanaryCheck(services, sources).do,
        ),
        PeriodicTask(name="installation", every=_MINUTE, do=InstallationMonitor(services).look),
        PeriodicTask(name="gap notices", every=_MINUTE, do=OutageNotices(services, sources).tell),
    ]
    if ops.daily and ops.channels:
        chosen.append(
            PeriodicTask(
                name="daily message", every=_MINUTE, do=DailyReport(services, sources).tell
            )
        )
    if ops.ping is not None:
        ping = Heartbeat(services, sources, parts)
        every = ops.ping_every.total_seconds()
        chosen.append(PeriodicTask(name="ping", every=every, do=ping.ping, daemon_only=True))
    return [*chosen, *signs_of_life()]
