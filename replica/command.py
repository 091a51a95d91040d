"""Command `wirewatch demo`: the main job on this machine, in a minute, without credentials."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from replica.configuration import STORE

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTERRUPTED = 130


def demo(
    keep: Annotated[
        Path | None,
        typer.Option(help="Folder for the configuration, the store and the log; kept afterwards."),
    ] = None,
    pace: Annotated[
        float, typer.Option(min=0.1, max=60, help="Seconds between two publications.")
    ] = 1.2,
) -> None:
    """Watch a replica wire service on loopback and show each alert as it arrives."""
    try:
        with _folder(keep) as folder:
            passed = asyncio.run(_show(folder, pace))
    except (KeyboardInterrupt, asyncio.CancelledError):
        typer.echo("wirewatch demo: stopped", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    if not passed:
        raise typer.Exit(1)


async def _show(folder: Path, pace: float) -> bool:
    from replica.demo import Demo  # noqa: PLC0415 - a server: for this command only
    from replica.screen import Screen  # noqa: PLC0415 - as above

    showing = asyncio.current_task()
    if showing is not None:
        # A shell starts what runs in the background with Ctrl-C switched off; here it always ends
        # the demonstration cleanly, as SIGTERM does.
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, showing.cancel)
    return await Demo(folder, clock=utc_now, screen=Screen(), pace=pace).run()


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="wirewatch-demo-") as name:
            yield Path(name)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"--keep {keep}: {error.strerror}") from None
    if (keep / STORE).exists():
        raise Unusable(f"--keep {keep}: a demonstration is kept there already; name another folder")
    yield keep
