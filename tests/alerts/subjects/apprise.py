"""Apprise, with a mail server."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.alerts.subject import Subject
from tests.doubles.smtp_server import PASSWORD, Mailbox, apprise

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def subject(folder: Path) -> AsyncIterator[Subject]:
    with Mailbox() as mailbox:
        yield Subject(
            channel=apprise(mailbox.url),
            shown=mailbox.text,
            secrets=(PASSWORD,),
            forgets="cannot ask",
            live=r"<!|<@|@here|<https",
        )
