"""A pool of worker processes: a task that hangs or crashes costs that task only.

A worker that takes too long is ended by the kernel, one that dies is replaced, all of them end with
this process however it ends. Tasks take turns by their owner.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import sys
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import popen_forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pebble import ProcessExpired, ProcessPool

from crawler.runtime.fair_queue import FairQueue
from crawler.runtime.worker_process import DEADLINE, TaskRaised, call, prepare

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from datetime import timedelta

logger = logging.getLogger(__name__)

TASKS_A_WORKER = 2_000  # then it is replaced: libraries written in C leak a little
MEMORY = 1_000_000_000  # bytes of data that a worker may have; a hostile page asked for 700 MB
STARTING = 60.0  # seconds that the first worker may take to load everything
_DONE, _UNASKED = 64, 65  # exit statuses: a worker that was through; one that left with a 0


class TaskFailed(Exception):
    """A task came to nothing; the message says why."""


class TaskTimeout(TaskFailed):
    """It took longer than its deadline, and its worker was ended."""


class WorkerCrashed(TaskFailed):
    """Its worker died, or could not be started."""


class _Launch(popen_forkserver.Popen):
    """Starts a worker that does not import the program again: a task is named by its module.

    Loading the command line took 0.6 seconds and 35 MB of every worker.
    """

    def _launch(self, process_obj: Any) -> None:
        program = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            super()._launch(process_obj)  # type: ignore[misc]
        finally:
            sys.modules["__main__"] = program


class _Worker(ForkServerProcess):
    """A worker ignores SIGTERM, and pebble waits three seconds for one to obey.

    Pebble takes status 0 for a worker that has done its share, even in the middle of a task: so one
    that has done its share says so by a status of its own, and 0 is a crash like any other.
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - the name that multiprocessing calls
        return _Launch(process_obj)

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


class WorkerPool:
    """Its workers start with the first task. Close it to end them. Used from one event loop.

    `preload` is the module whose import is the warm-up: workers are forked from a server that has
    imported it. There is one such server in a process, and the first pool decides what it loads.
    """

    def __init__(
        self,
        *,
        workers: int,
        timeout: timedelta,
        preload: str,
        targets: Sequence[str] = (),
        tasks_a_worker: int = TASKS_A_WORKER,
        memory: int = MEMORY,
    ) -> None:
        self._workers = workers
        self.seconds = timeout.total_seconds()
        self._patience = STARTING + 2 * self.seconds
        self._preload = preload
        self._targets = tuple(targets)
        self._tasks_a_worker = tasks_a_worker
        self._memory = memory
        self._queue = FairQueue(workers)
        self._pending: set[Future[Any]] = set()
        self._pool: ProcessPool | None = None
        self._closed = False

    async def run(self, owner: str, target: str, /, *args: Any, **kwargs: Any) -> Any:
        """Call "module:function" in a worker; arguments and answer have to be picklable.

        `owner` is whose turn it takes: a source's name. Raises `TaskRefusal` where the function
        does, and `TaskFailed`.
        """
        async with self._queue.place(owner):
            for last in (False, True):
                pool = self._running()
                try:
                    return await self._attempt(pool, target, args, kwargs)
                except (BrokenProcessPool, RuntimeError) as error:
                    # A worker that died between two tasks takes the whole of pebble's pool along.
                    if last or self._closed:
                        raise WorkerCrashed(str(error)) from error
                    logger.warning("worker pool broke, starting another error=%r", error)
                    self._give_up(pool)
        raise AssertionError("the second attempt returns or raises")

    async def _attempt(
        self, pool: ProcessPool, target: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        future = pool.schedule(call, args=(target, self.seconds, args, kwargs))
        self._pending.add(future)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._patience)
        except ProcessExpired as error:
            if error.exitcode == -DEADLINE:
                raise TaskTimeout(f"over {self.seconds:g} s") from None
            raise WorkerCrashed(f"exit status {error.exitcode}") from None
        except TimeoutError:
            # Pebble lost sight of a worker that died in the moment it took the task.
            raise WorkerCrashed("no answer") from None
        except TaskRaised as error:
            raise TaskFailed(str(error)) from error
        finally:
            self._pending.discard(future)

    def _running(self) -> ProcessPool:
        if self._closed:
            raise RuntimeError("the worker pool is closed")
        if self._pool is None:
            multiprocessing.set_forkserver_preload([self._preload])
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=self._tasks_a_worker,
                initializer=prepare,
                initargs=(self._targets, self._memory),
                context=_Context(),
            )
        return self._pool

    def _give_up(self, pool: ProcessPool) -> None:
        if self._pool is pool:
            self._pool = None
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def close(self) -> None:
        """End the workers at once. Tasks under way are cancelled."""
        self._closed = True
        self._queue.close()
        for future in tuple(self._pending):
            future.cancel()
        if self._pool is not None:
            self._give_up(self._pool)
