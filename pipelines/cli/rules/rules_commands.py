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

from crawler.cli.console import harmless_console
from crawler.config.config import load
from crawler.config.times import TIMES, parse_time
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from rich.console import Console

    from crawler.config.config import Config
    from pipelines.rules import RuleSet

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
    from pipelines.cli.rules import lint, rule_tables  # noqa: PLC0415

    report = lint.check(load(config).rules.folders)
    out = _out()
    problems = [("error", report.errors), ("warning", report.warnings)]
    for word, lines in [*problems, ("spare", report.spare)] if spare else problems:
        for line in lines:
            out.print(f"{word}: {line}", markup=False, soft_wrap=True)
    if report.concepts:
        out.print(rule_tables.parity(report.concepts))
    out.print(
        f"{report.rules} rules, {report.patterns:,} patterns, {len(report.errors)} errors, "
        f"{len(report.warnings)} warnings, {len(report.spare)} terms with choices to spare"
    )
    if report.errors or (strict and report.warnings):
        raise typer.Exit(FAILED)


@app.command("explain")
def explain_article(
    target: Annotated[
        str,
        typer.Argument(
            help="A file (text, HTML, JSON), a stored article's URL, or a story's number."
        ),
    ],
    *,
    config: Configuration = None,
) -> None:
    """Show an article with what counted in it, and why each rule fires or does not."""
    from pipelines.cli.rules import explain, find_article  # noqa: PLC0415

    loaded = load(config)
    article = find_article.find(target, loaded.store.url, now=utc_now())
    _out().print(explain.explain(_rule_set(loaded), article))


@app.command("test")
def evaluate_rules(
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
    from pipelines.cli.rules import evaluate, rule_tables  # noqa: PLC0415

    if from_feedback == (labelled is not None):
        raise Unusable("rules test: name a file of labelled articles, or say --from-feedback")
    loaded = load(config)
    lines = evaluate.read(labelled) if labelled is not None else _judged(loaded)
    score = evaluate.score(_rule_set(loaded), lines, name=str(labelled or "feedback"))
    out = _out()
    for item in sorted(score.confused, key=lambda item: (item.kind, item.language, item.id)):
        line = f"{item.kind:>6} {item.language} {item.id}  {item.title!r}"
        out.print(line, markup=False, soft_wrap=True)
        if item.why:
            out.print(f"         {item.why}", markup=False, soft_wrap=True)
    out.print(rule_tables.scores(score))
    if score.unsure:
        out.print(f"{score.unsure} unsure items were left out")


@app.command("replay")
def replay_rules(
    *,
    config: Configuration = None,
    since: Annotated[str, typer.Option(help=f"Stored since {TIMES}.")] = "30d",
    until: Annotated[
        str, typer.Option(help="Stored until then, the whole of a day.", show_default=False)
    ] = "",
) -> None:
    """Show what the rules as they are now would add to the archive and remove; write nothing."""
    from crawler.storage.database import Database, no_store_yet  # noqa: PLC0415
    from pipelines.cli.rules import replay, rule_tables  # noqa: PLC0415

    loaded = load(config)
    now = utc_now()
    begin = parse_time(since, of="--since", now=now).begins
    end = parse_time(until, of="--until", now=now).ends if until else None
    rule_set = _rule_set(loaded)
    database = Database(loaded.store.url)
    try:
        if not database.is_there:
            raise Unusable(no_store_yet(database))
        done = database.read_now(lambda c: replay.replay(c, rule_set, since=begin, until=end))
    finally:
        database.close()
    out = _out()
    for title, found in (("Added", done.added), ("Removed", done.removed)):
        if found:
            out.print(rule_tables.changes(title, found))
    stories = {change.story for change in done.added}
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
    from pipelines.cli.rules import match_stream  # noqa: PLC0415

    if not jsonl:
        raise Unusable("rules match reads lines of JSON: say --jsonl")
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    for line in match_stream.answer_lines(_rule_set(load(config)), sys.stdin.buffer):
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


def _rule_set(config: Config) -> RuleSet:
    from pipelines.rules import RuleSet  # noqa: PLC0415

    return RuleSet.load(config.rules.folders)


def _out() -> Console:
    wide = sys.stdout.isatty() or "COLUMNS" in os.environ
    return harmless_console(width=None if wide else _PLAIN_WIDTH)
