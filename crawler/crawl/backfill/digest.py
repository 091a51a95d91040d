"""Digest of a backfill: one message about all that it flagged."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crawler.config import routing
from crawler.model.alert import DIGEST, Alert, Headline
from crawler.storage.alerts import outbox
from crawler.storage.crawl import shards
from crawler.storage.crawl.backfills import flagged

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.config.config import Config
    from crawler.storage.crawl.backfills import BackfillJob
    from crawler.storage.database import Connection

_TOP = 10  # stories that a digest names


def enqueue_digest(
    connection: Connection, *, job: BackfillJob, config: Config, now: datetime
) -> None:
    """Queue it for its channels, in the transaction that ends the job: once, or not at all."""
    count, best = flagged(connection, job.id, limit=_TOP)
    days = f"{job.since} to {job.until}"
    stored = Counter[str]()
    for shard in shards.counts(connection, job.id):
        stored.update(shard)
    alert = Alert(
        story_id=0,
        kind=f"{DIGEST}-{job.id}",
        source_name=job.source,
        source_title=job.source or "all sources",
        country="",
        url="",
        title=f"Backfill {job.id}, {days}: {count} stories flagged",
        published=None,
        first_seen=job.created_at,
        lead=f"{stored['extracted']} articles read, {stored['duplicates']} of them reprints.",
        stories=tuple(
            Headline(
                title=one.title,
                url=one.link,
                published_at=one.published_at,
                rule=one.rule,
                score=one.score,
            )
            for one in best
        ),
    )
    for channel in routing.channels(config, alert):
        outbox.enqueue(
            connection,
            story_id=None,
            channel=channel,
            kind=alert.kind,
            payload=alert.to_json(),
            now=now,
        )
