"""Errors of archives: what a backfill is not handed, as the reason of a shard that failed."""

from __future__ import annotations

from crawler.model.task_refusal import TaskRefusal


class ArchiveUnavailable(TaskRefusal):
    """The archive, or the source, did not hand over what it was asked for; says what it did."""


class Unread(ArchiveUnavailable):
    """The worker that read it ran out of time, or died: the next time it may be read."""
