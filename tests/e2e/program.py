"""`wirewatch` as a process of its own, as users start it, and how it ends."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import psutil

from crawler.config.environment import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

COMMAND = (sys.executable, "-m", "crawler")
SCRAPY = (sys.executable, "-m", "scrapy")
PATIENCE = 60.0  # seconds: a noisy machine is no defect
_TICK = 0.02
_NO_CRASHES = f"{PREFIX}CRAWL__CRASH_PAUSE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a command left behind."""

    status: int
    out: str = field(repr=False)
    err: str


class Running:
    """One process, the leader of its own session: so its children can be told from all others."""

    def __init__(self, process: asyncio.subprocess.Process, out: Path, err: Path) -> None:
        self._process = process
        self._out = out
        self._err = err

    @classmethod
    async def start(
        cls,
        words: Sequence[str],
        *,
        at: Path,
        folder: Path,
        number: int,
        environment: Mapping[str, str],
    ) -> Self:
        """Start it `at` a place, with none of our own WIREWATCH_ variables but `environment`.

        What it says goes to the files NUMBER.out and NUMBER.err in `folder`.
        """
        out, err = folder / f"{number}.out", folder / f"{number}.err"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                *words,
                cwd=at,
                # Many tests kill one process after another: that is no fault of a source.
                env={**inherited, "COLUMNS": "240", _NO_CRASHES: "0s", **environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        return cls(process, out, err)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def err(self) -> str:
        return self._err.read_text("utf-8", errors="replace")

    async def ended(self, *, within: float = PATIENCE) -> Ended:
        """Wait for its end; TimeoutError where it does not come in time."""
        status = await asyncio.wait_for(self._process.wait(), within)
        return Ended(status=status, out=self._out.read_text("utf-8"), err=self.err)

    async def terminate(self, *, within: float = PATIENCE) -> Ended:
        """SIGTERM, and wait."""
        self._process.terminate()
        return await self.ended(within=within)

    def shoot(self) -> None:
        """`kill -9`, now."""
        if self.alive:
            self._process.kill()

    async def kill(self) -> list[psutil.Process]:
        """`kill -9`; returns those of its children that live on after it, for ten seconds."""
        self.shoot()
        await self._process.wait()
        deadline = asyncio.get_running_loop().time() + 10
        while left := _session(self._process.pid):
            if asyncio.get_running_loop().time() > deadline:
                return left
            await asyncio.sleep(_TICK)
        return []


def _session(leader: int) -> list[psutil.Process]:
    """Everything that lives in the session of a process that may be gone itself."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, PermissionError, psutil.Error):
            continue
    return found


async def until(
    reached: Callable[[], bool], what: str, *, within: float = PATIENCE, of: Running | None = None
) -> None:
    """Wait until something is so; fails, naming `what`, if it is not in time or `of` has ended."""
    deadline = asyncio.get_running_loop().time() + within
    while not reached():
        if of is not None and not of.alive:
            raise AssertionError(f"the program ended before: {what}\n{of.err}")
        if asyncio.get_running_loop().time() > deadline:
            said = of.err if of is not None else ""
            raise AssertionError(f"not within {within:g} s: {what}\n{said}")
        await asyncio.sleep(_TICK)
