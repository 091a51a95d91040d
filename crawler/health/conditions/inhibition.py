"""Inhibition: nobody is told of a condition while one that explains it is open.

It is not raised then; and one that is open already stays as it is until it can be judged again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.model.conditions import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_UNREAD = frozenset({Kind.SILENT, Kind.FROZEN, Kind.EXTRACTION, Kind.DRIFT})

#: A condition, and those that it explains. What extraction makes of a flood is worth knowing: a
#: new site announces all its pages anew. Their dates are old, which is no drift.
EXPLAINS: Mapping[Kind, frozenset[Kind]] = {
    Kind.OFFLINE: _UNREAD | {Kind.UNREACHABLE, Kind.CERTIFICATE, Kind.BLOCKED, Kind.NOT_A_FEED},
    Kind.UNREACHABLE: _UNREAD,
    Kind.CERTIFICATE: _UNREAD,
    Kind.BLOCKED: _UNREAD,
    Kind.NOT_A_FEED: _UNREAD,
    Kind.FROZEN: frozenset({Kind.SILENT}),
    Kind.FLOOD: frozenset({Kind.DRIFT}),
}


def is_explained(kind: Kind, open_now: Collection[Kind]) -> bool:
    """Does one of those that are open, of the source or the installation, explain this one?"""
    return any(kind in EXPLAINS.get(open_kind, ()) for open_kind in open_now)
