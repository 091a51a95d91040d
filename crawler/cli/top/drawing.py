"""One frame of `wirewatch top`: exactly as high and wide as the terminal, whatever that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import Group
from rich.table import Table
from rich.text import Text

from crawler.health.daemon_status import DaemonState
from crawler.health.source_summary import State
from crawler.health.status_report import HOURS
from crawler.model.formatting import ago, roughly, rounded, size

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from rich.console import RenderableType

    from crawler.cli.top.snapshot import Snapshot
    from crawler.health.status_report import SourceStatus

_SAID = 22  # columns that say how a source does
WIDE = 120  # columns from which on there are two halves
_BARS = "·▁▂▃▄▅▆▇█"
_STYLE = {
    State.AILING: "bold red",
    State.FAILING: "bold red",
    State.INTERRUPTED: "red",
    State.SILENT: "yellow",
    State.PARTLY: "yellow",
    State.POLLING: "cyan",
    State.OK: "green",
}
_MARK = {"reprint": "=", "revision": "~"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`width` 0: what the others leave."""

    heading: str
    width: int
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rows under a heading; of more than there is room for, the first, and how many there are."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Text]]
    empty: str = ""
    is_whole: bool = True  # else what is left out is not worth a word

    def draw(self, width: int, height: int) -> list[Text]:
        """Lines, `height` of them at most."""
        if height < 2:
            return []
        room = height - 1
        too_many = self.is_whole and len(self.rows) > room
        shown = self.rows[: room - too_many]
        lines = [self._line([Text(one.heading) for one in self.columns], width)]
        lines[0].stylize("reverse")
        lines += [self._line(row, width) for row in shown]
        if too_many:
            lines.append(Text(f"… and {len(self.rows) - len(shown)} more", style="dim"))
        if not self.rows:
            lines.append(Text(self.empty, style="dim"))
        return lines

    def _line(self, cells: Sequence[Text], width: int) -> Text:
        taken = sum(one.width for one in self.columns) + len(self.columns) - 1
        line = Text(no_wrap=True, overflow="crop")
        for column, cell in zip(self.columns, cells, strict=True):
            if line.cell_len:
                line.append(" ")
            line.append_text(_fitted(cell, column.width or max(0, width - taken), column.right))
        return line


def frame(snapshot: Snapshot, width: int, height: int) -> Group:
    """All of it in so many columns and lines."""
    head = [_head(snapshot, width), _sum(snapshot, width)]
    room = max(0, height - len(head))
    if width < WIDE:
        lines = _stacked(snapshot, width, room)
        return Group(*head, *lines[:room])
    left = width * 11 // 20
    grid = Table.grid(padding=0)
    grid.add_column(width=left)
    grid.add_column(width=width - left - 2)
    halves = _sources(snapshot, left).draw(left, room), _others(snapshot, width - left - 2, room)
    longest = max(map(len, halves))
    halves = [[*half, *[Text()] * (longest - len(half))] for half in halves]  # type: ignore[assignment]
    rows: list[RenderableType] = []
    for one, other in zip(*halves, strict=True):
        line = _fitted(one, left, right=False)
        line.append("  ")
        line.append_text(other)
        line.no_wrap = True
        rows.append(line)
    return Group(*head, *rows[:room])


def _stacked(snapshot: Snapshot, width: int, room: int) -> list[Text]:
    """The sources above everything else, and half of the room theirs where there are many."""
    others = _others(snapshot, width, room - min(len(snapshot.report.sources) + 1, room // 2))
    return _sources(snapshot, width).draw(width, room - len(others)) + others


def _others(snapshot: Snapshot, width: int, room: int) -> list[Text]:
    """What goes on, what ails, what waits; and stories in what is left."""
    lines: list[Text] = []
    for section in (_conditions(snapshot), _in_flight(snapshot), _outbox(snapshot)):
        if section.rows and room - len(lines) > 4:
            share = max(2, (room - len(lines)) // 3)
            lines += section.draw(width, min(len(section.rows) + 1, share))
    return _stories(snapshot).draw(width, room - len(lines)) + lines


# -- the head --------------------------------------------------------------------------------------


def _head(snapshot: Snapshot, width: int) -> Text:
    line = Text("wirewatch  ", style="bold", no_wrap=True, overflow="crop")
    if snapshot.report.is_running:
        line.append("● running", style="green")
    elif snapshot.report.daemon.state is DaemonState.FROZEN:
        silence = rounded(snapshot.report.daemon.silence)
        line.append(f"● not stirred for {silence}", style="bold red")
    else:
        line.append("○ no daemon runs", style="bold yellow")
    clock = f"{snapshot.at:%Y-%m-%d %H:%M:%S} UTC"
    store = f"{snapshot.report.store} {size(snapshot.size) if snapshot.size else ''}"
    room = width - line.cell_len - len(clock) - 4
    if room >= 12:
        line.append_text(Text("  ") + _fitted(Text(store, style="dim"), room, right=False))
    line.append(" " * max(1, width - line.cell_len - len(clock)) + clock, style="not bold")
    line.truncate(width)
    return line


def _sum(snapshot: Snapshot, width: int) -> Text:
    if snapshot.trouble:
        return _fitted(Text(snapshot.trouble, style="bold red"), width, right=False)
    ailing = len(snapshot.report.ailing)
    stored = sum(line.stored for line in snapshot.report.sources)
    waits = snapshot.report.waiting
    said = Text.assemble(
        f"{len(snapshot.report.sources)} sources, ",
        (f"{ailing} ailing", "bold red" if ailing else "green"),
        f"; {len(snapshot.report.in_flight)} polled now; {stored:,} stored in 24 h; ",
        (f"{waits:,} waiting", "yellow" if waits else ""),
    )
    return _fitted(said, width, right=False)


# -- the sections ----------------------------------------------------------------------------------


def _sources(snapshot: Snapshot, width: int) -> Section:
    longest = max((cell_len(line.name) for line in snapshot.report.sources), default=6)
    name = min(16, max(6, longest))
    hours = HOURS if width - name - HOURS - 22 >= _SAID else HOURS // 2
    columns = (
        Column(heading="source", width=name),
        Column(heading="how it does", width=0),
        Column(heading="next", width=6, right=True),
        Column(heading="every", width=6, right=True),
        Column(heading="24 h", width=5, right=True),
        Column(heading="by the hour" if hours == HOURS else "by 2 hours", width=hours),
    )
    rows = [_source(line, snapshot, hours) for line in snapshot.report.sources]
    return Section(
        columns=columns, rows=rows, empty="" if snapshot.trouble else "no source is enabled"
    )


def _source(line: SourceStatus, snapshot: Snapshot, hours: int) -> list[Text]:
    style = "bold red" if line.ails else _STYLE.get(line.health.state, "dim")
    due = _until(line.next_run, snapshot.at) if snapshot.report.is_running else "-"
    return [
        Text(line.name),
        Text(line.health.said, style=style),
        Text(due),
        Text("cron" if line.interval is None else _brief(line.interval)),
        Text(f"{line.stored:,}" if line.stored else "-"),
        Text(spark(line.by_hour, hours), style="blue"),
    ]


def _stories(snapshot: Snapshot) -> Section:
    columns = (
        Column(heading="stored", width=8),
        Column(heading="source", width=12),
        Column(heading="story", width=0),
        Column(heading="", width=7),
    )
    rows = [
        [
            Text(
                f"{one.stored_at:%H:%M:%S}"
                if _is_today(one.stored_at, snapshot)
                else f"{one.stored_at:%d %b}"
            ),
            Text(one.source),
            Text(f"{_MARK.get(one.relation, '')}{one.title}", style="bold" if one.flagged else ""),
            Text("alerted", style="bold magenta")
            if one.flagged and one.alerted
            else Text("flagged" if one.flagged else "", style="magenta"),
        ]
        for one in snapshot.articles
    ]
    empty = "" if snapshot.trouble else "nothing is stored yet"
    return Section(columns=columns, rows=rows, empty=empty, is_whole=False)


def _in_flight(snapshot: Snapshot) -> Section:
    columns = (
        Column(heading="polled now", width=16),
        Column(heading="for", width=6, right=True),
        Column(heading="", width=0),
    )
    rows = [
        [
            Text(run.source, style="cyan"),
            Text(_brief(snapshot.at - (run.started_at or run.planned_at))),
            Text(", ".join(f"{count} {what}" for what, count in run.counts.items())),
        ]
        for run in snapshot.report.in_flight
    ]
    return Section(columns=columns, rows=rows)


def _conditions(snapshot: Snapshot) -> Section:
    kinds = max((len(one.kind) for one in snapshot.report.conditions), default=0)
    columns = (
        Column(heading="what ails", width=12),
        Column(heading="", width=kinds),
        Column(heading="for", width=6, right=True),
        Column(heading="", width=0),
    )
    rows = [
        [
            Text(one.source or "installation", style="bold red"),
            Text(one.kind, style="red"),
            Text(roughly(snapshot.at - one.raised_at)),
            Text(" ".join(one.detail.split())),
        ]
        for one in snapshot.report.conditions
    ]
    return Section(columns=columns, rows=rows)


def _outbox(snapshot: Snapshot) -> Section:
    columns = (
        Column(heading="outbox", width=16),
        Column(heading="pending", width=7, right=True),
        Column(heading="sending", width=7, right=True),
        Column(heading="held", width=5, right=True),
        Column(heading="oldest", width=10, right=True),
        Column(heading="", width=0),
    )
    rows = [
        [
            Text(channel),
            *(Text(f"{waits.counts.get(state, 0):,}") for state in ("pending", "sending", "held")),
            Text(ago(waits.oldest, snapshot.at) if waits.oldest else "-"),
            Text(waits.why, style="red"),
        ]
        for channel, waits in snapshot.report.outbox.items()
    ]
    return Section(columns=columns, rows=rows)


# -- cells -----------------------------------------------------------------------------------------


def spark(by_hour: Sequence[int], cells: int) -> str:
    """So many bars, each of as many hours; a dot where there was nothing."""
    each = len(by_hour) // cells
    sums = [sum(by_hour[at : at + each]) for at in range(0, len(by_hour), each)]
    most = max(sums, default=0)
    return "".join(_BARS[-(-8 * count // most)] if count else _BARS[0] for count in sums)


def _fitted(cell: Text, width: int, right: bool) -> Text:  # noqa: FBT001 - a column says it
    """The cell in exactly so many columns; the end of what is longer is left out."""
    # A site's headline may hold anything, an order to the terminal among it.
    fitted = cell.copy() if cell.plain.isprintable() else Text(_printable(cell.plain), cell.style)
    if fitted.cell_len > width:
        kept = set_cell_size(fitted.plain, max(0, width - 1))
        fitted = Text(kept + "…" * (width > 0), style=cell.style)
    missing = " " * (width - fitted.cell_len)
    blank = Text(missing)
    return blank + fitted if right else fitted + blank


def _printable(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _until(then: datetime, now: datetime) -> str:
    return "now" if then <= now else _brief(then - now)


def _brief(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    return f"{seconds} s" if seconds < 90 else roughly(length)


def _is_today(at: datetime, snapshot: Snapshot) -> bool:
    return (snapshot.at - at).total_seconds() < 86_400
