"""`wirewatch rules`: prove rules, read what they did, and try them on articles.

What does the work is loaded when a command is run, for `wirewatch --help` should not wait for it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.config import load
from crawler.errors import Unusable

if TYPE_CHECKING:
    from pipelines.rules import RuleBook

Configuration = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file.", show_default=False)
]

app = typer.Typer(no_args_is_help=True, help="Prove rules, explain matches, try articles.")


@app.callback()
def _group() -> None:
    """A group even while it holds one command."""


@app.command()
def match(
    *,
    config: Configuration = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Lines of JSON in and out: the one form there is.")
    ] = False,
) -> None:
    """Read articles as lines of JSON, write what the rules say of each, line for line."""
    from pipelines.proof import stream  # noqa: PLC0415

    if not jsonl:
        raise Unusable("rules match reads lines of JSON: say --jsonl")
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    for line in stream.answers(_book(config), sys.stdin.buffer):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _book(config: Path | None) -> RuleBook:
    from pipelines.rules import RuleBook  # noqa: PLC0415

    return RuleBook.load(load(config).rules.folders)
