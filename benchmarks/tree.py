"""Resource usage of a process tree: peak memory and processor time."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    import subprocess

_EVERY = 0.1  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Usage:
    """`peak` is the largest sum of resident bytes; pages shared by processes count in each.

    `seconds` is from the first look to the exit. `others` is the share of the machine's
    processors, 0..1, that was busy with anything else: where it is not near nought, the
    measurement was disturbed.
    """

    peak: int
    seconds: float
    others: float


def watch(process: subprocess.Popen[str], *, beside: int) -> Usage:
    """Look at the process until it ends. `beside` is the server's pid, which is part of the set."""
    began = time.perf_counter()
    machine = _busy()
    server = _cpu(beside)
    spent: dict[int, float] = {}
    peak = 0
    while process.poll() is None:
        resident = 0
        for member in _tree(process.pid):
            with contextlib.suppress(psutil.Error):
                resident += member.memory_info().rss
                spent[member.pid] = _of(member)
        peak = max(peak, resident)
        time.sleep(_EVERY)
    seconds = time.perf_counter() - began
    ours = sum(spent.values()) + _cpu(beside) - server
    others = (_busy() - machine - ours) / (seconds * (psutil.cpu_count() or 1))
    return Usage(peak=peak, seconds=seconds, others=max(others, 0.0))


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _cpu(pid: int) -> float:
    return _of(psutil.Process(pid))


def _busy() -> float:
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0)
