"""Tables that `wirewatch rules` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.cli.rules.evaluate import Score
    from pipelines.cli.rules.lint import Concept
    from pipelines.cli.rules.replay import Change

LANGUAGES = ("en", "ru", "fr", "es", "ar", "zh", "kk", "be", "de", "tr")  # of the region


def parity(concepts: Sequence[Concept]) -> Table:
    """How many terms each list has in each language."""
    others = {language for one in concepts for language in one.terms} - set(LANGUAGES)
    languages = [*LANGUAGES, *sorted(others)]
    table = _table("Terms by language", ("rule", "list"))
    for language in languages:
        table.add_column(language, justify="right")
    for concept in concepts:
        counts = [concept.terms.get(language, 0) for language in languages]
        cells = [Text(str(count), style="" if count else "red") for count in counts]
        table.add_row(concept.rule, f"${concept.name}", *cells)
    return table


def scores(score: Score) -> Table:
    """Precision, recall and F1 of each group that was counted."""
    table = _table("", ("group",))
    for name in ("hits", "others", "P", "R", "F1"):
        table.add_column(name, justify="right")
    for name, tally in sorted(score.groups.items(), key=lambda pair: (pair[0] != "all", pair[0])):
        table.add_row(
            name,
            str(tally.found + tally.missed),
            str(tally.noise + tally.quiet),
            *(f"{value:.3f}" for value in (tally.precision, tally.recall, tally.f1)),
        )
    return table


def changes(title: str, found: Iterable[Change]) -> Table:
    table = _table(title, ("rule", "story", "article", "score", "title", "why"))
    for one in found:
        cells = (one.rule, str(one.story), str(one.article), f"{one.score:g}", one.title, one.why)
        table.add_row(*map(Text, cells))
    return table


def _table(title: str, columns: Iterable[str]) -> Table:
    table = Table(title=title or None, title_justify="left", show_edge=False, pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    return table
