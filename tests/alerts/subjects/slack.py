"""Slack, with a mock of its server."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.alerts.delivering import slack_channel
from tests.alerts.subject import Subject
from tests.doubles.slack.mock_slack import TOKEN, MockSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def subject(folder: Path) -> AsyncIterator[Subject]:
    async with MockSlack() as server:
        yield Subject(
            channel=slack_channel(server),
            shown=lambda: json.dumps(server.messages),
            secrets=(TOKEN,),
            live=r"<[!@#]|@here",
        )
