"""A webhook, and a receiver that checks every signature."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.alerts.subject import Subject
from tests.doubles.webhook_receiver import SECRET, Receiver, webhook

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def subject(folder: Path) -> AsyncIterator[Subject]:
    async with Receiver() as receiver:
        yield Subject(
            channel=webhook(receiver.url),
            shown=lambda: json.dumps([receiver.taken, receiver.headers], ensure_ascii=False),
            secrets=(SECRET,),
            forgets="cannot be asked",
        )
