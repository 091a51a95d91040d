"""Subprocess under demonstration: `wirewatch run` as in production."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING, Any

from crawler.cli.common import NO_DAEMON
from crawler.config.environment import PREFIX
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from pathlib import Path

LOG = "run.log"
_GRACE = 12.0  # `run` promises to end within ten seconds of SIGTERM
_TAIL = 12


class WatchedProgram:
    """One `wirewatch run`. Its standard output is ours, its log goes to a file."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._log = config.parent / LOG
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *_command("run", self._config),
                stderr=log,
                env=_environment(),
                # Ctrl-C is for us to see; we end the program in good order.
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise if the program ended on its own, with the last it said."""
        if self._process is not None and self._process.returncode is not None:
            raise Unusable(
                f"`wirewatch run` ended on its own with status {self._process.returncode}:\n"
                + self.last_words()
            )

    def last_words(self) -> str:
        lines = self._log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_TAIL:])

    async def stop(self) -> int:
        """SIGTERM, and wait. Returns the exit status, which is negative if it had to be killed."""
        process = self._process
        if process is None:
            return 0
        if process.returncode is None:
            process.terminate()
        try:
            return await asyncio.wait_for(process.wait(), _GRACE)
        except BaseException as error:
            if process.returncode is None:
                process.kill()
            if not isinstance(error, TimeoutError):
                raise
            return await process.wait()

    async def totals(self) -> dict[str, Any]:
        """What `wirewatch status --json` adds up for this store."""
        process = await asyncio.create_subprocess_exec(
            *_command("status", self._config),
            "--json",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(),
        )
        answer, complaint = await process.communicate()
        if process.returncode not in {0, NO_DAEMON}:  # the one that was watched has ended
            raise Unusable(f"`wirewatch status` failed:\n{complaint.decode(errors='replace')}")
        totals: dict[str, Any] = json.loads(answer)["totals"]
        return totals


def _command(name: str, config: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "crawler", name, "--config", str(config))


def _environment() -> dict[str, str]:
    # The store and the Slack token of a real installation have no business in a demonstration.
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
