"""A picture of a store's newest alert in a terminal: `python -m alerts.gallery.picture STORE`.

Writes SVG to standard output; docs/alert.svg was made this way from the store of a demonstration.
"""

from __future__ import annotations

import asyncio
import io
import sys

from rich.console import Console

from alerts.channels.terminal import panel
from alerts.message.compose import compose
from crawler.model.alert import Alert
from crawler.storage.alerts import outbox_report
from crawler.storage.database import Database

_WIDTH = 92


def picture(alert: Alert, *, timezone: str = "UTC") -> str:
    """The alert as SVG."""
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), highlight=False)
    console.print(panel(compose(alert, timezone=timezone), channel="ct-desk"))
    return console.export_svg(title="Wirewatch", unique_id="alert")


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    database = Database(f"sqlite:///{sys.argv[1]}")
    rows = asyncio.run(
        database.read(lambda connection: outbox_report.listed(connection, limit=100))
    )
    database.close()
    if not rows:
        sys.exit("this store holds no alert")
    english = [row for row in rows if row.payload.get("language") == "en"]
    sys.stdout.write(picture(Alert.from_json((english or rows)[0].payload)))


if __name__ == "__main__":
    main()
