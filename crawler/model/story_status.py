"""Story status and story events: what became of a story after it was told.

Both are part of an alert (`crawler.model.alert`), and like it survive an upgrade in the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Somebody who carries the story. `site` is the registered domain, `name` what staff read."""

    site: str
    name: str
    independent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryStatus:
    """Status of a story now: what its first message says below the receipt."""

    outlets: tuple[Outlet, ...] = ()  # beside the one that the alert is about
    revised: int = 0
    related: int = 0
    withdrawn: str = ""  # what its page says since it is gone: "the page answers 410"

    @property
    def independent(self) -> int:
        return sum(outlet.independent for outlet in self.outlets)


class EventKind(StrEnum):
    """Kind of a story event."""

    REPRINT = "reprint"
    REVISION = "revision"
    RELATED = "related"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEvent:
    """Story event: one thing that happened to a told story, one reply in its thread.

    `added` and `removed` are sentences and `figures_…` numbers, each in the text's order. `again`
    is why the channel is told, too, and not the thread alone: "" where it is not. `said` is how a
    withdrawal shows.
    """

    what: EventKind
    independent: bool = False  # of a related report: told in own words, and credits nobody known
    earlier_title: str = ""  # "" where the headline stayed
    added: tuple[str, ...] = field(default=(), repr=False)
    removed: tuple[str, ...] = field(default=(), repr=False)
    figures_added: tuple[str, ...] = ()
    figures_removed: tuple[str, ...] = ()
    again: str = ""
    said: str = ""
