"""Shared parts of the commands: options, services, event loop, logging and consoles."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from crawler.cli.console import harmless_console
from crawler.config.origin import read
from crawler.model.exceptions import Unusable
from crawler.runtime import event_loop
from crawler.runtime.logs import formatter, log_file
from crawler.runtime.services import Services
from crawler.storage.database import OperationalError, SQLAlchemyError, explain_error, reason

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rich.console import Console

    from crawler.config.config import Config

_QUIET = 60  # seconds
# Exit statuses: something went wrong; nothing could begin; no daemon runs (as systemctl says it).
FAILED, UNUSABLE, NO_DAEMON = 1, 2, 3

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="The configuration; else $WIREWATCH_CONFIG, else wirewatch.toml here.",
        show_default=False,
    ),
]
Verbose = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help="Say more: -v events, -vv everything.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For machines: one JSON object.")]


def open_services(path: Path | None, verbose: int) -> Services:
    """Read the configuration, begin to log, and make the services."""
    config, origin = read(path)
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    _log_to_stderr(level, formatter(config))
    return Services(config, origin)


def log_to_file(config: Config) -> None:
    """Log to a file, too, where `log.file` names one."""
    if config.log.file:
        root = logging.getLogger()
        handler = log_file(config)
        for log_filter in (filter_ for other in root.handlers for filter_ in other.filters):
            handler.addFilter(log_filter)  # the same: each line is in both, or in none
        root.addHandler(handler)


def _log_to_stderr(level: int, written: logging.Formatter) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(written)
    handler.addFilter(StoreErrorFilter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for room in ("crawler", "spiders", "pipelines", "alerts"):
        logging.getLogger(room).setLevel(level)
    # What a library has to say of itself is for -vv.
    for library in ("scrapy", "twisted", "apscheduler", "asyncio"):
        quiet = level if level == logging.DEBUG else logging.WARNING
        logging.getLogger(library).setLevel(quiet)
    # A poll that was still at work is a row in the ledger of runs.
    logging.getLogger("apscheduler").setLevel(max(level, logging.ERROR))
    # A body that was cut short is told once, by the books.
    logging.getLogger("scrapy.core.downloader.handlers").setLevel(max(level, logging.ERROR))


class StoreErrorFilter(logging.Filter):
    """Rate limit of log lines about a store that fails: one a minute, whatever fails of it."""

    def __init__(self) -> None:
        super().__init__()
        self._quiet_until: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        said = _store_error(record.exc_info[1] if record.exc_info else None)
        if not said:
            return True
        if record.created < self._quiet_until.get(said, 0):
            return False
        self._quiet_until[said] = record.created + _QUIET
        record.msg, record.args, record.exc_info = f"the store: {said}", (), None
        return True


def _store_error(error: BaseException | None) -> str:
    """What the store said, and what to do: of this error, or of one that it came of."""
    left, seen = [error], set[int]()
    while left:
        found = left.pop()
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        wrapped = _wrapped(found)
        if wrapped is not None and (said := explain_error(wrapped)) != reason(wrapped):
            return said
        left += [found.__cause__, found.__context__]
        if isinstance(found, BaseExceptionGroup):
            left += found.exceptions
    return ""


def _wrapped(error: BaseException) -> SQLAlchemyError | None:
    """As SQLAlchemy raises it; its pool logs what SQLite itself has raised."""
    if isinstance(error, sqlite3.Error):
        return OperationalError(None, None, error)
    return error if isinstance(error, SQLAlchemyError) else None


def run_to_end(services: Services, main: Callable[[], Awaitable[int]]) -> int:
    """Run a command's work on an event loop, and close the services whatever becomes of it."""

    async def within() -> int:
        return await main()

    try:
        return event_loop.run(within)
    except SQLAlchemyError as error:
        raise Unusable(f"{services.store.label}: {explain_error(error)}") from None
    finally:
        services.close()


_PLAIN_WIDTH = 140  # where neither a terminal nor $COLUMNS says how wide it is: a log file, a pipe


def print_line(line: str) -> None:
    """Print a line at once."""
    err().print(line, markup=False, soft_wrap=True)


def out() -> Console:
    """Console for standard output."""
    return _console(sys.stdout)


def err() -> Console:
    """Console for standard error."""
    return _console(sys.stderr)


def _console(stream: TextIO) -> Console:
    told = stream.isatty() or "COLUMNS" in os.environ
    return harmless_console(file=stream, width=None if told else _PLAIN_WIDTH)
