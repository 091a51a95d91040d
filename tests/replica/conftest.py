"""A replica wire service that answers, and somebody to ask it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
import pytest

from replica.service import WireService
from replica.story import load_stories

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from replica.story import Story

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def stories() -> tuple[Story, ...]:
    return load_stories()


@pytest.fixture
async def service(stories: tuple[Story, ...]) -> AsyncIterator[WireService]:
    async with WireService(stories, clock=lambda: NOON) as running:
        yield running


@pytest.fixture
async def reader() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session
