"""Read documents away from the loop: in worker processes, under a deadline, within limits.

A small one is read at once: the parsers are linear, and the worst kilobyte that was found takes 15
milliseconds (an RSS feed of opening tags, 12 to 15 ms a kilobyte; see tests/test_regexes_linear.py
for what the expressions take). To hand it to a worker would cost more than an ordinary one takes.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from crawler import settings
from crawler.discovery import reader
from crawler.discovery.errors import NotTheDocument
from crawler.model.task_refusal import TaskRefusal
from crawler.runtime.worker_pool import TaskFailed, TaskTimeout, WorkerCrashed, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.config.source import DocumentKind, Source
    from crawler.discovery.document import Reading
    from crawler.discovery.received import Received
    from crawler.runtime.services import Services

logger = logging.getLogger(__name__)

AT_ONCE = 1_024  # bytes of a document, and of its Link headers, that are read on the loop
DEADLINE = timedelta(seconds=10)  # a sitemap of 50 MB, which the protocol allows, takes three
MEMORY = 800_000_000  # bytes of a worker: that sitemap takes 350 MB
WORKERS = 2  # one slow document does not hold up the others
READ = "crawler.discovery.reader:read"
_T = TypeVar("_T")


class DocumentPool:
    """The readers of one process; its workers start with the first document that is not small."""

    def __init__(self, *, deadline: timedelta = DEADLINE) -> None:
        self._pool = WorkerPool(
            workers=WORKERS,
            timeout=deadline,
            preload=settings.WIREWATCH_WORKER_PRELOAD,
            targets=(READ,),
            memory=MEMORY,
        )

    @classmethod
    def from_services(cls, _: Services) -> Self:
        return cls()

    async def read(
        self, kind: DocumentKind, received: Received, source: Source, *, depth: int = 1
    ) -> Reading:
        """What the document says. Raises `NotTheDocument`: also where it is too much to be read."""
        size = len(received.body) + sum(map(len, received.links))
        return await self.call(source.name, size, reader.read, kind, received, source, depth)

    async def call(self, owner: str, size: int, function: Callable[..., _T], /, *args: Any) -> _T:
        """Call a function of a module with `size` bytes from outside, at once if they are few.

        Raises `NotTheDocument`, and what the function refuses with.
        """
        if size > AT_ONCE:
            target = f"{function.__module__}:{function.__qualname__}"
            return cast("_T", await self.run(owner, target, *args))
        try:
            return function(*args)
        except TaskRefusal:
            raise
        except Exception as error:
            logger.exception("document could not be read owner=%s", owner)
            raise _unreadable(f"{type(error).__name__}: {error}") from error

    async def run(self, owner: str, target: str, /, *args: Any) -> Any:
        """Call "module:function" with what came from outside. Raises `NotTheDocument`."""
        try:
            return await self._pool.run(owner, target, *args)
        except TaskTimeout as error:
            said = f"it takes too long to read: {error}"
            raise NotTheDocument(said, slug="too-slow") from None
        except WorkerCrashed as error:
            raise NotTheDocument(
                f"the worker that read it died: {error}", slug="reader-crashed"
            ) from None
        except TaskFailed as error:
            logger.warning("document could not be read", exc_info=error)
            raise _unreadable(str(error)) from None

    def close(self) -> None:
        self._pool.close()


def _unreadable(why: str) -> NotTheDocument:
    return NotTheDocument(f"it cannot be read: {why[:200]}", slug="unreadable")
