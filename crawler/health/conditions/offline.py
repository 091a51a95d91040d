"""Offline detection: where nothing can be reached, that is one condition of the installation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.health.conditions.document_failures import CONNECTION
from crawler.storage.crawl.runs import FAILED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.storage.crawl.runs import Run

WINDOW = timedelta(minutes=15)
_SOURCES = 3
_SHARE = 0.9
_FAILED = "failed documents: "


def judge_offline(polls: Iterable[Run], *, since: datetime | None) -> str | None:
    """What to say of it; None where something was reached, "" where the polls do not tell.

    `polls` are the newest of each source within `WINDOW`; `since` is when it was raised: then what
    was reached before it does not count.
    """
    met = {"reached": 0, "down": 0, "other": 0}
    slugs: set[str] = set()
    for poll in polls:
        failed = {key.removeprefix(_FAILED) for key in poll.counts if key.startswith(_FAILED)}
        if poll.counts.get("documents"):
            met["reached"] += since is None or (poll.started_at or poll.planned_at) >= since
        elif failed and failed <= CONNECTION:
            met["down"] += 1
            slugs |= failed
        elif failed or poll.outcome == FAILED:
            met["other"] += 1
    if met["reached"]:
        return None
    total = met["down"] + met["other"]
    if since is not None or total < _SOURCES or met["down"] < _SHARE * total:
        return ""
    return (
        f"{met['down']} of {total} sources that were asked in the last 15 minutes could not be "
        f"reached ({', '.join(sorted(slugs))}), and the rest gave nothing"
    )
