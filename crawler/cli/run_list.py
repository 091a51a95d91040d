"""Command `wirewatch runs`: every run that was planned or asked for, and how it ended."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from crawler.cli.common import AsJson, ConfigFile, open_services, out, print_line, run_to_end
from crawler.cli.tables import OUTCOME_STYLE, plain_table
from crawler.config.times import TIMES, parse_time
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.crawl.selection import select
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.model.formatting import rounded
from crawler.schedule.due import PUNCTUAL
from crawler.storage.crawl import runs as stored_runs
from crawler.storage.crawl.runs import NEXT, OUTCOMES, Run
from crawler.storage.database import no_store_yet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from rich.console import RenderableType

_COUNTED = {"extracted": "new", "flagged": "flagged", "failed": "failed"}


def runs(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE…]", help="Only runs of these.")
    ] = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option("--outcome", help=f"Only such, may be repeated: {', '.join(OUTCOMES)}."),
    ] = None,
    since: Annotated[str, typer.Option(help=f"Planned since {TIMES}.", show_default=False)] = "",
    until: Annotated[
        str, typer.Option(help="Planned until then, the whole of a day.", show_default=False)
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line is a boolean
    config: ConfigFile = None,
) -> None:
    """List runs: when each was planned, when it began, how it ended and why, what it found."""
    for word in outcome or ():
        if word not in OUTCOMES:
            raise Unusable(f"--outcome {word!r}: expected one of {', '.join(OUTCOMES)}")
    services = open_services(config, 0)
    now = utc_now()
    earliest = parse_time(since, of="--since", now=now).begins if since else None
    latest = parse_time(until, of="--until", now=now).ends if until else None

    async def show() -> int:
        if not services.store.is_there:
            print_line(no_store_yet(services.store))
            return 0
        wires = SourceLoader.of(services.config).wires() if sources else {}
        for name in sources or ():
            if name not in wires and not await services.database.read(
                partial(stored_runs.listed, sources=[name], limit=1)
            ):
                select([name], wires)  # says that there is none, and which is near
        found = await services.database.read(
            lambda connection: stored_runs.listed(
                connection,
                sources=sources or (),
                outcomes=outcome or (),
                since=earliest,
                until=latest,
                limit=limit,
            )
        )
        if as_json:
            sys.stdout.write(json.dumps([_plain(run) for run in found], ensure_ascii=False) + "\n")
        else:
            out().print(*draw(found), sep="\n")
        return 0

    raise typer.Exit(run_to_end(services, show))


def draw(found: Sequence[Run]) -> Iterator[RenderableType]:
    """As a table of eighty columns, and the reasons below it."""
    table = plain_table("source", "planned (UTC)", "began", "took", "outcome", *_COUNTED.values())
    for column in table.columns[5:]:
        column.justify = "right"
    for run in found:
        table.add_row(
            Text(run.source),
            _brief(run.planned_at),
            _began(run),
            rounded(run.duration) if run.duration is not None else "",
            Text(run.outcome, style=OUTCOME_STYLE.get(run.outcome, "")),
            *(str(run.counts.get(key, 0)) for key in _COUNTED),
        )
    yield table
    yield from (
        Text(f"{run.source} {_brief(run.planned_at)}: {run.outcome}: {run.reason}")
        for run in found
        if run.reason
    )


def _plain(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "source": run.source,
        "cause": run.cause,
        "planned_at": _iso(run.planned_at),
        "started_at": _iso(run.started_at),
        "finished_at": _iso(run.finished_at),
        "duration_seconds": run.duration.total_seconds() if run.duration is not None else None,
        "outcome": run.outcome,
        "reason": run.reason,
        "baseline": run.baseline,
        "counts": dict(run.counts),
    }


def _began(run: Run) -> str:
    if run.lateness is None:
        return "" if run.outcome == NEXT else "never"
    return f"{rounded(run.lateness)} late" if run.lateness > PUNCTUAL else "in time"


def _brief(instant: datetime) -> str:
    return f"{instant:%m-%d %H:%M:%S}"


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
