"""`wirewatch dedup`: which of these articles are one story."""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from crawler.config.config import load
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.database import Database
from crawler.storage.maintenance.migrate import migrate
from pipelines.cli.dedup_stream import DedupStream

Configuration = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file.", show_default=False)
]
Lined = Annotated[Path | None, typer.Argument(help="One JSON object a line; else standard input.")]


def dedup(
    file: Lined = None,
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Lines of JSON, in and out.")] = False,
    config: Configuration = None,
) -> None:
    """Tell which of these articles are one story, line by line, in the order given.

    Each line is {"id", "title", "text", "published_at"?, "source"?, "url"?, "lang"?}. The store of
    this project is neither read nor written.
    """
    if not jsonl:
        raise Unusable("wirewatch dedup reads and writes lines of JSON: say --jsonl")
    window = load(config).stories.window
    try:
        source = file.open("rb") if file and str(file) != "-" else sys.stdin.buffer
    except OSError as error:
        raise Unusable(f"{file}: {error.strerror}") from None
    with (
        source,
        tempfile.TemporaryDirectory(prefix="wirewatch-") as folder,
        closing(Database(f"sqlite:///{folder}/stories.db")) as database,
    ):
        migrate(database)
        stream = DedupStream(database, window, now=utc_now())
        for line in source:
            sys.stdout.write(json.dumps(stream.answer(line), ensure_ascii=False) + "\n")
            sys.stdout.flush()
