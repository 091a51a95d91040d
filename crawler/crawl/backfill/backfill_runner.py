"""Do the backfills that somebody asked for, show how far they are, and say what they found."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from crawler.crawl.backfill.backfill_spider import BackfillSpider, wanted_of
from crawler.crawl.backfill.backfill_tracker import BackfillTracker
from crawler.crawl.selection import select
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.runtime.shutdown import FINISH_POLLS, stop_signal
from crawler.settings import WIREWATCH_ARCHIVES
from crawler.storage.crawl import backfills

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from crawler.config.source import Source
    from crawler.crawl.crawl_runner import CrawlRunner, Polled
    from crawler.runtime.services import Services
    from crawler.storage.crawl.backfills import BackfillRequest, FlaggedStory

logger = logging.getLogger(__name__)
_NUMBERS = ("entries", "known", "fetched", "extracted", "duplicates", "flagged", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """How a backfill ended. `job` is None where it could not begin."""

    polled: Polled
    job: int | None
    said: Sequence[str]
    flagged: int
    best: Sequence[FlaggedStory]


def asked(
    runner: CrawlRunner, names: Sequence[str], words: Mapping[str, Any]
) -> list[tuple[Source | None, BackfillRequest]]:
    """The backfills that these words wish for, a source each. Raises `Unusable`."""
    word, _, named = str(words.get("via") or "").partition(":")
    if word and word not in WIREWATCH_ARCHIVES:
        known = ", ".join("warc:FILE" if one == "warc" else one for one in WIREWATCH_ARCHIVES)
        raise Unusable(f"via {word!r}: no such archive; there are: {known}")
    if word == "warc":  # the same files, from wherever the command is given again
        files = ",".join(str(Path(one.strip()).absolute()) for one in named.split(",") if one)
        words = {**words, "via": f"warc:{files}"}
    wires = runner.loader.wires()
    now = utc_now()
    if not names:
        return [(None, wanted_of("", words, now=now))]
    return [(one, wanted_of(one.name, words, now=now)) for one in select(names, wires)]


async def fill(
    runner: CrawlRunner,
    services: Services,
    source: Source | None,
    wanted: BackfillRequest,
    *,
    limit: int = 0,
) -> Filled:
    """Do one backfill, or go on with it, to its end or until the runner is stopped."""
    shown = shown_as(wanted)
    trackers: list[BackfillTracker] = []
    sources = [source] if source else list(runner.loader.wires().values())
    crawl = asyncio.ensure_future(
        runner.crawl(
            BackfillSpider,
            wanted.source or "all",
            shown_as=shown,
            sources=sources,
            wanted=wanted,
            limit=limit,
        )
    )
    while not crawl.done():
        tracker = runner.under_way.get(shown)
        if isinstance(tracker, BackfillTracker):
            trackers = [tracker]
            break
        await asyncio.wait({crawl}, timeout=0.01)
    polled = await crawl
    job = trackers[0].job if trackers else None
    if job is None:
        return Filled(polled=polled, job=None, said=(), flagged=0, best=())
    count, best = await services.database.read(
        lambda connection: backfills.flagged(connection, job.id)
    )
    return Filled(
        polled=polled, job=job.id, said=tuple(trackers[0].said), flagged=count, best=tuple(best)
    )


def shown_as(wanted: BackfillRequest) -> str:
    """What `CrawlRunner.under_way` calls a backfill: other than a poll of the same source."""
    return f"backfill {wanted.source or 'all'} {wanted.since} {wanted.until} {wanted.via}".strip()


async def fill_all(
    runner: CrawlRunner,
    services: Services,
    asked: Sequence[tuple[Source | None, BackfillRequest]],
    console: Console,
) -> list[Filled]:
    """One after the other, with a bar where a terminal is; SIGINT or SIGTERM ends it in order."""
    stop = stop_signal()
    done: list[Filled] = []
    stopped = asyncio.ensure_future(stop.wait())
    try:
        for source, wanted in asked:
            if stop.is_set():
                break
            work = asyncio.ensure_future(fill(runner, services, source, wanted))
            showing = asyncio.ensure_future(_shown(runner, wanted, console))
            waiting: set[asyncio.Future[Any]] = {work, stopped}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                await runner.stop(within=FINISH_POLLS)
            done.append(await work)
            showing.cancel()
    finally:
        stopped.cancel()
    return done


async def _shown(runner: CrawlRunner, wanted: BackfillRequest, console: Console) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}"),
    )
    shown = shown_as(wanted)
    disable = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=disable) as bars:
        bar = bars.add_task(wanted.source or "all sources", total=None, counts="")
        while True:
            tracker = runner.under_way.get(shown)
            if isinstance(tracker, BackfillTracker) and tracker.progress.total:
                so_far = tracker.progress
                bars.update(
                    bar,
                    total=so_far.total,
                    completed=so_far.done + so_far.failed + so_far.share,
                    description=f"{wanted.source or 'all sources'} {so_far.at}",
                    counts=_in_words(tracker),
                )
            await asyncio.sleep(0.2)


def _in_words(tracker: BackfillTracker) -> str:
    counts = tracker.counts
    numbers = ", ".join(f"{counts[key]} {key}" for key in _NUMBERS if counts.get(key))
    return f"{tracker.waiting()}; {numbers}" if tracker.waiting() else numbers


def outcomes(filled: Sequence[Filled]) -> Table:
    """What each backfill came to, as a table."""
    table = Table("job", "source", "outcome", *_NUMBERS)
    for column in table.columns[3:]:
        column.justify = "right"
    for one in filled:
        counts = one.polled.counts
        table.add_row(
            str(one.job or "-"),
            one.polled.source,
            one.polled.outcome,
            *(str(counts.get(key, 0)) for key in _NUMBERS),
        )
    return table


def remarks(filled: Filled) -> list[str]:
    """What else there is to say of it, a line each."""
    counts = filled.polled.counts
    rest = ", ".join(f"{count} {key}" for key, count in sorted(counts.items()) if _aside(key))
    job = f"backfill {filled.job}" if filled.job else filled.polled.source
    return [
        *filled.said,
        *([f"{job}, besides: {rest}"] if rest else []),
        *([f"{job}: {filled.polled.reason}"] if filled.polled.reason else []),
    ]


def _aside(key: str) -> bool:
    return key not in {*_NUMBERS, "begun", "revisions"}


def stories(filled: Filled) -> Table:
    """The strongest of the flagged stories."""
    table = Table("published (UTC)", "source", "score", "headline", title=_title(filled), box=None)
    for story in filled.best:
        when = f"{story.published_at:%Y-%m-%d %H:%M}" if story.published_at else "?"
        table.add_row(when, story.source, f"{story.score:g}", Text(story.title))
    return table


def _title(filled: Filled) -> str:
    return f"{filled.flagged} stories flagged by backfill {filled.job}; the strongest:"
