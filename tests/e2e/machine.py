"""The machine that a program runs on: its clock and its disk, as a test wants them.

The program is started by `COMMAND` of the machine, and everything that a test publishes is dated by
`now`: there is one clock, which goes on as clocks do, and jumps when it is told to.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLOCKED = Path(__file__).with_name("clocked.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """The clock said `before`, and then `after`."""

    before: datetime
    after: datetime

    @property
    def is_back(self) -> bool:
        return self.after < self.before


class Machine:
    """`jumps` are those of its clock, in their order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ahead = timedelta()
        self._full = folder / "disk-full"
        self.jumps: list[Jump] = []
        self._tell()

    @property
    def command(self) -> Sequence[str]:
        """What `wirewatch` is on this machine."""
        return (sys.executable, str(_CLOCKED), str(self._folder))

    def now(self) -> datetime:
        return utc_now() + self._ahead

    def put_on(self, by: timedelta) -> None:
        """The clock jumps; a program that runs notices within a moment."""
        before = self.now()
        self._ahead += by
        self._tell()
        self.jumps.append(Jump(before=before, after=self.now()))

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
