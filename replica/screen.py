"""Screen output of a demonstration: publications, arrival times, the closing table."""

from __future__ import annotations

import sys
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from replica.story import Quirk, StoryKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from replica.chrome import Publication
    from replica.journal import ReceivedAlert
    from replica.story import Story
    from replica.verdict import DemoVerdict

PLAIN_WIDTH = 100
MINUTES_A_DAY = 24 * 60
_COUNTS = {
    "polled": "polls",
    "fetched": "pages fetched",
    "extracted": "articles extracted",
    "duplicates": "reprints and duplicates",
    "flagged": "articles flagged",
    "alerted": "stories alerted",
}


class Screen:
    """Lines of the demonstration; the alerts themselves are drawn by the program that runs."""

    def __init__(self, console: Console | None = None) -> None:
        width = None if sys.stdout.isatty() else PLAIN_WIDTH
        self._console = console or Console(width=width, highlight=False)

    def note(self, message: str) -> None:
        self._console.print(Text(message, style="dim"))

    def published(self, shown: Publication, *, revised: bool) -> None:
        line = Text.assemble(
            ("revised   " if revised else "published ", "cyan"),
            f"{shown.story.outlet:<10}",
            (f"[{_label(shown.story)}] ", "dim"),
            shown.story.title,
        )
        line.truncate(self._console.width, overflow="ellipsis")
        self._console.print(line)

    def alerted(self, alert: ReceivedAlert, published: datetime | None) -> None:
        took = f"{(alert.sent_at - published).total_seconds():.2f} s" if published else "?"
        line = Text.assemble(
            ("alerted   ", "bold green"), (f"{took} after publication  ", "bold"), alert.title
        )
        line.truncate(self._console.width, overflow="ellipsis")
        self._console.print(line)

    def summary(self, totals: Mapping[str, Any], verdict: DemoVerdict) -> None:
        table = Table(title="What the run did", title_justify="left", show_header=False)
        table.add_column()
        table.add_column(justify="right")
        for name, label in _COUNTS.items():
            table.add_row(label, str(totals.get(name, 0)))
        reasons = totals.get("rejected", {})
        table.add_row("pages rejected", str(sum(reasons.values())))
        for reason, count in sorted(reasons.items()):
            table.add_row(f"  {reason}", str(count))
        if verdict.seconds:
            took = sorted(verdict.seconds.values())
            table.add_row("publication to alert, median", f"{median(took):.2f} s")
            table.add_row("publication to alert, slowest", f"{took[-1]:.2f} s")
        self._console.print(table)
        for problem in verdict.problems:
            self._console.print(Text(f"✗ {problem}", style="bold red"))
        if not verdict.problems:
            count = len(verdict.seconds)
            self._console.print(
                Text(f"✓ {count} stories, {count} alerts, nothing else", style="bold green")
            )


def _label(story: Story) -> str:
    """What a story is, so that one sees whether an alert should follow."""
    if story.quirk is Quirk.FUTURE_DATE:
        return f"{story.kind}, wrong date"
    if story.kind is StoryKind.COOPERATION and not story.expects_alert:
        return f"{story.kind}, {story.minutes_ago // MINUTES_A_DAY} days old"
    return story.kind
