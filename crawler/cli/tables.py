"""Tables that commands print of polls and conditions, in eighty columns.

A table holds what is short and of the same kind; whatever may be long stands below it, in lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from crawler.model.formatting import roughly

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from crawler.crawl.crawl_runner import Polled
    from crawler.model.conditions import Condition

OUTCOME_STYLE = {
    "done": "green",
    "nothing new": "green",
    "late": "yellow",
    "skipped": "yellow",
    "failed": "bold red",
    "running": "cyan",
}
NUMBERS = ("entries", "fetched", "extracted", "duplicates", "flagged", "failed")
_REJECTED = "rejected: "


def plain_table(*headings: str, title: str | None = None) -> Table:
    """A table without lines, which would cost the most of a narrow terminal."""
    return Table(
        *headings,
        title=title,
        title_justify="left",
        box=None,
        pad_edge=False,
        collapse_padding=True,
        padding=(0, 1),
    )


def outcomes(polled: Sequence[Polled]) -> Iterable[RenderableType]:
    """How each poll ended, what it counted, and what there is to say of it."""
    table = plain_table("source", "outcome", *NUMBERS)
    for column in table.columns[2:]:
        column.justify = "right"
    for poll in polled:
        numbers = (str(poll.counts.get(key, 0)) for key in NUMBERS)
        table.add_row(Text(poll.source), poll.outcome, *numbers)
    yield table
    for poll in polled:
        for said in _remarks(poll):
            yield Text(f"{poll.source}: {said}")


def _remarks(poll: Polled) -> Iterable[str]:
    refused = {k.removeprefix(_REJECTED): n for k, n in poll.counts.items() if _REJECTED in k}
    if poll.counts.get("baseline"):
        yield (
            f"baseline: {poll.counts.get('baseline flagged', 0)} flagged, nobody alerted. "
            "What a source says the first time is known from then on, and no news."
        )
    if refused:
        listed = ", ".join(f"{count} {why}" for why, count in sorted(refused.items()))
        yield f"{sum(refused.values())} rejected: {listed}"
    if poll.reason:
        yield f"{poll.outcome}: {poll.reason}"


def conditions_table(conditions: Sequence[Condition], *, now: datetime) -> Iterator[RenderableType]:
    """A table, and below it what is seen of each that is open."""
    table = plain_table("source", "condition", "since (UTC)", "for", "")
    for condition in conditions:
        until = condition.cleared_at or now
        table.add_row(
            Text(condition.source or "(installation)"),
            condition.kind.value,
            f"{condition.raised_at:%Y-%m-%d %H:%M}",
            roughly(until - condition.raised_at),
            Text("over", style="dim") if condition.cleared_at else Text("open", style="bold red"),
        )
    yield table
    for condition in conditions:
        if condition.cleared_at is None:
            yield Text(
                f"{condition.source or 'installation'}: {condition.kind}: {condition.detail}"
            )
