"""In what order runs really took place, though the clock that dated them was set back.

A clock that is put forward is believed: it made them due.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBack:
    """The clock went back by so much; these runs had `begun` and `ended` by then."""

    by: timedelta
    begun: frozenset[int]
    ended: frozenset[int]

    @classmethod
    def of(cls, by: timedelta, runs: Sequence[sa.RowMapping]) -> SetBack:
        """It goes back now, and this is the ledger."""
        begun = frozenset(run["id"] for run in runs if run["started_at"] is not None)
        ended = frozenset(run["id"] for run in runs if run["finished_at"] is not None)
        return cls(by=by, begun=begun, ended=ended)

    def with_those_ahead(self, runs: Iterable[sa.RowMapping], now: datetime) -> SetBack:
        """A moment later: what the ledger dates ahead of the clock came before, too."""
        runs = list(runs)
        return replace(
            self,
            begun=self.begun | {run["id"] for run in runs if _is_after(run["started_at"], now)},
            ended=self.ended | {run["id"] for run in runs if _is_after(run["finished_at"], now)},
        )


def _is_after(at: datetime | None, now: datetime) -> bool:
    return at is not None and at > now


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """A run that took place: from when to when, by a clock that was never set back."""

    run: sa.RowMapping
    begun: datetime
    ended: datetime


def took_place(runs: Iterable[sa.RowMapping], set_backs: Sequence[SetBack]) -> list[Took]:
    """Those of these runs that have begun and ended, in the order in which they began."""
    found = []
    for run in runs:
        if run["started_at"] is None or run["finished_at"] is None:
            continue
        begun = sum((one.by for one in set_backs if run["id"] not in one.begun), timedelta())
        ended = sum((one.by for one in set_backs if run["id"] not in one.ended), timedelta())
        found.append(
            Took(run=run, begun=run["started_at"] + begun, ended=run["finished_at"] + ended)
        )
    return sorted(found, key=lambda one: one.begun)
