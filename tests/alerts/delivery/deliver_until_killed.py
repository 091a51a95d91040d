"""A process that delivers one store's alerts to a mock Slack, to be killed by a test."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from alerts.channels.slack import Slack
from alerts.delivery.delivery import Delivery
from crawler.model.clock import utc_now
from crawler.storage.database import Database
from tests.doubles.slack.mock_slack import TOKEN

VISIBLE_WITHIN = 2.0


async def deliver(store_url: str, base_url: str) -> None:
    channel = Slack(
        name="desk",
        target="C0ALERTS",
        token=TOKEN,
        base_url=base_url,
        timezone="UTC",
        pace=0,
        timeout=5,
        visible_within=VISIBLE_WITHIN,
    )
    database = Database(store_url)
    lease = timedelta(seconds=60)
    delivery = Delivery(database, [channel], lease=lease, clock=utc_now)
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    counts = await delivery.drain(60)
    await delivery.stop()
    database.close()
    sys.stdout.write(f"waiting {counts['waiting']}\n")


if __name__ == "__main__":
    asyncio.run(deliver(*sys.argv[1:]))
