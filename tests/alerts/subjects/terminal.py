"""A terminal that is a string."""

from __future__ import annotations

import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from alerts.channels.terminal import Terminal
from tests.alerts.subject import Subject

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def subject(folder: Path) -> AsyncIterator[Subject]:
    stream = io.StringIO()
    yield Subject(
        channel=Terminal(name="desk", timezone="UTC", stream=stream),
        shown=stream.getvalue,
        forgets="does not remember",
    )
