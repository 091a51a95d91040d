"""Condition lifecycle: where each is raised, updated and cleared, and operators are told.

Everything here is part of the caller's transaction; whoever commits it calls
`alerts_queued`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.health.conditions.advice import advice
from crawler.health.notices import amend_notice, enqueue_notice
from crawler.model.conditions import INSTALLATION, ConditionKind
from crawler.model.formatting import at, roughly
from crawler.storage.health import condition_log

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.model.conditions import Condition
    from crawler.runtime.services import Services
    from crawler.storage.database import Connection

#: A condition is updated at most this often.
RARELY = timedelta(minutes=10)
_OF_THE_INSTALLATION = {
    ConditionKind.OFFLINE: "Nothing can be reached",
    ConditionKind.DISK: "The disk of the store is nearly full",
    ConditionKind.UNDELIVERED: "Alerts are not delivered",
    ConditionKind.CONFIGURATION: "The configuration as edited is not in use",
    ConditionKind.EXTRACTION_DOWN: "No page can be extracted",
}


class ConditionLifecycle:
    """Raises, updates and clears conditions; one for a process. `titles` are those of sources."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._database = services.database
        self.titles: dict[str, str] = {}

    def raised(
        self,
        connection: Connection,
        source: str,
        kind: ConditionKind,
        detail: str,
        *,
        now: datetime,
    ) -> Condition | None:
        """Open a condition and tell of it; None where it is open already."""
        condition = condition_log.open_condition(connection, source, kind, detail, now=now)
        if condition is None:
            return None
        if condition.times > 1:
            self._amend(connection, condition, detail, now=now, reply=f"Again: {_ended(detail)}")
        else:
            enqueue_notice(
                connection,
                self._services.config,
                key=notice_key(condition),
                title=self._title(condition),
                text=self._text(condition, detail),
                now=now,
            )
        return condition

    def updated(
        self, connection: Connection, condition: Condition, detail: str, *, now: datetime
    ) -> bool:
        """It goes on, and what is seen has changed; False where that is no news yet."""
        if not is_update_due(condition, detail, now):
            return False
        condition_log.update_condition(connection, condition, detail, now)
        self._amend(connection, condition, detail, now=now)
        return True

    def cleared(self, connection: Connection, condition: Condition, *, now: datetime) -> bool:
        """It is over; False where somebody else has said so."""
        if not condition_log.clear_condition(connection, condition, now):
            return False
        after = f"after {roughly(now - condition.raised_at)}"
        self._amend(
            connection,
            condition,
            condition.detail,
            now=now,
            title=f"{self._title(condition)}, over {after}",
            text=_ended(condition.detail),
            reply=f"Over {after}.",
        )
        return True

    def _amend(
        self,
        connection: Connection,
        condition: Condition,
        detail: str,
        *,
        now: datetime,
        title: str = "",
        text: str = "",
        reply: str = "",
    ) -> None:
        amend_notice(
            connection,
            self._services.config,
            key=notice_key(condition),
            title=title or self._title(condition),
            text=text or self._text(condition, detail),
            now=now,
            reply=reply,
        )

    def _title(self, condition: Condition) -> str:
        if condition.source == INSTALLATION:
            return _OF_THE_INSTALLATION[condition.kind]
        return f"{self.titles.get(condition.source) or condition.source}: {condition.kind}"

    def _text(self, condition: Condition, detail: str) -> str:
        # What is seen often says itself since when, which is before it was raised.
        zone = ZoneInfo(self._services.config.alerts.timezone)
        since = "" if "since " in detail else f"Since {at(condition.raised_at, zone)}."
        lines = (_ended(detail), since, advice(condition.kind, condition.source))
        return "\n".join(filter(None, lines))


def _ended(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def is_update_due(condition: Condition, detail: str, now: datetime) -> bool:
    """Is it news that this is seen by now?"""
    return detail != condition.detail and now - condition.updated_at >= RARELY


def notice_key(condition: Condition) -> str:
    """Key of the notices about a condition."""
    return f"condition-{condition.id}"
