"""Replay: what the rules as they are would have made of the articles that are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.storage.stories.articles import matches_of, stored_since

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.storage.database import Connection, RowMapping
    from pipelines.rules import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A rule that would fire on an article and did not, or the other way about."""

    rule: str
    article: int
    story: int
    title: str
    url: str
    score: float
    why: str


@dataclass(slots=True, kw_only=True)
class Replay:
    """`kept` counts matches that stay."""

    seen: int = 0
    kept: int = 0
    added: list[Change] = field(default_factory=list)
    removed: list[Change] = field(default_factory=list)


def replay(
    connection: Connection,
    rule_set: RuleSet,
    *,
    since: datetime,
    until: datetime | None = None,
) -> Replay:
    """Judge every article stored since then, and before `until`, again. Nothing is written."""
    done = Replay()
    for batch in stored_since(connection, since, until):
        stored = matches_of(connection, [row["id"] for row in batch])
        for row in batch:
            done.seen += 1
            _compare(done, rule_set, row, stored.get(row["id"], {}))
    return done


def _compare(
    done: Replay, rule_set: RuleSet, row: RowMapping, before: dict[str, RowMapping]
) -> None:
    found = rule_set.match(
        row["title"],
        row["text"],
        row["language"] or "",
        source=row["source"],
        credit=row["credit"] or "",
    )
    now = {match.rule: match for match in found.matches}
    done.kept += len(now.keys() & before.keys())
    for rule in sorted(now.keys() - before.keys()):
        done.added.append(_change(row, rule, now[rule].score, now[rule].reason))
    for rule in sorted(before.keys() - now.keys()):
        was = before[rule]
        reason = (was["receipt"] or {}).get("reason", "")
        done.removed.append(_change(row, rule, was["score"], reason))


def _change(row: RowMapping, rule: str, score: float, why: str) -> Change:
    return Change(
        rule=rule,
        article=row["id"],
        story=row["story_id"],
        title=row["title"],
        url=row["link"],
        score=score,
        why=why,
    )
