"""Installations to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.crawler.health.reports.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def watch(store_url: str) -> Iterator[Callable[..., Watch]]:
    """Make one, with these tables of settings."""
    made: list[Watch] = []

    def make(**tables: Any) -> Watch:
        made.append(Watch(store_url, **tables))
        return made[-1]

    yield make
    for one in made:
        one.services.close()
