"""What the tests of alerts share: an alert, a filled outbox, a mock Slack."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest

from tests.doubles.slack.mock_slack import MockSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that reaches the root logger, as a log file would hold it.

    Unlike `caplog`, which also listens where nobody else does: at loggers cut off from the root.
    """
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
async def slack() -> AsyncIterator[MockSlack]:
    async with MockSlack() as server:
        yield server
