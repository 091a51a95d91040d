"""Preload of the worker processes: importing this loads once, to share, what is loaded lazily.

Worker processes are forked from a server that has imported it, so that a new one starts at once
and shares these pages of memory.
"""

from __future__ import annotations

import gc
from contextlib import suppress

import crawler.discovery.reader  # noqa: F401 - documents are read in such workers, too
from pipelines.workers.task import self_test

with suppress(Exception):  # what is wrong is told by a worker that tests itself
    self_test()

# What is loaded by now stays: looking through it again and again would take a tenth of the time,
# and would make the workers' copies of these pages of memory their own.
gc.collect()
gc.freeze()
