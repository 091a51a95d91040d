"""Inhibition: nobody is told of a condition while one that explains it is open.

It is not raised then; and one that is open already stays as it is until it can be judged again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.model.conditions import ConditionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_UNREAD = frozenset(
    {ConditionKind.SILENT, ConditionKind.FROZEN, ConditionKind.EXTRACTION, ConditionKind.DRIFT}
)

#: A condition, and those that it explains. What extraction makes of a flood is worth knowing: a
#: new site announces all its pages anew. Their dates are old, which is no drift.
EXPLAINS: Mapping[ConditionKind, frozenset[ConditionKind]] = {
    ConditionKind.OFFLINE: _UNREAD
    | {
        ConditionKind.UNREACHABLE,
        ConditionKind.CERTIFICATE,
        ConditionKind.BLOCKED,
        ConditionKind.NOT_A_FEED,
    },
    ConditionKind.UNREACHABLE: _UNREAD,
    ConditionKind.CERTIFICATE: _UNREAD,
    ConditionKind.BLOCKED: _UNREAD,
    ConditionKind.NOT_A_FEED: _UNREAD,
    ConditionKind.FROZEN: frozenset({ConditionKind.SILENT}),
    ConditionKind.FLOOD: frozenset({ConditionKind.DRIFT}),
}


def is_explained(kind: ConditionKind, open_now: Collection[ConditionKind]) -> bool:
    """Does one of those that are open, of the source or the installation, explain this one?"""
    return any(kind in EXPLAINS.get(open_kind, ()) for open_kind in open_now)
