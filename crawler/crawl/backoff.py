"""Back-off of documents: how long one that could not be had is left alone.

What may pass by itself is tried again soon, what stands in the way for good rarely, and nothing is
given up: a feed that is gone often comes back.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

import xxhash

from crawler.discovery.block_pages import CHALLENGE
from crawler.model.backoff import backoff

if TYPE_CHECKING:
    from crawler.config.source import Source
    from crawler.crawl.failures import RequestFailure


class Gravity(Enum):
    """The first wait of a kind of trouble, and the longest."""

    TEMPORARY = (timedelta(minutes=1), timedelta(hours=1))
    HARD = (timedelta(minutes=10), timedelta(hours=24))


# They may go away, and to ask often only makes them stay.
_HARD = frozenset(
    {
        CHALLENGE,
        "certificate",
        "headers-too-large",
        "html-instead",
        "http-400",
        "http-403",
        "no-feed",
        "not-a-feed",
        "not-a-list",
        "not-modified",
        "not-the-document",
    }
)
_INTERVALS = 5  # of a wire that is down, until it is asked again
_WIRE = timedelta(minutes=10)
_SPREAD = 0.2  # of a wait, either way: a hundred feeds of one host do not come back together


def gravity(trouble: RequestFailure) -> Gravity:
    """Does this trouble pass by itself?"""
    hard = trouble.permanent or trouble.slug in _HARD
    return Gravity.HARD if hard else Gravity.TEMPORARY


def longest_wait(source: Source, default_interval: timedelta) -> timedelta:
    """How long at most a document of the source is left alone for what passes by itself.

    A wire is asked again within five of its intervals and ten minutes: its news is old soon.
    """
    if source.kind != "wire":
        return Gravity.TEMPORARY.value[1]
    return min(_INTERVALS * (source.interval or default_interval), _WIRE)


def wait(
    trouble: RequestFailure, *, url: str, failures: int, longest_temporary: timedelta | None = None
) -> timedelta:
    """How long to leave `url` alone after so many failures in a row.

    Twice as long each time, up to an hour (or `longest_temporary`) or a day; the same arguments
    give the same answer.
    """
    first: timedelta
    longest: timedelta
    first, longest = gravity(trouble).value
    if longest_temporary is not None and gravity(trouble) is Gravity.TEMPORARY:
        first, longest = min(first, longest_temporary), longest_temporary
    share = xxhash.xxh32_intdigest(f"{url} {failures}".encode()) / 2**32
    jitter = 1 - _SPREAD + 2 * _SPREAD * share
    return backoff(failures - 1, first=first, cap=longest, jitter=jitter)
