"""Review of floods: what a source flooded us with is listed, released, or discarded.

Each is one transaction, and a running daemon goes by it within a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.delivery.hold_policy import HoldPolicy
from alerts.delivery.hold_queue import HoldQueue
from crawler.model.alert import STORY
from crawler.storage.alerts import holds
from crawler.storage.alerts.holds import FLOOD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.config.config import Config
    from crawler.storage.alerts.holds import Waiting
    from crawler.storage.database import Connection, Database

SINGLY = 5  # alerts of a channel that are sent one by one; more are one digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What waits of one source: headlines of its stories, the oldest first."""

    source: str
    since: datetime
    headlines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided on in one channel; `digest` is where it will be said, "" one by one."""

    channel: str
    stories: int
    digest: bool = False


async def held(database: Database) -> list[Held]:
    """By source, the one that has waited longest first."""

    def look(connection: Connection) -> list[Held]:
        of: dict[str, dict[int, Waiting]] = {}
        for channel in holds.channels_holding(connection, FLOOD):
            for row in _firsts(holds.held(connection, channel)):
                of.setdefault(_source(row), {}).setdefault(row.story_id or 0, row)
        return [_held(source, stories.values()) for source, stories in of.items()]

    return sorted(await database.read(look), key=lambda one: one.since)


async def release(
    database: Database, config: Config, source: str, *, now: datetime
) -> list[Decided]:
    """Let what is held of a source go out, or of all where it is "": a digest where it is much."""
    policies = {one.name: HoldPolicy.of(one, config) for one in config.channels}

    def decide(connection: Connection) -> list[Decided]:
        decided = []
        for channel in holds.channels_holding(connection, FLOOD):
            firsts, ids = _chosen(connection, channel, source)
            if len(firsts) > SINGLY:
                rows = [row for row in holds.held(connection, channel) if row.id in ids]
                queue = HoldQueue(
                    database, channel, policies.get(channel, HoldPolicy()), lambda: now
                )
                queue.send_digest(connection, rows, {FLOOD}, now)
                _said_with(connection, channel, firsts)
            else:
                holds.let_go(connection, ids)
            digest = len(firsts) > SINGLY
            decided.append(Decided(channel=channel, stories=len(firsts), digest=digest))
        return [one for one in decided if one.stories]

    return await database.write(decide)


async def discard(database: Database, source: str, *, now: datetime) -> list[Decided]:
    """Mute what is held of a source, or of all where it is "", and what follows it."""

    def decide(connection: Connection) -> list[Decided]:
        decided = []
        for channel in holds.channels_holding(connection, FLOOD):
            firsts, ids = _chosen(connection, channel, source)
            later = holds.following(connection, [row.story_id or 0 for row in firsts], channel)
            holds.mute(connection, {*ids, *(row.id for row in later)}, FLOOD, now)
            decided.append(Decided(channel=channel, stories=len(firsts)))
        return [one for one in decided if one.stories]

    return await database.write(decide)


def _chosen(connection: Connection, channel: str, source: str) -> tuple[list[Waiting], set[int]]:
    """The first messages of the source's stories, and the ids of all that is held of these."""
    rows = [row for row in holds.held(connection, channel) if row.held_for == FLOOD]
    firsts = [row for row in _firsts(rows) if not source or _source(row) == source]
    stories = {row.story_id for row in firsts}
    return firsts, {row.id for row in rows if row.story_id in stories}


def _said_with(connection: Connection, channel: str, firsts: Iterable[Waiting]) -> None:
    """What follows on what a digest says is said with it, where nobody has held it yet."""
    stories = {row.story_id or 0 for row in firsts}
    opened = holds.openings(connection, channel, stories)
    said = {row["id"]: row["said_in"] for row in opened.values() if row["state"] == "digested"}
    for row in holds.following(connection, stories, channel):
        if kind := said.get(row.parent_id):
            holds.digested(connection, [row.id], kind)


def _firsts(rows: Iterable[Waiting]) -> list[Waiting]:
    return [row for row in rows if row.held_for == FLOOD and row.kind == STORY]


def _source(row: Waiting) -> str:
    return str(row.payload.get("source_name", ""))


def _held(source: str, rows: Iterable[Waiting]) -> Held:
    oldest = sorted(rows, key=lambda row: row.created_at)
    headlines = tuple(str(row.payload.get("title", "")) for row in oldest)
    return Held(source=source, since=oldest[0].created_at, headlines=headlines)
