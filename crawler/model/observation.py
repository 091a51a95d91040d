"""Observations of a source by its polls: sums by the hour, and the newest pages one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

STORED, DUPLICATE = "stored", "duplicate"
REPEATED_TEXT = "repeated-text"  # rejected: other pages of the source have its text word for word
#: How often a source publishes is learned from so much, at least.
DAYS, PAGES = 7, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """The polls of one source in the hour that begins at `hour`, and the news that they brought.

    `found` pages were new; `characters` are those of the bodies `stored`, of which `dated` have a
    date and `timed` the time of day. `delay` is the time from publication to sight in seconds,
    summed over the timed ones that it could be told of.
    """

    hour: datetime
    polls: int = 0
    failed: int = 0
    found: int = 0
    stored: int = 0
    rejected: int = 0
    characters: int = 0
    dated: int = 0
    timed: int = 0
    delay: int = 0
    flooded: bool = False

    @property
    def was_read(self) -> bool:
        """At least one poll read the source: only then does finding nothing mean anything."""
        return self.polls > self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class PageObservation:
    """One page that ended. `outcome` is stored, duplicate, or why it was rejected.

    Pages with the same `text` say the same, as do those of the same `story`; "" says nothing.
    `delay` is seconds from publication to sight; None where it tells nothing.
    """

    outcome: str
    characters: int = 0
    dated: bool = False
    text: str = ""
    story: str = ""
    delay: int | None = None

    @property
    def was_rejected(self) -> bool:
        return self.outcome not in {STORED, DUPLICATE}

    def to_json(self) -> list[Any]:
        return [self.outcome, self.characters, self.dated, self.text, self.story, self.delay]

    @classmethod
    def from_json(cls, kept: Sequence[Any]) -> PageObservation:
        outcome, characters, dated, text, story, delay = kept
        return cls(
            outcome=outcome,
            characters=characters,
            dated=dated,
            text=text,
            story=story,
            delay=delay,
        )
