"""Pool of worker processes for extraction: a page that hangs or crashes costs that page only.

Where no worker can extract even a page of our own, extraction is down: nothing is the page's fault.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from crawler.runtime.worker_pool import (
    TASKS_A_WORKER,
    TaskFailed,
    TaskTimeout,
    WorkerCrashed,
    WorkerPool,
)
from pipelines.extraction.not_an_article import NotAnArticle

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from crawler.model.items import Entry, Extracted, Hints
    from crawler.runtime.services import Services

logger = logging.getLogger(__name__)

EXTRACT = "pipelines.workers.task:page"
LEAD = "pipelines.workers.task:lead"
SELF_TEST = "pipelines.workers.task:self_test"
WARM = "pipelines.workers.preload"
TIMEOUT, CRASHED, FAILED = "extraction-timeout", "extraction-crashed", "extraction-failed"
AGAIN = 10.0  # seconds until workers that are down are tried again


def shared(services: Services) -> ExtractionPool:
    """The pool of this process."""
    return services.once(ExtractionPool.from_services)


class ExtractionDown(Exception):
    """No worker can extract anything; the message says why."""


class ExtractionPool:
    """Workers that turn pages into articles; they start with the first page. Close it to end them.

    Used from one event loop. `down` says why extraction is down; "" where it is not.
    """

    def __init__(
        self,
        *,
        workers: int,
        timeout: timedelta,
        target: str = EXTRACT,
        pages_a_worker: int = TASKS_A_WORKER,
    ) -> None:
        self._target = target
        self._pool = WorkerPool(
            workers=workers,
            timeout=timeout,
            preload=WARM,
            targets=(target,),
            tasks_a_worker=pages_a_worker,
        )
        self.down = ""
        self._tested_at = 0.0
        self._one_test = asyncio.Lock()

    @classmethod
    def from_services(cls, services: Services) -> ExtractionPool:
        config = services.config.extraction
        return cls(workers=config.workers, timeout=config.timeout)

    async def extract(
        self,
        html: bytes,
        url: str,
        *,
        charset: str | None,
        hints: Hints,
        now: datetime,
        entry: Entry | None = None,
        source: str = "",
    ) -> Extracted:
        """`article.extract` and the article's sketch, elsewhere.

        Raises `NotAnArticle`; of its reasons "extraction-timeout", "extraction-crashed" and
        "extraction-failed" are those of a page that was too much for a worker. Raises
        `ExtractionDown`.
        """
        wanted = {"charset": charset, "hints": hints, "now": now, "entry": entry}
        found: Extracted = await self._sound(source, self._target, html, url, **wanted)
        return found

    async def extract_lead(
        self, entry: Entry, *, hints: Hints, now: datetime, source: str = ""
    ) -> Extracted:
        """`lead_only.extract_lead` and a sketch, elsewhere: an article without its page."""
        found: Extracted = await self._sound(source, LEAD, entry, hints=hints, now=now)
        return found

    async def run(self, target: str, /, *args: Any, source: str = "", **kwargs: Any) -> Any:
        """Call "module:function" in a worker, in the source's turn. Raises `NotAnArticle`."""
        try:
            return await self._pool.run(source, target, *args, **kwargs)
        except TaskTimeout as error:
            raise NotAnArticle(TIMEOUT, str(error)) from None
        except WorkerCrashed as error:
            raise NotAnArticle(CRASHED, str(error)) from None
        except TaskFailed as error:
            logger.warning("extraction failed %s", args[1:2], exc_info=error)
            raise NotAnArticle(FAILED, str(error)) from None

    async def self_test(self) -> str:
        """Why a worker cannot extract a page of our own; "" where it can."""
        async with self._one_test:
            now = asyncio.get_running_loop().time()
            if not self.down or now - self._tested_at >= AGAIN:
                self.down = await self._tested()
                self._tested_at = asyncio.get_running_loop().time()
            return self.down

    async def _tested(self) -> str:
        try:
            await self.run(SELF_TEST)
        except NotAnArticle as error:
            logger.exception("extraction is down")
            return str(error)
        return ""

    async def _sound(self, source: str, target: str, *args: Any, **kwargs: Any) -> Any:
        if self.down and (why := await self.self_test()):
            raise ExtractionDown(why)
        try:
            return await self.run(target, *args, source=source, **kwargs)
        except NotAnArticle as refusal:
            if refusal.reason in {CRASHED, FAILED} and (why := await self.self_test()):
                raise ExtractionDown(why) from None
            raise

    def close(self) -> None:
        """End the workers at once. Pages under way are cancelled: they were not settled."""
        self._pool.close()
