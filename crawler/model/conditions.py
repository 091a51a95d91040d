"""Health conditions: what can ail a source or the installation, as staff read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

#: The source of a condition of the installation itself.
INSTALLATION = ""


class ConditionKind(StrEnum):
    """The most fundamental first: what stands above explains what stands below."""

    OFFLINE = "offline"  # of the installation: nothing can be reached
    DISK = "disk low"  # of the installation
    UNDELIVERED = "alerts undelivered"  # of the installation
    CRASHES = "ends the process"
    CONFIGURATION = "configuration refused"  # of the installation
    EXTRACTION_DOWN = "extraction down"  # of the installation: no worker can read a page
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate trouble"
    BLOCKED = "blocked"
    NOT_A_FEED = "not a feed"
    FROZEN = "frozen feed"
    SILENT = "silent"
    FLOOD = "flood"
    EXTRACTION = "extraction broken"
    DRIFT = "date drift"
    CANARY = "extraction changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that ails `source` ("": the installation), open until `cleared_at`."""

    id: int
    source: str
    kind: ConditionKind
    detail: str
    times: int  # how often it was raised, where it came back soon after it was cleared
    raised_at: datetime
    updated_at: datetime
    cleared_at: datetime | None

    def to_json(self) -> dict[str, Any]:
        """The condition for machines; times are ISO 8601 in UTC."""
        return {
            "source": self.source,
            "condition": self.kind.value,
            "detail": self.detail,
            "times": self.times,
            "raised_at": self.raised_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
            "cleared_at": self.cleared_at.isoformat() if self.cleared_at else None,
        }
