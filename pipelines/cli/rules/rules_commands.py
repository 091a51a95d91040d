"""`wirewatch rules`: prove rules, read what they did, and try them on articles.

What does the work is loaded when a command is run, for `wirewatch --help` should not wait for it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from crawler.config.config import load
from crawler.config.types import Duration
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from datetime import timedelta

    from crawler.config.config import Config
    from pipelines.rules import RuleBook

FAILED = 1
_PLAIN_WIDTH = 140  # where neither a terminal nor $COLUMNS says how wide it is
Configuration = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file.", show_default=False)
]

app = typer.Typer(no_args_is_help=True, help="Prove rules, explain matches, try articles.")


@app.command()
def check(
    *,
    config: Configuration = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    spare: Annotated[
        bool, typer.Option("--spare", help="List choices that another term finds anyway.")
    ] = False,
) -> None:
    """Read all rules: errors, terms of no use, and languages that lack terms. Exit status 1 where
    a rule could not be used.
    """
    from pipelines.cli.rules import lint as checking  # noqa: PLC0415
    from pipelines.cli.rules import rule_tables as tables  # noqa: PLC0415

    report = checking.check(load(config).rules.folders)
    out = _out()
    told = [("error", report.errors), ("warning", report.warnings)]
    for word, lines in [*told, ("spare", report.spare)] if spare else told:
        for line in lines:
            out.print(f"{word}: {line}", markup=False, soft_wrap=True)
    if report.concepts:
        out.print(tables.parity(report.concepts))
    out.print(
        f"{report.rules} rules, {report.patterns:,} patterns, {len(report.errors)} errors, "
        f"{len(report.warnings)} warnings, {len(report.spare)} terms with choices to spare"
    )
    if report.errors or (strict and report.warnings):
        raise typer.Exit(FAILED)


@app.command()
def explain(
    target: Annotated[
        str, typer.Argument(help="A file (text, HTML, JSON), or a stored article's URL or number.")
    ],
    *,
    config: Configuration = None,
) -> None:
    """Show an article with what counted in it, and why each rule fires or does not."""
    from pipelines.cli.rules import explain as explaining  # noqa: PLC0415
    from pipelines.cli.rules import find_article as finding  # noqa: PLC0415

    loaded = load(config)
    asked = finding.find(target, loaded.store.url, now=utc_now())
    _out().print(explaining.explain(_book(loaded), asked))


@app.command("test")
def hold_against(
    labelled: Annotated[
        Path | None, typer.Argument(help="Lines of JSON as `match` reads, with `label`.")
    ] = None,
    *,
    config: Configuration = None,
    from_feedback: Annotated[
        bool, typer.Option("--from-feedback", help="Against what staff said of alerts instead.")
    ] = False,
) -> None:
    """Hold the rules against labelled articles: precision, recall, F1, and what was confused."""
    from pipelines.cli.rules import evaluate as scoring  # noqa: PLC0415
    from pipelines.cli.rules import rule_tables as tables  # noqa: PLC0415

    if from_feedback == (labelled is not None):
        raise Unusable("rules test: name a file of labelled articles, or say --from-feedback")
    loaded = load(config)
    lines = scoring.read(labelled) if labelled is not None else _judged(loaded)
    score = scoring.score(_book(loaded), lines, name=str(labelled or "feedback"))
    out = _out()
    for one in sorted(score.confused, key=lambda one: (one.kind, one.language, one.id)):
        said = f"{one.kind:>6} {one.language} {one.id}  {one.title!r}"
        out.print(said, markup=False, soft_wrap=True)
        if one.why:
            out.print(f"         {one.why}", markup=False, soft_wrap=True)
    out.print(tables.scores(score))
    if score.unsure:
        out.print(f"{score.unsure} unsure items were left out")


@app.command()
def replay(
    *,
    config: Configuration = None,
    since: Annotated[str, typer.Option(help="How far back: 12h, 30d.")] = "30d",
) -> None:
    """Show what the rules as they are now would add to the archive and remove; write nothing."""
    from crawler.storage.database import Database, no_store_yet  # noqa: PLC0415
    from pipelines.cli.rules import replay as replaying  # noqa: PLC0415
    from pipelines.cli.rules import rule_tables as tables  # noqa: PLC0415

    loaded = load(config)
    begin = utc_now() - _span(since)
    book = _book(loaded)
    database = Database(loaded.store.url)
    try:
        if not database.is_there:
            raise Unusable(no_store_yet(database))
        done = database.read_now(lambda c: replaying.replay(c, book, since=begin))
    finally:
        database.close()
    out = _out()
    for title, found in (("Added", done.added), ("Removed", done.removed)):
        if found:
            out.print(tables.changes(title, found))
    stories = {one.story for one in done.added}
    out.print(
        f"{done.seen} articles since {begin:%Y-%m-%d %H:%M} UTC: {done.kept} matches stay, "
        f"{len(done.added)} would be added in {len(stories)} stories, "
        f"{len(done.removed)} would be removed"
    )


@app.command()
def match(
    *,
    config: Configuration = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Lines of JSON in and out: the one form there is.")
    ] = False,
) -> None:
    """Read articles as lines of JSON, write what the rules say of each, line for line."""
    from pipelines.cli.rules import match_stream as stream  # noqa: PLC0415

    if not jsonl:
        raise Unusable("rules match reads lines of JSON: say --jsonl")
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    for line in stream.answers(_book(load(config)), sys.stdin.buffer):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _judged(config: Config) -> list[bytes]:
    """The stories that staff judged, as lines of labelled articles."""
    from crawler.storage.alerts.feedback import labelled  # noqa: PLC0415
    from crawler.storage.database import Database, no_store_yet  # noqa: PLC0415

    database = Database(config.store.url)
    try:
        if not database.is_there:
            raise Unusable(no_store_yet(database))
        items = database.read_now(lambda connection: list(labelled(connection)))
    finally:
        database.close()
    return [json.dumps(item, ensure_ascii=False).encode() for item in items]


def _book(config: Config) -> RuleBook:
    from pipelines.rules import RuleBook  # noqa: PLC0415

    return RuleBook.load(config.rules.folders)


def _span(value: str) -> timedelta:
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415

    try:
        span: timedelta = TypeAdapter(Duration).validate_python(value)
    except ValidationError:
        raise Unusable(f"--since {value}: expected a duration such as 12h or 30d") from None
    return span


def _out() -> Console:
    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(width=None if told else _PLAIN_WIDTH, highlight=False)
