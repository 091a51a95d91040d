"""What runs inside a worker process: one named function a call, under a deadline the kernel keeps.

A function travels as "module:name", so that the parent need not load what only workers use.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import resource
import signal
import threading
from contextlib import suppress
from functools import lru_cache
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from crawler.model.task_refusal import TaskRefusal

if TYPE_CHECKING:
    from collections.abc import Callable

_OBJECTS = 20_000  # more than were there before, until the collector looks through the young ones
_LARGE = 250_000_000  # bytes resident after a task; most of them were for that one
DEADLINE = signal.SIGALRM  # a worker that dies of it was too slow; of anything else: it crashed


class TaskRaised(Exception):
    """The function raised what it does not promise: its type and message, in words."""


def prepare(targets: tuple[str, ...], memory: int) -> None:
    """Make this process a worker: load what it will run, and outlive neither task nor parent.

    `memory` bytes of data are its limit: what asks for more gets a MemoryError.
    """
    # A terminal or a service manager signals the whole group. The parent decides when we go.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # The default action ends the process even while it is deep inside a C library.
    signal.signal(DEADLINE, signal.SIG_DFL)
    gc.set_threshold(_OBJECTS)  # a task makes many, nearly all of which go with it
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    for target in targets:
        with suppress(Exception):  # what cannot be loaded is told by the call
            resolve(target)
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    limit = memory if most == resource.RLIM_INFINITY else min(memory, most)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


def call(target: str, seconds: float, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run one function; the kernel ends this process if that takes longer than `seconds`.

    Raises a `TaskRefusal` or `TaskRaised`, and no other: they may not survive the way home.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return resolve(target)(*args, **kwargs)
    except TaskRefusal:
        raise
    except (Exception, SystemExit) as error:
        raise TaskRaised(f"{type(error).__name__}: {str(error)[:500]}") from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _trim_memory()


def _trim_memory() -> None:
    """Hand back to the system what a large task needed; the allocator would keep it."""
    with suppress(OSError, AttributeError):  # another system than Linux, another C library
        pages = int(Path("/proc/self/statm").read_bytes().split()[1])
        if pages * resource.getpagesize() > _LARGE:
            gc.collect()
            ctypes.CDLL(None).malloc_trim(0)


@lru_cache(maxsize=32)
def resolve(target: str) -> Callable[..., Any]:
    module, _, name = target.partition(":")
    return cast("Callable[..., Any]", getattr(importlib.import_module(module), name))


def _leave_with_the_parent() -> None:
    """A parent that was killed could not tell us; its end of this pipe closes all the same."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
