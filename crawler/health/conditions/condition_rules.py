"""Condition rules: which conditions a source has, and which are to be raised or cleared.

Nothing is written here, and nobody is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.health.baseline import flood
from crawler.health.conditions import document_failures, page_quality
from crawler.health.conditions.inhibition import is_explained
from crawler.model.conditions import INSTALLATION, ConditionKind
from crawler.model.formatting import roughly

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from crawler.health.baseline.norm_cache import SourceNorms
    from crawler.health.baseline.norms import PageNorm
    from crawler.health.conditions.document_failures import DocumentHealth
    from crawler.model.conditions import Condition
    from crawler.model.observation import PageObservation

#: What is judged here; the other kinds are other people's.
JUDGED = (
    *document_failures.UNREAD,
    ConditionKind.FROZEN,
    ConditionKind.SILENT,
    ConditionKind.FLOOD,
    ConditionKind.EXTRACTION,
    ConditionKind.DRIFT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEvidence:
    """Evidence on a source, after a poll of it or at any other time.

    `silent_after` goes by its kind, `frozen_after` by its declaration; `recent` are its newest
    pages, `before_drift` is its norm from before its dates went wrong, where they are; `pending`
    are those of its pages that are announced and not settled; of `entries` that the poll read,
    `impossible` have dates that cannot be.
    """

    known: SourceNorms
    documents: Sequence[DocumentHealth]
    recent: Sequence[PageObservation]
    silent_after: timedelta
    frozen_after: timedelta
    before_drift: PageNorm | None = None
    pending: int = 0
    entries: int = 0
    impossible: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionChanges:
    """Conditions of a source that are to be raised, updated and cleared."""

    raised: Mapping[ConditionKind, str] = field(default_factory=dict)
    updated: Sequence[tuple[Condition, str]] = ()
    cleared: Sequence[Condition] = ()

    def __bool__(self) -> bool:
        return bool(self.raised or self.updated or self.cleared)


def findings(seen: SourceEvidence, *, now: datetime) -> dict[ConditionKind, str]:
    """Everything that ails the source, whatever explains it, and what is seen of it.

    A flood is not among them: it is found where it begins. This only tells whether it goes on.
    """
    known = seen.known
    said = {
        **document_failures.unread_documents(seen.documents, now=now),
        ConditionKind.FROZEN: document_failures.frozen_documents(
            seen.documents, silence=seen.frozen_after, now=now
        ),
        ConditionKind.SILENT: silence_detail(seen.known, seen.silent_after, now=now),
        ConditionKind.EXTRACTION: page_quality.broken_extraction(seen.recent, known.bodies),
        ConditionKind.DRIFT: page_quality.impossible_dates(seen.impossible, seen.entries)
        or page_quality.drifted_dates(seen.recent, seen.before_drift or known.bodies),
    }
    return {kind: detail for kind, detail in said.items() if detail}


def silence_detail(known: SourceNorms, patience: timedelta, *, now: datetime) -> str:
    """Detail of a source's silence; `patience` is for one that little is known of."""
    silence = known.silence(now)
    since = known.newest if silence.limit is None else silence.since
    if since is None:
        return ""
    last = f"nothing new since {since:%Y-%m-%d %H:%M} UTC"
    if silence.limit is not None:
        if silence.events <= silence.limit:
            return ""
        return f"{last}; {silence.pages:.0f} new pages are usual in that time"
    if now - since > patience:
        return f"{last}, {roughly(now - since)} ago; too little is known of it to say what is usual"
    return ""


def changes(
    found: Mapping[ConditionKind, str], open_now: Sequence[Condition], seen: SourceEvidence
) -> ConditionChanges:
    """What to raise, update and clear; what is explained by another condition stays as it is."""
    mine = {condition.kind: condition for condition in open_now if condition.source != INSTALLATION}
    standing = {condition.kind for condition in open_now}
    raised: dict[ConditionKind, str] = {}
    updated: list[tuple[Condition, str]] = []
    cleared: list[Condition] = []
    for kind in ConditionKind:  # the most fundamental first
        if kind not in JUDGED or is_explained(kind, standing - {kind}):
            continue
        if kind is ConditionKind.DRIFT and not seen.entries:  # there is no date to go by
            continue
        condition, detail = mine.get(kind), found.get(kind)
        if kind is ConditionKind.FLOOD:
            if condition is not None and _is_over(seen):
                cleared.append(condition)
                standing.discard(kind)
        elif condition is None and detail is not None:
            raised[kind] = detail
            standing.add(kind)
        elif condition is not None and detail is not None:
            updated.append((condition, detail))
        elif condition is not None and _is_seen_to_be_over(condition, seen):
            cleared.append(condition)
            standing.discard(kind)
    return ConditionChanges(raised=raised, updated=tuple(updated), cleared=tuple(cleared))


def _is_seen_to_be_over(condition: Condition, seen: SourceEvidence) -> bool:
    return condition.kind is not ConditionKind.DRIFT or page_quality.dates_are_right(
        seen.recent,
        seen.before_drift or seen.known.bodies,
        was=condition.detail,
        refused=seen.impossible,
        entries=seen.entries,
    )


def _is_over(seen: SourceEvidence) -> bool:
    known = seen.known
    return not seen.pending and not flood.is_flood(known.found, known.norm, known.hour)
