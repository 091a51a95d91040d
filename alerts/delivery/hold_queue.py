"""Hold queue: what a channel is not told now, sent as one digest when its time has come.

Before each claim the channel's rows that nobody has tried are looked at, and those that are held.
What is decided is written in the transaction of the claim: a row is held, muted, said in a digest
that is put into the outbox, or let pass. Only what was let pass may be claimed, so what others
commit meanwhile goes by no decision but its own; a restart loses nothing and says nothing twice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from alerts.delivery.digest import digest, kind_of, rule_of
from alerts.delivery.hold_policy import DIGEST, QUIET, STORM, HoldPolicy, fair
from crawler.config.routing import misses
from crawler.model.alert import STORY, Alert, Unreadable
from crawler.storage.alerts import holds, outbox
from crawler.storage.alerts.mutes import in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from crawler.model.clock import Clock
    from crawler.storage.alerts.holds import Waiting
    from crawler.storage.alerts.mutes import Mute
    from crawler.storage.database import Connection, Database

logger = logging.getLogger(__name__)

_LOOK = 500  # rows that are decided on at once
_GLANCE = 20  # where only mutes may keep something back: the next to be sent are enough


@dataclass(slots=True)
class _Plan:
    """What is to be written: why each row is held or muted, and what is to be said now."""

    held: dict[int, str] = field(default_factory=dict)
    muted: dict[int, str] = field(default_factory=dict)
    told: dict[int, str] = field(default_factory=dict)  # in which digest their story was said
    due: set[str] = field(default_factory=set)
    seen: list[int] = field(default_factory=list)  # every row that was decided on

    @property
    def passed(self) -> frozenset[int]:
        """The rows that may be sent now."""
        return frozenset(self.seen) - {*self.held, *self.muted, *self.told}

    @property
    def is_empty(self) -> bool:
        return not (self.held or self.muted or self.told or self.due)


class HoldQueue:
    """What one channel holds."""

    def __init__(self, database: Database, channel: str, policy: HoldPolicy, clock: Clock) -> None:
        self._database = database
        self._channel = channel
        self._policy = policy
        self._clock = clock

    async def settle(self) -> None:
        """Release what is due, then hold or mute what is to be kept back."""
        now = self._clock()
        # Asking first: a write takes SQLite's only lock.
        if await self._database.read(lambda connection: self.has_work(connection, now)):
            await self._database.write(lambda connection: self.decide(connection, now))

    def has_work(self, connection: Connection, now: datetime) -> bool:
        """Would a decision change a row?"""
        return not self._plan(connection, now).is_empty

    def decide(self, connection: Connection, now: datetime) -> frozenset[int]:
        """Do the same on this connection; returns the untried rows that may be claimed on it."""
        plan = self._plan(connection, now)
        if plan.due:
            self._release(connection, plan.due, now)
            plan = self._plan(connection, now)
        for said_in, ids in _by_value(plan.told).items():
            holds.digested(connection, ids, said_in)
        for written, rows in ((holds.hold, plan.held), (holds.mute, plan.muted)):
            for reason, ids in _by_value(rows).items():
                written(connection, ids, reason, now)
                logger.info(
                    "alerts kept back channel=%s count=%d for=%s", self._channel, len(ids), reason
                )
        return plan.passed

    # -- to be held ----------------------------------------------------------------------------

    def _plan(self, connection: Connection, now: datetime) -> _Plan:
        plan = _Plan()
        since = holds.holding_since(connection, self._channel)
        plan.due = {why for why, at in since.items() if self._policy.is_due(why, at, now)}
        limit = _GLANCE if self._policy.holds_nothing else _LOOK
        rows = holds.untried(connection, self._channel, limit=limit)
        plan.seen = [row.id for row in rows]
        # After the rows: whoever mutes and then enqueues is heard in this order.
        mutes = in_force(connection, now)
        if self._policy.holds_nothing and not mutes:
            return plan
        rows += holds.unready(connection, self._channel, limit=limit)
        follow_ups = [row for row in rows if row.story_id is not None and row.kind != STORY]
        stories = _read(row for row in rows if row.kind == STORY)
        plan.muted = _muted(stories.items(), mutes)
        free = {row: alert for row, alert in stories.items() if row.id not in plan.muted}
        plan.held = self._held(connection, free, now)
        if self._policy.is_quiet(now):
            others = _read(row for row in rows if row.kind != STORY)
            calm = (row.id for row, alert in others.items() if not self._policy.is_urgent(alert))
            plan.held |= dict.fromkeys(calm, QUIET)
        self._follow(connection, follow_ups, plan)
        return plan

    def _held(
        self, connection: Connection, stories: Mapping[Waiting, Alert], now: datetime
    ) -> dict[int, str]:
        """Why each of these is held, for those that are."""
        calm = [row for row, alert in stories.items() if not self._policy.is_urgent(alert)]
        if self._policy.digest:
            return dict.fromkeys((row.id for row in calm), DIGEST)
        if self._policy.is_quiet(now):
            return dict.fromkeys((row.id for row in calm), QUIET)
        budget = self._policy.budget
        if budget is None or not calm:
            return {}
        sent = holds.said_since(connection, self._channel, now - budget.span)
        said = [_rule_in(payload) for payload in sent]
        room = budget.count - len(said) - (len(stories) - len(calm))
        chosen = fair([rule_of(stories[row]) for row in calm], said, room)
        return {row.id: STORM for place, row in enumerate(calm) if place not in chosen}

    def _follow(self, connection: Connection, follow_ups: Sequence[Waiting], plan: _Plan) -> None:
        """What follows on a message that is kept back, or was said in a digest, is so with it."""
        stories = {row.story_id for row in follow_ups if row.story_id is not None}
        opened = holds.openings(connection, self._channel, stories) if stories else {}
        for row in follow_ups:
            opening = opened.get(row.story_id or 0)
            if opening is None:
                continue
            state, first = opening["state"], opening["id"]
            if muted := plan.muted.get(first) or (state == "muted" and opening["held_for"]):
                plan.held.pop(row.id, None)
                plan.muted[row.id] = muted
            elif held := plan.held.get(first) or (state == "held" and opening["held_for"]):
                plan.held[row.id] = held
            elif state == "digested":
                plan.held.pop(row.id, None)
                plan.told[row.id] = opening["said_in"]

    # -- to be said ----------------------------------------------------------------------------

    def _release(self, connection: Connection, due: set[str], now: datetime) -> None:
        """Say in one digest what was held for these reasons."""
        rows = [row for row in holds.held(connection, self._channel) if row.held_for in due]
        self.send_digest(connection, rows, due, now)

    def send_digest(
        self, connection: Connection, rows: Sequence[Waiting], due: Collection[str], now: datetime
    ) -> None:
        """Say these, held for these reasons, in one digest, and note where they were said.

        What is muted meanwhile is not said.
        """
        stories = {row.story_id for row in rows if row.kind == STORY}
        alerts = _read(row for row in rows if row.story_id in stories)
        # Follow-ups of what was said before, digests of backfills, what nobody can read.
        holds.let_go(connection, [row.id for row in rows if row not in alerts])
        muted = _muted(alerts.items(), in_force(connection, now))
        for reason, ids in _by_value(muted).items():
            holds.mute(connection, ids, reason, now)
        said = {row: alert for row, alert in alerts.items() if row.id not in muted}
        if not said:
            return
        kind = kind_of(min(row.id for row in said))
        alert = digest(
            list(said.values()),
            kind=kind,
            held_for=due,
            since=min(row.created_at for row in said),
            now=now,
            zone=self._policy.zone,
        )
        outbox.enqueue(
            connection,
            story_id=None,
            channel=self._channel,
            kind=kind,
            payload=alert.to_json(),
            now=now,
        )
        holds.digested(connection, [row.id for row in said], kind)
        logger.info("digest channel=%s kind=%s alerts=%d", self._channel, kind, len(said))


def _read(rows: Iterable[Waiting]) -> dict[Waiting, Alert]:
    """The alerts of these rows; without those that cannot be read, which the worker tells."""
    found = {}
    for row in rows:
        try:
            found[row] = Alert.from_json(row.payload)
        except Unreadable:
            continue
    return found


def _rule_in(payload: Mapping[str, Any]) -> str:
    try:
        return rule_of(Alert.from_json(payload))
    except Unreadable:
        return ""


def _by_value(reasons: Mapping[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row_id, reason in reasons.items():
        found.setdefault(reason, []).append(row_id)
    return found


def _muted(alerts: Iterable[tuple[Waiting, Alert]], mutes: Sequence[Mute]) -> dict[int, str]:
    """By row: the first mute that holds for it.

    A story that several rules found is muted once each of them is: who mutes a noisy rule still
    wants what another one says.
    """
    found: dict[int, str] = {}
    for row, alert in alerts:
        each = [replace(alert, matches=(one,)) for one in alert.matches] or [alert]
        holding = [
            next((mute for mute in mutes if not misses(mute.matcher, one)), None) for one in each
        ]
        if first := _all_of(holding):
            found[row.id] = first.held_for
    return found


def _all_of(holding: Sequence[Mute | None]) -> Mute | None:
    """The first of these mutes; None where one is lacking."""
    return None if None in holding else holding[0]
