"""Command `wirewatch backfill`: runs what is asked for, or lists or cancels backfills."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from crawler.crawl.backfill.backfill_runner import asked, fill_all, outcomes, remarks, stories
from crawler.crawl.crawl_runner import CrawlRunner, prepare, test_extraction
from crawler.crawl.scrapy.settings_addon import require_contact
from crawler.model.clock import utc_now
from crawler.storage.crawl import backfills, leases, shards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from crawler.runtime.services import Services
    from crawler.storage.crawl.backfills import BackfillJob
    from crawler.storage.crawl.shards import Shard

FAILED = 1


async def ask(
    services: Services,
    names: Sequence[str],
    words: Mapping[str, Any],
    *,
    out: Console,
    err: Console,
) -> int:
    """Do what is asked for; returns the exit status: 0 where every shard is done."""
    runner = CrawlRunner(services, role="backfill")
    wishes = asked(runner, names, words)
    live = [source for source, wanted in wishes if source and not wanted.via.startswith("warc")]
    require_contact(services, live)
    prepare(services)
    await test_extraction(services)
    filled = await fill_all(runner, services, wishes, err)
    await runner.registration.end()
    for result in filled:
        if result.best:
            out.print(stories(result))
    out.print(outcomes(filled))
    for result in filled:
        for line in remarks(result):
            out.print(line, soft_wrap=True, markup=False)
    ended = len(filled) == len(wishes) and all(result.polled.outcome == "done" for result in filled)
    return 0 if ended else FAILED


async def cancel(services: Services, job_id: int, *, out: Console) -> int:
    """End a backfill for good; returns the exit status."""
    if await services.database.write(
        lambda connection: backfills.cancel(connection, job_id, "cancelled by hand", now=utc_now())
    ):
        out.print(f"backfill {job_id} is cancelled; what it has stored stays")
        return 0
    out.print(f"{job_id}: no unfinished backfill has this id")
    return FAILED


async def report(services: Services) -> list[dict[str, Any]]:
    """The newest backfills, with what their shards counted."""
    await services.database.write(leases.clear_dead)
    held = await services.database.read(lambda connection: leases.held(connection, now=utc_now()))
    return [
        _told(
            job,
            await services.database.read(partial(shards.shards_of, job_id=job.id)),
            at_work=f"backfill:{job.id}" in held,
        )
        for job in await services.database.read(backfills.jobs)
    ]


def _told(job: BackfillJob, shards: Sequence[Shard], *, at_work: bool) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    for shard in shards:
        counts.update(shard.counts)
    states = Counter(shard.state for shard in shards)
    interrupted = job.state == "running" and not at_work
    return {
        **{key: _plain(value) for key, value in asdict(job).items()},
        "state": "interrupted" if interrupted else job.state,
        "shards": {"total": len(shards), **states},
        "share": round(sum(s.share for s in shards) / len(shards), 4) if shards else 0.0,
        "counts": dict(counts),
        "failed_shards": [
            {"since": s.since.isoformat(), "part": s.part, "reason": s.reason}
            for s in shards
            if s.state == "failed"
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def as_json(told: Sequence[Mapping[str, Any]]) -> str:
    """Backfills as JSON."""
    return json.dumps({"backfills": list(told)}, ensure_ascii=False)


def as_table(told: Sequence[Mapping[str, Any]]) -> Table:
    """Backfills as a table."""
    table = Table("id", "source", "days", "via", "alerts", "state", "shards", "articles", "why")
    for job in told:
        states = job["shards"]
        table.add_row(
            str(job["id"]),
            job["source"] or "all",
            f"{job['since']} to {job['until']}",
            Text(job["via"] or "own"),
            job["alerts"] + (" (gap)" if job["cause"] == "gap" else ""),
            job["state"],
            f"{states.get('done', 0)} of {states['total']}",
            str(job["counts"].get("extracted", 0)),
            Text(job["reason"]),
        )
    return table
