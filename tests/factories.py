"""Articles and pages for tests, in as few words as a test needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.config.source import Source
from crawler.model.items import (
    Article,
    Entry,
    Evidence,
    Extracted,
    Instant,
    Match,
    Membership,
    Page,
    Precision,
    Relation,
    ZoneRule,
)
from crawler.storage import schema
from crawler.storage.crawl import processes, runs
from crawler.storage.crawl.runs import ASKED, DONE, Run
from crawler.storage.database import time_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.storage.database import Connection, Database

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def declared(name: str = "wire", **words: Any) -> Source:
    """A source that declares these words; it has a feed where they name nothing to ask."""
    return Source.model_validate({"name": name, "feeds": (f"https://{name}.example/rss",), **words})


def page(url: str = "https://wire.example/news/1", *, baseline: bool = False) -> Page:
    return Page(
        source="wire",
        entry=Entry(url=url),
        canonical_url=url,
        url=url,
        html=b"<html></html>",
        charset="utf-8",
        fetched_at=NOON,
        first_seen=NOON,
        baseline=baseline,
    )


def match() -> Match:
    evidence = Evidence(
        term="counter-terrorism",
        start=0,
        end=17,
        part="text",
        sentence="Counter-terrorism services met.",
        sentence_start=0,
    )
    return Match(
        rule="ct-cooperation",
        version="1",
        title="Counter-terrorism cooperation",
        score=9,
        threshold=6,
        severity="normal",
        topics=("counter-terrorism",),
        reason='"counter-terrorism" with "met" in one sentence',
        evidence=(evidence,),
    )


def article(
    url: str = "https://wire.example/news/1",
    *,
    title: str = "Services met",
    text: str = "Counter-terrorism services met.",
    flagged: bool = False,
    baseline: bool = False,
    age: timedelta = timedelta(minutes=5),
    membership: Membership | None = None,
) -> Article:
    published = Instant(
        at=NOON - age,
        precision=Precision.MINUTE,
        zone_rule=ZoneRule.STATED,
        signal="json-ld",
        stated="",
    )
    return Article(
        page=page(url, baseline=baseline),
        content=Extracted(title=title, text=text, language="en", published=published),
        membership=membership or Membership(relation=Relation.NEW),
        matches=(match(),) if flagged else (),
    )


async def had_run(
    database: Database,
    source: str,
    at: datetime,
    *,
    outcome: str = DONE,
    reason: str = "",
    counts: Mapping[str, int] = MappingProxyType({}),
    cause: str = ASKED,
) -> Run:
    """A run that began and ended at once."""
    run = await database.write(
        lambda connection: runs.begin(connection, source, now=at, cause=cause)
    )
    assert run is not None
    await database.write(
        lambda connection: runs.finish(
            connection, run.id, outcome=outcome, reason=reason, counts=counts, now=at
        )
    )
    return run


def register(connection: Connection, owner: str, *, role: str = processes.RUN) -> None:
    """A process begins; its host and number are those of every other one, as in containers."""
    processes.register(
        connection,
        owner,
        role=role,
        host="wire",
        pid=7,
        version="1.0.0",
        config_path="/etc/wirewatch.toml",
    )


def fall_silent(connection: Connection, process_id: str) -> None:
    """Its last sign of life is just too long ago."""
    late = time_of(connection) - processes.DEAD_AFTER - timedelta(seconds=1)
    connection.execute(
        sa.update(schema.processes).where(schema.processes.c.id == process_id).values(beat_at=late)
    )
