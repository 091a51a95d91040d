"""Shared parts of the alerts commands: the store, if there is one, and where they print."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from crawler.cli.console import harmless_console
from crawler.model.exceptions import Unusable
from crawler.storage.database import Database, SQLAlchemyError, explain_error, no_store_yet
from crawler.storage.maintenance.migrate import revision_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rich.console import Console

    from crawler.config.config import Config

T = TypeVar("T")
Configuration = Annotated[
    Path | None, typer.Option("--config", "-c", help="The configuration file.", show_default=False)
]


def ask(config: Config, question: Callable[[Database], Awaitable[list[T]]]) -> list[T]:
    """What `question` learns; nothing, and a word about it, where there is no store yet."""
    database = Database(config.store.url)
    if not database.is_there:
        typer.echo(no_store_yet(database), err=True)
        return []

    async def asked() -> list[T]:
        return await question(database)

    try:
        return asyncio.run(asked())
    except SQLAlchemyError as error:
        advice = ". `wirewatch run` creates its tables" if _has_no_tables(database) else ""
        raise Unusable(
            f"the store {database.label} cannot be read: {explain_error(error)}{advice}"
        ) from None
    finally:
        database.close()


def _has_no_tables(database: Database) -> bool:
    try:
        return database.read_now(revision_of) is None
    except SQLAlchemyError:
        return False


def console() -> Console:
    made = harmless_console()
    told = made.is_terminal or "COLUMNS" in os.environ
    return made if told else harmless_console(width=120)
