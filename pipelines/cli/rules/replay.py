"""Replay: what the rules as they are would have made of the articles that are stored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.schema import articles, matches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from pipelines.rules import RuleSet

_BATCH = 500


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


def replay(connection: Connection, rule_set: RuleSet, *, since: datetime) -> Replay:
    """Judge every article stored since then again. Nothing is written."""
    done = Replay()
    for batch in _batches(connection, since):
        stored = _stored(connection, [row["id"] for row in batch])
        for row in batch:
            done.seen += 1
            _compare(done, rule_set, row, stored.get(row["id"], {}))
    return done


def _compare(
    done: Replay, rule_set: RuleSet, row: sa.RowMapping, before: dict[str, sa.RowMapping]
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


def _change(row: sa.RowMapping, rule: str, score: float, why: str) -> Change:
    return Change(
        rule=rule,
        article=row["id"],
        story=row["story_id"],
        title=row["title"],
        url=row["link"],
        score=score,
        why=why,
    )


def _batches(connection: Connection, since: datetime) -> Iterator[list[sa.RowMapping]]:
    last = 0
    while True:
        wanted = (
            sa.select(articles)
            .where(articles.c.stored_at >= since, articles.c.id > last)
            .order_by(articles.c.id)
            .limit(_BATCH)
        )
        batch = list(connection.execute(wanted).mappings())
        if not batch:
            return
        yield batch
        last = batch[-1]["id"]


def _stored(connection: Connection, ids: list[int]) -> dict[int, dict[str, sa.RowMapping]]:
    found: dict[int, dict[str, sa.RowMapping]] = defaultdict(dict)
    wanted = sa.select(matches).where(matches.c.article_id.in_(ids))
    for row in connection.execute(wanted).mappings():
        found[row["article_id"]][row["rule"]] = row
    return found
