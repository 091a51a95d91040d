"""Pool of worker processes for extraction: a page that hangs or crashes costs that page only.

A worker that takes too long is ended by the kernel, one that dies is replaced, all of them end with
this process however it ends, and only so many pages wait here at a time.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import sys
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import TYPE_CHECKING, Any

from pebble import ProcessExpired, ProcessPool

from pipelines.extraction.not_an_article import NotAnArticle
from pipelines.workers.worker import DEADLINE, FAILED, call, prepare

if TYPE_CHECKING:
    from concurrent.futures import Future
    from datetime import datetime, timedelta

    from crawler.model.items import Entry, Extracted, Hints
    from crawler.runtime.services import Services

logger = logging.getLogger(__name__)

EXTRACT = "pipelines.workers.task:page"
LEAD = "pipelines.workers.task:lead"
WARM = "pipelines.workers.preload"
PAGES_A_WORKER = 2_000  # then it is replaced: libraries written in C leak a little
WAITING_A_WORKER = 3  # pages under way or queued; more would only fill memory
_DONE, _UNASKED = 64, 65  # exit statuses: a worker that was through; one that left with a 0
STARTING = 30.0  # seconds that the first worker may take to load everything


class _Worker(ForkServerProcess):
    """A worker ignores SIGTERM, and pebble waits three seconds for one to obey.

    Pebble takes status 0 for a worker that has done its share, even in the middle of a page: so one
    that has done its share says so by a status of its own, and 0 is a crash like any other.
    """

    def run(self) -> None:
        super().run()
        sys.exit(_DONE)

    def terminate(self) -> None:
        self.kill()

    @property
    def exitcode(self) -> int | None:
        status = super().exitcode
        return {_DONE: 0, 0: _UNASKED}.get(status, status) if status is not None else None


class _Context(ForkServerContext):
    # A fork of this process would inherit its threads' locks and its reactor.
    Process = _Worker


class ExtractionPool:
    """Workers that turn pages into articles; they start with the first page. Close it to end them.

    Used from one event loop.
    """

    def __init__(
        self,
        *,
        workers: int,
        timeout: timedelta,
        target: str = EXTRACT,
        pages_a_worker: int = PAGES_A_WORKER,
    ) -> None:
        self._workers = workers
        self._seconds = timeout.total_seconds()
        self._patience = STARTING + (WAITING_A_WORKER + 1) * self._seconds
        self._target = target
        self._pages_a_worker = pages_a_worker
        self._room = asyncio.Semaphore(workers * WAITING_A_WORKER)
        self._pending: set[Future[Any]] = set()
        self._pool: ProcessPool | None = None
        self._closed = False

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
    ) -> Extracted:
        """`article.extract` and the article's sketch, elsewhere.

        Raises `NotAnArticle`; of its reasons "extraction-timeout", "extraction-crashed" and
        "extraction-failed" are those of a page that was too much for a worker.
        """
        wanted = {"charset": charset, "hints": hints, "now": now, "entry": entry}
        found: Extracted = await self.run(self._target, html, url, **wanted)
        return found

    async def extract_lead(self, entry: Entry, *, hints: Hints, now: datetime) -> Extracted:
        """`lead_only.extract_lead` and a sketch, elsewhere: an article without its page."""
        found: Extracted = await self.run(LEAD, entry, hints=hints, now=now)
        return found

    async def run(self, target: str, *args: Any, **kwargs: Any) -> Any:
        """Call "module:function" in a worker; arguments and answer have to be picklable."""
        async with self._room:
            for last in (False, True):
                pool = self._running()
                try:
                    return await self._attempt(pool, target, args, kwargs)
                except (BrokenProcessPool, RuntimeError) as error:
                    # A worker that died between two pages takes the whole of pebble's pool along.
                    if last or self._closed:
                        raise NotAnArticle("extraction-crashed", str(error)) from error
                    logger.warning("extraction pool broke, starting another error=%r", error)
                    self._give_up(pool)
        raise AssertionError("the second attempt returns or raises")

    async def _attempt(
        self, pool: ProcessPool, target: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        future = pool.schedule(call, args=(target, self._seconds, args, kwargs))
        self._pending.add(future)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._patience)
        except ProcessExpired as error:
            if error.exitcode == -DEADLINE:
                raise NotAnArticle("extraction-timeout", f"over {self._seconds:g} s") from None
            raise NotAnArticle("extraction-crashed", f"exit status {error.exitcode}") from None
        except TimeoutError:
            # Pebble lost sight of a worker that died in the moment it took the page.
            raise NotAnArticle("extraction-crashed", "no answer") from None
        except NotAnArticle as refusal:
            if refusal.reason == FAILED:
                logger.exception("extraction failed %s", args[1:2])
            raise
        finally:
            self._pending.discard(future)

    def _running(self) -> ProcessPool:
        if self._closed:
            raise RuntimeError("the extraction pool is closed")
        if self._pool is None:
            multiprocessing.set_forkserver_preload([WARM])
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=self._pages_a_worker,
                initializer=prepare,
                initargs=((self._target,),),
                context=_Context(),
            )
        return self._pool

    def _give_up(self, pool: ProcessPool) -> None:
        if self._pool is pool:
            self._pool = None
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def close(self) -> None:
        """End the workers at once. Pages under way are cancelled: they were not settled."""
        self._closed = True
        for future in tuple(self._pending):
            future.cancel()
        if self._pool is not None:
            self._give_up(self._pool)
