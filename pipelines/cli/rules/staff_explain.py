"""Why the rules fire on a stored article or do not, asked of a running daemon in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from pipelines.cli.rules.explain import in_short
from pipelines.cli.rules.find_article import stored
from pipelines.flag import build

if TYPE_CHECKING:
    from crawler.runtime.services import Services


async def why(services: Services, url: str) -> list[str]:
    """Lines of plain text, by the rules that the daemon uses now. Raises `Unusable`."""
    if "://" not in url:
        raise Unusable(f"{url}: expected the address of a stored article")
    article = await services.database.read(lambda connection: stored(connection, url))
    return in_short(await build(services).current(), article)
