"""Tell the operators of a condition of the installation: raised, changed, over, in one message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.conditions import Kind
from crawler.life.wording import at, span
from crawler.notices import amend, tell

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.conditions import Condition
    from crawler.config import Config
    from crawler.storage.outbox import Outbox

_TITLES = {
    Kind.DISK: "The disk of the store is nearly full",
    Kind.UNDELIVERED: "Alerts are not delivered",
}
_TODO = {
    Kind.DISK: "To do: make room; `wirewatch db prune` takes out what is old.",
    Kind.UNDELIVERED: "To do: `wirewatch alerts test` tries the channels. Nothing is lost: they "
    "wait, and go out once it is mended.",
}


def raised(
    connection: Connection, outbox: Outbox, config: Config, condition: Condition, *, now: datetime
) -> None:
    """It has begun, or has come back."""
    key, title, text = _key(condition), _title(condition), _text(condition)
    if condition.times == 1:
        tell(connection, outbox, config, key=key, title=title, text=text, now=now)
        return
    again = f"Again: {condition.detail}"
    amend(connection, outbox, config, key=key, title=title, text=text, now=now, reply=again)


def updated(
    connection: Connection, outbox: Outbox, config: Config, condition: Condition, *, now: datetime
) -> None:
    """It goes on, and looks otherwise."""
    amend(
        connection,
        outbox,
        config,
        key=_key(condition),
        title=_title(condition),
        text=_text(condition),
        now=now,
    )


def cleared(
    connection: Connection, outbox: Outbox, config: Config, condition: Condition, *, now: datetime
) -> None:
    """It is over."""
    amend(
        connection,
        outbox,
        config,
        key=_key(condition),
        title=f"Over: {_title(condition).lower()}",
        text=f"From {at(condition.raised_at)} to {at(now)}.\nLast: {condition.detail}",
        now=now,
        reply=f"Over after {span(now - condition.raised_at)}.",
    )


def _key(condition: Condition) -> str:
    return f"condition-{condition.id}"


def _title(condition: Condition) -> str:
    return _TITLES.get(condition.kind, condition.kind.value)


def _text(condition: Condition) -> str:
    since = f"Since {at(condition.raised_at)}."
    return "\n".join(filter(None, (condition.detail, since, _TODO.get(condition.kind, ""))))
