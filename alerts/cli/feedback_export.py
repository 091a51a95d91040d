"""`wirewatch alerts feedback`: what staff said of the alerts, counted by rule, or as labels."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from alerts.cli.common import Configuration, ask, console
from crawler.config.config import load
from crawler.storage.alerts.feedback import QUESTIONS, labelled

if TYPE_CHECKING:
    from collections.abc import Sequence


def feedback(
    *,
    config: Configuration = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="The judged stories with their text, as JSON lines.")
    ] = False,
) -> None:
    """Show what staff said of the alerts, rule by rule; or write it as labelled articles."""
    judged = ask(load(config), lambda database: database.read(lambda c: list(labelled(c))))
    if jsonl:
        for one in judged:
            typer.echo(json.dumps(one, ensure_ascii=False))
    elif not judged:
        typer.echo("No verdicts yet.")
    else:
        console().print(_table(judged))


def _table(judged: Sequence[dict[str, Any]]) -> Table:
    """How often each answer was given to the alerts of each rule."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in judged:
        for rule in one["fired"] or ["(none)"]:
            counts[rule].update(said["answer"] for said in one["verdicts"])
    table = Table("rule", *QUESTIONS, box=None, pad_edge=False)
    for rule, answers in sorted(counts.items()):
        table.add_row(Text(rule), *(str(answers[answer]) for answer in QUESTIONS))
    return table
