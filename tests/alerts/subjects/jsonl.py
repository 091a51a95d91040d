"""A file of JSON lines."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from alerts.channels.jsonl import JsonLines
from crawler.model.clock import utc_now
from tests.alerts.subject import Subject

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def subject(folder: Path) -> AsyncIterator[Subject]:
    file = folder / "alerts.jsonl"
    yield Subject(
        channel=JsonLines(name="desk", path=file, clock=utc_now),
        shown=lambda: file.read_text("utf-8"),
        keeps_headlines=True,
    )
