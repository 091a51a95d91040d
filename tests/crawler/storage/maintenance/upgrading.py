"""A process that upgrades a store; it may be killed after so many statements."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from typing import Any

import sqlalchemy as sa

from crawler.storage.database import Database
from crawler.storage.maintenance.migrate import migrate


def main(url: str, statements: int) -> None:
    database = Database(url)
    said = itertools.count(1)

    @sa.event.listens_for(database.engine, "before_cursor_execute")
    def _die(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        changes = statement.lstrip().startswith(("ALTER", "CREATE", "UPDATE", "DROP", "INSERT"))
        if changes and next(said) == statements:
            os.kill(os.getpid(), signal.SIGKILL)

    migrate(database)
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
