"""Document failures: what keeps a source's documents from being read, or from being news.

A document that fails is left alone ever longer. So its condition goes by how often it failed in a
row, and since when; it is over with the first answer that is what was asked for.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.discovery.block_pages import CHALLENGE
from crawler.model.conditions import ConditionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

_TIMES = 3  # in a row
_LONG = timedelta(minutes=10)
_NAMED = 3  # documents that a sentence names

_KINDS = {
    "certificate": ConditionKind.CERTIFICATE,
    **dict.fromkeys(
        (
            CHALLENGE,
            "http-401",
            "http-403",
            "http-407",
            "http-429",
            "http-451",
            "refused-by-rule",
            "robots",
        ),
        ConditionKind.BLOCKED,
    ),
    **dict.fromkeys(
        (
            "address-not-allowed",
            "empty-body",
            "headers-too-large",
            "html-instead",
            "http-404",
            "http-405",
            "http-406",
            "http-410",
            "http-414",
            "no-feed",
            "not-a-feed",
            "not-a-list",
            "not-modified",
            "not-the-document",
            "offsite",
            "too-large",
        ),
        ConditionKind.NOT_A_FEED,
    ),
}
#: The troubles of a line that is down: nothing was heard of the server.
CONNECTION = frozenset({"timeout", "dns", "refused", "connection", "cut", "robots-unreadable"})
#: What stands in the way of reading a source.
UNREAD = (
    ConditionKind.UNREACHABLE,
    ConditionKind.CERTIFICATE,
    ConditionKind.BLOCKED,
    ConditionKind.NOT_A_FEED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHealth:
    """State of a document in the store; `trouble` names its last failure, `error` tells it."""

    url: str
    failures: int
    trouble: str
    error: str
    failing_since: datetime | None
    newest_at: datetime | None


def kind_of(trouble: str) -> ConditionKind:
    """The condition that a document's trouble, by its slug, leads to."""
    return _KINDS.get(trouble, ConditionKind.UNREACHABLE)


def unread_documents(
    documents: Collection[DocumentHealth], *, now: datetime
) -> Mapping[ConditionKind, str]:
    """Details of the documents that keep failing, by kind of condition."""
    failing: dict[ConditionKind, list[DocumentHealth]] = defaultdict(list)
    for document in documents:
        since = document.failing_since
        if since is not None and document.failures >= _TIMES and now - since >= _LONG:
            failing[kind_of(document.trouble)].append(document)
    return {kind: _said(found, len(documents)) for kind, found in failing.items()}


def _said(failing: list[DocumentHealth], asked: int) -> str:
    failing.sort(key=lambda document: (document.failing_since, document.url))
    named = "; ".join(
        f"{document.url}: {document.error}, "
        f"since {document.failing_since:%Y-%m-%d %H:%M} UTC, {document.failures} "
        "times in a row"
        for document in failing[:_NAMED]
    )
    more = f"; and {len(failing) - _NAMED} more" if len(failing) > _NAMED else ""
    of = f"{len(failing)} of {asked} documents: " if asked > 1 else ""
    return f"{of}{named}{more}"


def frozen_documents(
    documents: Iterable[DocumentHealth], *, silence: timedelta, now: datetime
) -> str:
    """Detail of the documents that announced nothing new for long; "" where there are none."""
    old = [
        document
        for document in documents
        if document.newest_at is not None and now - document.newest_at > silence
    ]
    named = "; ".join(
        f"{document.url}: its newest entry is of {document.newest_at:%Y-%m-%d %H:%M} UTC"
        for document in old[:_NAMED]
    )
    more = f"; and {len(old) - _NAMED} more" if len(old) > _NAMED else ""
    return f"{named}{more}"
