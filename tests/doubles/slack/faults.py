"""How a request to the mock Slack goes wrong, and which one does."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

POST = "chat.postMessage"


class Kind(StrEnum):
    """How a request goes wrong."""

    BUSY = "busy"  # 429, with Retry-After: `seconds`
    BROKEN = "broken"  # 500, nothing posted
    BROKEN_AFTER = "broken-after"  # posted, then 500
    HANG = "hang"  # nothing for `seconds`, nothing posted
    HANG_AFTER = "hang-after"  # posted, then nothing for `seconds`, then the line is cut
    CUT = "cut"  # the line is cut, nothing posted
    CUT_AFTER = "cut-after"  # posted, then the line is cut
    STORED_LATE = "stored-late"  # the line is cut, and posted `seconds` later
    LATE = "late"  # posted, and answered after `seconds`
    TWICE = "twice"  # posted once, answered twice
    GARBAGE = "garbage"  # HTTP 200 and no JSON, nothing posted
    GARBAGE_AFTER = "garbage-after"  # posted, then HTTP 200 and no JSON
    SHOWN_LATE = "shown-late"  # posted, the line is cut, and shown `seconds` later
    DEEP_AFTER = "deep-after"  # posted, then JSON that is nested 100,000 deep
    PROXY = "proxy"  # a proxy's HTTP 400 and HTML, nothing posted
    ERROR = "error"  # HTTP 200, {"ok": false, "error": `code`}


AFTER = frozenset(
    {
        Kind.BROKEN_AFTER,
        Kind.HANG_AFTER,
        Kind.CUT_AFTER,
        Kind.STORED_LATE,
        Kind.LATE,
        Kind.TWICE,
        Kind.GARBAGE_AFTER,
        Kind.SHOWN_LATE,
        Kind.DEEP_AFTER,
    }
)
_SLOW = {Kind.HANG, Kind.HANG_AFTER, Kind.LATE, Kind.STORED_LATE, Kind.SHOWN_LATE}
QUICK = tuple(kind for kind in Kind if kind not in {Kind.ERROR, *_SLOW})


@dataclass(frozen=True, kw_only=True)
class Fault:
    kind: Kind
    seconds: float = 1.0
    code: str = "fatal_error"
    retry_after: str = ""  # of BUSY: the header as it is, where `seconds` does not say it


class Faults:
    """Which request goes wrong: those planned for a method first, then those of chance."""

    def __init__(self, *, rate: float = 0.0, seed: int = 1) -> None:
        self.happened: list[tuple[str, Fault]] = []
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)
        self._scattered: deque[Fault] = deque()
        self._scatter_rate = 0.0
        self._rate = rate
        self._random = random.Random(seed)  # noqa: S311 - a repeatable sequence of faults

    def plan(self, method: str, faults: Iterable[Fault]) -> None:
        self._planned[method].extend(faults)

    def scatter(self, faults: Iterable[Fault], *, rate: float) -> None:
        """These happen in their order, each to a request of any method that chance picks."""
        self._scattered.extend(faults)
        self._scatter_rate = rate

    def next(self, method: str) -> Fault | None:
        fault = self._pick(method)
        if fault:
            self.happened.append((method, fault))
        return fault

    def _pick(self, method: str) -> Fault | None:
        if self._planned[method]:
            return self._planned[method].popleft()
        if self._scattered and self._random.random() < self._scatter_rate:
            return self._scattered.popleft()
        if method == POST and self._random.random() < self._rate:
            return Fault(kind=self._random.choice(QUICK))
        return None
