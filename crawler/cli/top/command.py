"""`wirewatch top`: draws a frame, waits, and draws the next, until it is ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
import tty
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.live import Live

from crawler.cli.common import UNUSABLE, ConfigFile, open_services, out, run_to_end
from crawler.cli.top.drawing import frame
from crawler.cli.top.snapshot import Reader
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.model.clock import utc_now
from crawler.runtime.shutdown import stop_signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.cli.top.snapshot import Snapshot

_LINES = 50  # of a frame where no terminal says how many


def top(
    *,
    every: Annotated[
        float, typer.Option(min=0.2, max=3600, help="Seconds between two frames.")
    ] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Print one frame, and end.")] = False,
    config: ConfigFile = None,
) -> None:
    """Watch it work: sources, polls, what ails, stories, outbox. Ends with q or Ctrl-C.

    Only looks at the store: it may run beside the daemon, or without one.
    """
    services = open_services(config, 0)
    reader = Reader(services, SourceLoader.of(services.config).enabled(services.config))
    if once or not sys.stdout.isatty():
        raise typer.Exit(run_to_end(services, lambda: _print(reader)))
    raise typer.Exit(run_to_end(services, lambda: _live(reader, every)))


async def _print(reader: Reader) -> int:
    console = out()
    height = console.height if "LINES" in os.environ or console.is_terminal else _LINES
    snapshot = await reader.look(utc_now())
    console.print(frame(snapshot, console.width, height))
    return UNUSABLE if snapshot.is_unreadable else 0


async def _live(reader: Reader, every: float) -> int:
    stop, drawn_anew = stop_signal(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGWINCH, drawn_anew.set)
    # What a shell exports of its size is not that of a window that was resized since.
    size = {"COLUMNS", "LINES"}
    environment = {key: value for key, value in os.environ.items() if key not in size}
    console = Console(highlight=False, _environ=environment)
    live = Live(console=console, screen=True, auto_refresh=False, redirect_stderr=False)
    snapshot = reader.stale(utc_now(), "reading the store")
    with _keys(stop), live:
        while not stop.is_set():
            looking = asyncio.ensure_future(reader.look(utc_now()))
            while not await _within(every, looking, stop):
                snapshot = reader.stale(utc_now(), "the store does not answer yet")
                live.update(frame(snapshot, *console.size), refresh=True)
            if stop.is_set():
                looking.cancel()
                break
            snapshot = looking.result()
            ended = asyncio.get_running_loop().time() + every
            while (left := ended - asyncio.get_running_loop().time()) > 0 and not stop.is_set():
                live.update(frame(snapshot, *console.size), refresh=True)
                drawn_anew.clear()
                await _first(left, stop, drawn_anew)
    return 0


async def _within(seconds: float, looking: asyncio.Future[Snapshot], stop: asyncio.Event) -> bool:
    """It has answered, or need not any more."""
    stopped = asyncio.ensure_future(stop.wait())
    waiting: set[asyncio.Future[object]] = {looking, stopped}  # type: ignore[arg-type]
    try:
        done, _ = await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
    return bool(done)


async def _first(seconds: float, *events: asyncio.Event) -> None:
    """Wait for any of them, and no longer than that."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


@contextmanager
def _keys(stop: asyncio.Event) -> Iterator[None]:
    """What is typed does not show; q ends it."""
    if not sys.stdin.isatty():
        yield
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    loop = asyncio.get_running_loop()

    def typed() -> None:
        if b"q" in os.read(descriptor, 1024).lower():
            stop.set()

    tty.setcbreak(descriptor)
    loop.add_reader(descriptor, typed)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
