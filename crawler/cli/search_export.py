"""Commands `wirewatch search` and `export`: what is stored, by story. Both only read."""

from __future__ import annotations

import csv
import json
import os
import sys
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.text import Text

from crawler.cli.console import harmless_console
from crawler.cli.tables import plain_table
from crawler.config.config import load
from crawler.config.times import TIMES, parse_time
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.database import Database, SQLAlchemyError, explain_error, no_store_yet, reason
from crawler.storage.stories.full_text import (
    StoryQuery,
    count_stories,
    find_stories,
    stories_as_dicts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crawler.storage.database import Connection

T = TypeVar("T")
Configuration = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file.", show_default=False)
]
Since = Annotated[
    str, typer.Option(help=f"Published since {TIMES}. Days are of UTC.", show_default=False)
]
Until = Annotated[
    str, typer.Option(help="Published until then, the whole of a day.", show_default=False)
]
Source = Annotated[str, typer.Option(help="Reported by this source.")]
Flagged = Annotated[bool, typer.Option("--flagged", help="Only those that a rule matched.")]


class Format(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    CSV = "csv"


#: How a cell begins that a spreadsheet would carry out.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    "story",
    "id",
    "relation",
    "of",
    "source",
    "url",
    "title",
    "published_at",
    "first_seen",
    "language",
    "credit",
    "dateline",
    "authors",
    "rules",
    "text",
)


def search(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS…", help="Each must occur, in any case.")
    ] = None,
    *,
    config: Configuration = None,
    since: Since = "",
    until: Until = "",
    source: Source = "",
    flagged: Flagged = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Find stories by the words of their articles, the newest first."""
    question = _question(words or [], since, until, source, flagged=flagged)

    def show(connection: Connection) -> None:
        ids = find_stories(connection, question, limit=limit)
        total = count_stories(connection, question) if len(ids) == limit else len(ids)
        lines = stories_as_dicts(connection, ids)
        if as_json:
            _write_jsonl(lines)
        else:
            _show(list(lines))
        if total > len(ids):
            more = f"{len(ids):,} of {total:,} stories, the newest; --limit shows more"
            typer.echo(more, err=as_json)

    _reading(config, show)


def export(
    *,
    config: Configuration = None,
    since: Since = "",
    until: Until = "",
    source: Source = "",
    flagged: Flagged = False,
    form: Annotated[
        Format, typer.Option("--format", help="jsonl: a story a line; csv: an article a row.")
    ] = Format.JSONL,
) -> None:
    """Write every story with its articles to standard output."""
    question = _question([], since, until, source, flagged=flagged)
    write = _write_jsonl if form is Format.JSONL else _write_csv
    _reading(config, lambda c: write(stories_as_dicts(c, find_stories(c, question))))


def _question(
    words: list[str], since: str, until: str, source: str, *, flagged: bool
) -> StoryQuery:
    now = utc_now()
    return StoryQuery(
        words=tuple(words),
        since=parse_time(since, of="--since", now=now).begins if since else None,
        until=parse_time(until, of="--until", now=now).ends if until else None,
        source=source,
        flagged=flagged,
    )


def _reading(config: Path | None, work: Callable[[Connection], None]) -> None:
    with closing(Database(load(config).store.url)) as database:
        if not database.is_there:
            typer.echo(no_store_yet(database), err=True)
            return
        try:
            database.read_now(work)
        except SQLAlchemyError as error:
            said = explain_error(error)
            if said == reason(error):  # nothing that is known of the file or the disk
                said = f"{said}. `wirewatch run` brings it to the tables of this version."
            raise Unusable(f"the store {database.label} cannot be read: {said}") from None


def _write_jsonl(lines: Iterable[dict[str, Any]]) -> None:
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def _write_csv(lines: Iterable[dict[str, Any]]) -> None:
    writer = csv.DictWriter(sys.stdout, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for line in lines:
        for article in line["articles"]:
            lists = {key: "; ".join(article[key]) for key in ("authors", "rules")}
            row = article | lists | {"story": line["story"]}
            writer.writerow({key: _literal(value) for key, value in row.items()})


def _literal(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    cell = f"'{value}" if value.startswith(_FORMULA) else value
    return cell.replace("\r\n", "\n").replace("\r", "\n")  # a bare one would begin a row


def _show(lines: list[dict[str, Any]]) -> None:
    console = harmless_console()
    if not (console.is_terminal or "COLUMNS" in os.environ):
        console = harmless_console(width=120)
    if not lines:
        typer.echo("No story answers to that.")
        return
    table = plain_table("story", "published (UTC)", "articles")
    # As Text, because a headline may hold what Rich would take for markup.
    table.add_column("headline, sources", ratio=1, overflow="fold")
    for line in lines:
        members = line["articles"]
        shown = Text(members[0]["title"] or line["title"])
        shown.append(
            f"\n{', '.join(dict.fromkeys(article['source'] for article in members))}", "dim"
        )
        shown.append(f"  {members[0]['url']}", "dim")
        dates = [article["published_at"] or article["first_seen"] for article in members]
        table.add_row(
            str(line["story"]), min(dates)[:16].replace("T", " "), str(len(members)), shown
        )
    console.print(table)
