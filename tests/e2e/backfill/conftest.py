"""A site with a past of thirty days, and an installation that can ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.backfill.past import Past, articles
from tests.e2e.desk import Desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def past() -> AsyncIterator[Past]:
    async with Past(articles(30)) as opened:
        yield opened


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Desk(tmp_path) as opened:
        yield opened
