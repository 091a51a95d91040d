"""What the store remembers of how a source did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.crawl.poll.announcement import announce
from crawler.model.items import Entry
from crawler.storage.crawl import documents, pages
from crawler.storage.health.source_stats import failing, polls_since, record
from tests.factories import had_run

if TYPE_CHECKING:
    from crawler.storage.database import Database

WIRE = "paper"


async def _run(database: Database, outcome: str, at: datetime) -> None:
    counts = {"failed documents: http-403": 1} if outcome == "failed" else {}
    await had_run(database, WIRE, at, outcome=outcome, counts=counts)


async def test_the_failures_since_the_last_good_run_are_counted(
    database: Database, now: datetime
) -> None:
    assert await database.read(lambda c: failing(c, WIRE)) == 0
    for minutes, outcome in enumerate(("failed", "done", "failed", "failed")):
        await _run(database, outcome, now + timedelta(minutes=minutes))
    assert await database.read(lambda c: failing(c, WIRE)) == 2
    await _run(database, "done", now + timedelta(minutes=9))
    assert await database.read(lambda c: failing(c, WIRE)) == 0


async def test_a_record_holds_the_newest_runs_the_documents_and_what_pages_became(
    database: Database, now: datetime
) -> None:
    for minutes in range(7):
        await _run(database, "done", now + timedelta(minutes=minutes))
    found = {f"https://p.example/{n}": Entry(url=f"https://p.example/{n}") for n in range(3)}
    await announce(database, WIRE, found, now=now, baseline=False)
    await database.write(
        lambda connection: pages.settle(
            connection, "https://p.example/0", "rejected", "no-text", now=now
        )
    )
    feed = "https://p.example/feed"
    said = "the server answered 403"
    await database.write(
        lambda connection: documents.record_failure(
            connection, WIRE, feed, said, failures=1, not_before=now, now=now
        )
    )
    held = await database.read(lambda c: record(c, WIRE))
    assert len(held.runs) == 5
    assert held.runs[0].started_at == now + timedelta(minutes=6)
    assert held.pages == {"pending": 2, "rejected": 1}
    assert held.rejected == {"no-text": 1}
    assert [row["url"] for row in held.documents] == [feed]
    assert (await database.read(lambda c: record(c, "other"))).documents == ()


async def test_a_poll_that_found_nothing_new_has_reached_its_source(
    database: Database, now: datetime
) -> None:
    for source, outcome in (("quiet", "nothing new"), ("gone", "failed"), ("rests", "skipped")):
        await had_run(database, source, now, outcome=outcome)
    polls = await database.read(lambda c: polls_since(c, now - timedelta(minutes=15)))
    assert {poll.source for poll in polls} == {"quiet", "gone"}
