"""Daemon status: whether a daemon runs, and stirs; by the run lock and its heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from crawler.model.formatting import rounded, span
from crawler.storage.crawl.processes import DEAD_AFTER, LOST

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.storage.crawl.processes import Process


class DaemonState(StrEnum):
    RUNNING = "running"
    FROZEN = "frozen"  # it holds the run lock, and gives no sign of life
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonStatus:
    """The daemon that began last; `silence` is how long ago it gave a sign of life.

    `alive` counts the daemons that share the store.
    """

    state: DaemonState = DaemonState.NONE
    process: Process | None = None
    silence: timedelta = timedelta(0)
    up: timedelta = timedelta(0)
    alive: int = 0

    def __str__(self) -> str:
        """The line that a status begins with."""
        one = self.process
        if one is None:
            return "A daemon begins" if self.state is DaemonState.RUNNING else "No daemon has run"
        where = f"on {one.host}, process {one.pid}, {_with(one)}"
        if self.state is DaemonState.FROZEN:
            return f"The daemon has not stirred for {rounded(self.silence)}: it hangs; {where}"
        if self.state is DaemonState.NONE:
            how = "died; its last sign of life was" if one.end in {"", LOST} else "ended"
            return f"No daemon runs; the last one {how} {rounded(self.silence)} ago; it was {where}"
        others = f"; {self.alive - 1} more share the store" if self.alive > 1 else ""
        return f"A daemon has run for {span(self.up)} {where}{others}"

    def to_json(self) -> dict[str, Any]:
        """The daemon for machines; times are ISO 8601 in UTC."""
        one = self.process
        return {
            "state": self.state.value,
            "said": str(self),
            "host": one.host if one else None,
            "pid": one.pid if one else None,
            "version": one.version if one else None,
            "config": one.config_path if one else None,
            "since": one.started_at.isoformat() if one else None,
            "heartbeat_age_seconds": round(self.silence.total_seconds(), 1) if one else None,
            "alive": self.alive,
        }


def judge_daemon(
    newest: Process | None, alive: int, *, is_locked: bool, clock: datetime
) -> DaemonStatus:
    """What the run lock and the newest daemon's heartbeat come to; `clock` is the database's."""
    if newest is None:
        return DaemonStatus(state=DaemonState.RUNNING if is_locked else DaemonState.NONE)
    silence = max(clock - (newest.ended_at or newest.beat_at), timedelta(0))
    if newest.end == LOST:
        silence = max(clock - newest.beat_at, timedelta(0))
    up = clock - newest.started_at
    if not is_locked:
        return DaemonStatus(process=newest, silence=silence, up=up)
    if newest.ended_at is not None and newest.end != LOST:
        return DaemonStatus(state=DaemonState.RUNNING)  # another one, which is not registered yet
    stirs = newest.ended_at is None and silence < DEAD_AFTER
    state = DaemonState.RUNNING if stirs else DaemonState.FROZEN
    return DaemonStatus(state=state, process=newest, silence=silence, up=up, alive=alive)


def _with(one: Process) -> str:
    return one.config_path or "without a configuration file"
