"""The exceptions that a worker's task answers with."""

from __future__ import annotations


class TaskRefusal(Exception):
    """An answer, not a fault: it travels from the worker process to whoever asked.

    A subclass hands all that it was made of to `Exception.__init__`, or keeps it in attributes.
    """
