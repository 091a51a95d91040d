"""Start wirewatch on a machine whose clock and disk a test commands (`tests.e2e.machine`).

    python tests/e2e/clocked.py FOLDER run ...

FOLDER/clock holds by how many seconds the wall clock is ahead; the monotonic clock is left alone.
While FOLDER/disk-full exists, SQLite may take no further page of the disk. Both are looked at again
and again. A worker process imports this module once more, and is left alone.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from pathlib import Path
from typing import Any

LOOK = 0.2  # seconds
_MOST = 1_073_741_823  # pages: what SQLite allows by itself


def main() -> None:
    folder = Path(sys.argv.pop(1))
    sys.path.pop(0)  # what lies beside this file is no library
    import time_machine

    ahead = _ahead(folder)
    travel = time_machine.travel(time.time() + ahead, tick=True)
    traveller = travel.start()
    threading.Thread(target=_follow, args=(folder, ahead, traveller), daemon=True).start()
    _bound_the_disk(folder / "disk-full")
    from crawler.__main__ import main as run

    run()


def _ahead(folder: Path) -> float:
    return float((folder / "clock").read_text("utf-8"))


def _follow(folder: Path, ahead: float, traveller: Any) -> None:
    while True:
        time.sleep(LOOK)
        told = _ahead(folder)
        if told != ahead:
            traveller.shift(told - ahead)
            ahead = told


def _bound_the_disk(full: Path) -> None:
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    @event.listens_for(Pool, "checkout")
    def bound(connection: Any, record: Any, _proxy: Any) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        wanted = full.exists()
        if record.info.get("full", False) != wanted:
            # SQLite takes as many as it has by now where that is more.
            connection.execute(f"PRAGMA max_page_count = {1 if wanted else _MOST}")
            record.info["full"] = wanted


if __name__ == "__main__":
    main()
