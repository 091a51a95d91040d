"""Scoring of extraction: what was understood of a page against what is true of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from benchmarks.saved import Case

_NEAR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolAnswer:
    """What one tool understood of one page.

    `day` is the day it names, where it names no instant; `at` is aware. `credit` is None of a tool
    that does not look for one.
    """

    text: str = ""
    title: str = ""
    day: str = ""
    at: datetime | None = None
    credit: str | None = None


@dataclass(slots=True)
class Score:
    """How one tool did, page by page; bodies by what kind of page they are of."""

    seconds: list[float] = field(default_factory=list)
    bodies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    days: list[float] = field(default_factory=list)
    instants: list[float] = field(default_factory=list)
    titles: list[float] = field(default_factory=list)
    credits: list[float] = field(default_factory=list)
    empty: int = 0

    def add(self, case: Case, answer: ToolAnswer) -> None:
        self.empty += not answer.text
        if case.body is not None:
            self.bodies[case.kind].append(shingle_f1(answer.text, case.body))
        if case.title is not None:
            self.titles.append(answer.title.split() == case.title.split())
        if case.credit is not None and answer.credit is not None:
            self.credits.append(answer.credit == case.credit)
        if case.published is not None:
            self.days.append(_day(case, answer) == _true_day(case))
        if case.published is not None and case.knows_zone:
            self.instants.append(answer.at is not None and abs(answer.at - case.published) < _NEAR)


def _true_day(case: Case) -> str:
    """The day as the page has it: the tests' own pages have their truth in UTC."""
    if case.published is None:
        return ""
    zone = case.published.tzinfo
    return f"{case.published.astimezone(_zone(case) if zone == UTC else zone):%Y-%m-%d}"


def _day(case: Case, answer: ToolAnswer) -> str:
    if answer.at is None or case.published is None:
        return answer.day
    zone = case.published.tzinfo
    return f"{answer.at.astimezone(_zone(case) if zone == UTC else zone):%Y-%m-%d}"


def _zone(case: Case) -> ZoneInfo:
    return ZoneInfo(case.hints.timezone)


def shingle_f1(found: str, true: str) -> float:
    """F1 of the multisets of four consecutive words, as article-extraction-benchmark counts it."""
    ours, wanted = _shingles(found), _shingles(true)
    shared = sum((ours & wanted).values())
    if not shared:
        return float(not ours and not wanted)
    precision, recall = shared / sum(ours.values()), shared / sum(wanted.values())
    return 2 * precision * recall / (precision + recall)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)) if words)
