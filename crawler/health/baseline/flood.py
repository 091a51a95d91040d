"""Flood detection: a source announces far more than ever, known before its pages are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.health.baseline.norms import Norm

_TIMES = 10  # the norm
_LEAST = 20  # pages; fewer are no flood, whatever the norm
_LEARNED = 24  # hours that must have been read until the norm counts
_UNLEARNED = 200  # pages in an hour, until then


def usual_pages(norm: Norm, hour: datetime) -> float:
    """How many new pages are usual in this hour."""
    return max(norm.expected(hour), norm.busy)


def is_flood(found: int, norm: Norm, hour: datetime) -> bool:
    """Are so many new pages in this hour a flood?"""
    if norm.exposed < _LEARNED:
        return found >= _UNLEARNED
    return found >= _LEAST and found > _TIMES * usual_pages(norm, hour)


def flood_message(found: int, norm: Norm, hour: datetime) -> str:
    """What a notice says of a flood."""
    come = f"{found} new pages in the hour from {hour:%Y-%m-%d %H:%M} UTC"
    if norm.exposed < _LEARNED:
        return f"{come}; it is not known yet how many are usual"
    return f"{come}; at most {usual_pages(norm, hour):.0f} are usual"
