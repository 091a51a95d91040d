"""`/wirewatch …` in Slack: the few questions and orders that a desk may give from there."""

from __future__ import annotations

import logging
from html import unescape
from typing import TYPE_CHECKING

from alerts.message.escaping import typed
from crawler.model.exceptions import Unusable
from crawler.storage.database import SQLAlchemyError, reason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Sequence

    from crawler.ports import StaffQueriesPort

logger = logging.getLogger(__name__)

HELP = (
    "/wirewatch status: how each source does, and what waits to be sent",
    "/wirewatch why URL: which rules fire on a stored article or come near, and why",
    "/wirewatch backfill SOURCE SINCE UNTIL: read its past (days as 2019-09-01), alerting nobody",
    "/wirewatch help: this list",
)


async def obey(
    text: str, *, user: str, allowed: Collection[str], answers: StaffQueriesPort
) -> AsyncIterator[Sequence[str]]:
    """Each answer to a command, as lines of literal text."""
    if user not in allowed:
        yield [f"You may not give commands here: {user} is not in allowed_users under [slack]."]
        return
    logger.info("slash command user=%s: %s", user, text[:200])
    try:
        match typed(text).split():
            case ["status"]:
                yield await answers.status()
            case ["why", url]:
                yield await answers.why(_bare(url))
            case ["backfill", source, since, until]:
                async for said in answers.backfill(source, since, until):
                    yield said
            case [] | ["help"]:
                yield HELP
            case _:
                yield ["That is no command of mine.", *HELP]
    except Unusable as error:
        yield [str(error)]
    except SQLAlchemyError as error:
        yield [f"the store cannot be read: {reason(error)}"]


def _bare(url: str) -> str:
    """The address as it was typed: Slack may hand it over as a link, `<URL|label>`."""
    if url.startswith("<") and url.endswith(">"):
        return unescape(url[1:-1].partition("|")[0])
    return url
