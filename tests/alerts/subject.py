"""What the kit of channels asks of each kind: one to try, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from alerts.channel import Channel


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A channel that works, without its pace."""

    channel: Channel
    shown: Callable[[], str]
    """All that was delivered, as text."""
    secrets: tuple[str, ...] = ()
    """What must be found neither in what is shown nor in what is said."""
    forgets: str = ""
    """Words of the reason, where it cannot tell what was delivered."""
    keeps_headlines: bool = False
    """It is for machines: a headline's own characters are kept."""
    live: str = ""
    """A regular expression of what must not come alive in it: its own markup, mentions."""
