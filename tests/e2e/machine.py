"""The machine that a program runs on: its clock and its disk, as a test wants them.

The program is started by `COMMAND` of the machine, and everything that a test publishes is dated by
`now`: there is one clock, which goes on as clocks do, and jumps when it is told to.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.model.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_CLOCKED = Path(__file__).with_name("clocked.py")


class Machine:
    """A clock that may jump, and a disk that may be full."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ahead = timedelta()
        self._full = folder / "disk-full"
        self._tell()

    @property
    def command(self) -> Sequence[str]:
        """What `wirewatch` is on this machine."""
        return (sys.executable, str(_CLOCKED), str(self._folder))

    def now(self) -> datetime:
        return utc_now() + self._ahead

    def put_on(self, by: timedelta) -> None:
        """The clock jumps; a program that runs notices within a moment."""
        self._ahead += by
        self._tell()

    def fill_disk(self) -> None:
        self._full.touch()

    def free_disk(self) -> None:
        self._full.unlink()

    @property
    def disk_is_full(self) -> bool:
        return self._full.exists()

    def _tell(self) -> None:
        whole = self._folder / "clock.new"
        whole.write_text(f"{self._ahead.total_seconds()}", "utf-8")
        whole.replace(self._folder / "clock")
