"""Start wirewatch at a told instant: `python at_instant.py 2026-11-29T01:30:00Z status`."""

from __future__ import annotations

import sys
from datetime import datetime

import time_machine


def main() -> None:
    instant = datetime.fromisoformat(sys.argv.pop(1))
    sys.path.pop(0)  # what lies beside this file is no library
    with time_machine.travel(instant, tick=True):
        from crawler.__main__ import main as run

        run()


if __name__ == "__main__":
    main()
