"""The totals of a store: what its articles, pages and alerts amount to since it was made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.crawl import runs
from crawler.storage.schema import articles, matches, outbox, pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """`counts` of polls and articles; pages by state (`states`), and those `rejected` by reason."""

    counts: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What was discovered, and what became of it."""
        counts, states = self.counts, self.states
        stored, duplicate = counts.get("stored", 0), states.get("duplicate", 0)
        return {
            "polled": counts.get("polled", 0),
            "fetched": counts.get("fetched", 0),
            "discovered": sum(states.values()),
            "extracted": stored + duplicate,
            "stored": stored,
            "duplicates": counts.get("reprints", 0) + duplicate,
            "flagged": counts.get("flagged", 0),
            "alerted": counts.get("alerted", 0),
            "pending": states.get("pending", 0),
            "failed": states.get("failed", 0),
            "rejected": dict(self.rejected),
        }


def totals(connection: Connection) -> Totals:
    """Everything, in one transaction; reasons of rejection by how often they were met with."""
    by_state = sa.select(pages.c.state, sa.func.count()).group_by(pages.c.state)
    by_reason = (
        sa.select(pages.c.reason, sa.func.count())
        .where(pages.c.state == "rejected")
        .group_by(pages.c.reason)
        .order_by(sa.func.count().desc(), pages.c.reason)
    )
    return Totals(
        counts=runs.totals(connection) | _of_articles(connection),
        states=dict(connection.execute(by_state).all()),
        rejected=dict(connection.execute(by_reason).all()),
    )


def _of_articles(connection: Connection) -> dict[str, int]:
    told = sa.func.count(sa.distinct(outbox.c.story_id))
    queries = {
        "stored": sa.select(sa.func.count()).select_from(articles),
        "reprints": sa.select(sa.func.count()).where(articles.c.relation == "reprint"),
        "flagged": sa.select(sa.func.count(sa.distinct(matches.c.article_id))),
        "alerted": sa.select(told.filter(outbox.c.state.in_(("sent", "digested")))),
    }
    return {name: connection.scalar(query) or 0 for name, query in queries.items()}
