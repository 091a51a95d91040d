"""Outage notices: analysts are told when a source was not read, and what was recovered.

Told once the repairs under way are over, or after an hour; gaps of about the same time are one
message. That they are told is written down with the message.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.health.notices import enqueue_notice
from crawler.model.formatting import between, count, some
from crawler.storage.crawl.runs import CUT_OFF, STOPPED
from crawler.storage.health import outages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.runtime.services import Services
    from crawler.storage.database import Connection
    from crawler.storage.health.outages import Outage

REPAIRED = "repaired"
_LONGEST = timedelta(hours=1)  # that a repair is waited for
_GATHER = timedelta(minutes=2)  # others may be read again a moment later
_NAMED = 10
_SAME = 0.5  # of the longer of two gaps; what both share is more
_DOWN = "Wirewatch was not running, or its machine slept"


class OutageNotices:
    """Notices of the outages of these sources, for the channels that want them."""

    def __init__(self, services: Services, sources: Sequence[Source]) -> None:
        self._config = services.config
        self._zone = ZoneInfo(services.config.alerts.timezone)
        self._database = services.database
        self._titles = {source.name: source.title or source.name for source in sources}

    async def tell(self, now: datetime) -> None:
        """Say what is to be said by now."""
        if _are_ripe(await self._database.read(outages.untold_outages), now):
            await self._database.write(lambda connection: self._tell(connection, now))

    def _tell(self, connection: Connection, now: datetime) -> None:
        ops = self._config.ops
        for group in _grouped(outages.untold_outages(connection)):
            title, lines = self._composed(connection, group)
            enqueue_notice(
                connection,
                self._config,
                key=f"gap-{group[0].id}",
                title=title,
                text="\n".join(lines),
                now=now,
                channels=ops.gaps or ops.channels,
            )
            outages.mark_told(connection, [gap.id for gap in group], now)

    def _composed(self, connection: Connection, group: Sequence[Outage]) -> tuple[str, list[str]]:
        found = sum(outages.count_recovered(connection, gap) for gap in group)
        articles = f"{count(found, 'article')} recovered"
        reasons = {gap.id: _reason(connection, gap) for gap in group}
        if len(group) == 1:
            (gap,) = group
            title = (
                f"{self._title(gap)} blind {between(gap.since, gap.until, self._zone)}; {articles}"
            )
            unlucky = [_sentence(gap.outcome)] if gap.outcome not in {"", REPAIRED} else []
            pending = [] if gap.outcome else ["Its past is not read yet"]
            answers = _answers(connection, gap)
            lines = [reasons[gap.id], *answers, *unlucky, *pending]
            return title, [f"{line}." for line in lines]
        # All of them were blind from the latest beginning on.
        when = between(max(gap.since for gap in group), max(gap.until for gap in group), self._zone)
        title = f"Wirewatch blind {when}: {count(len(group), 'source')}; {articles}"
        return title, [*self._why(group, reasons), *self._unlucky(group)]

    def _why(self, group: Sequence[Outage], reasons: Mapping[int, str]) -> Iterator[str]:
        by_reason: dict[str, list[str]] = {}
        for gap in group:
            by_reason.setdefault(reasons[gap.id], []).append(self._title(gap))
        for reason, names in sorted(by_reason.items(), key=lambda group: -len(group[1])):
            yield f"{reason}." if len(by_reason) == 1 else f"{reason}: {_listed(names)}"

    def _unlucky(self, group: Sequence[Outage]) -> Iterator[str]:
        """Which sources were not repaired, by what came of it."""
        by_outcome: dict[str, list[str]] = {}
        for gap in group:
            if gap.outcome != REPAIRED:
                outcome = gap.outcome or "the past is not read yet"
                by_outcome.setdefault(outcome, []).append(self._title(gap))
        for outcome, names in by_outcome.items():
            yield f"{_sentence(outcome)}: {_listed(names)}"

    def _title(self, gap: Outage) -> str:
        return self._titles.get(gap.source, gap.source)


def _are_ripe(found: Sequence[Outage], now: datetime) -> bool:
    if not found:
        return False
    if now - min(gap.until for gap in found) > _LONGEST:
        return True
    over = all(gap.outcome for gap in found)
    return over and now - max(gap.until for gap in found) >= _GATHER


def _grouped(found: Iterable[Outage]) -> list[list[Outage]]:
    """Gaps that have most of their time in common are together."""
    groups: list[list[Outage]] = []
    for gap in found:
        for group in groups:
            if _is_same_time(group[0], gap):
                group.append(gap)
                break
        else:
            groups.append([gap])
    return groups


def _is_same_time(one: Outage, other: Outage) -> bool:
    shared = min(one.until, other.until) - max(one.since, other.since)
    longer = max(one.until - one.since, other.until - other.since)
    return shared > longer * _SAME


def _reason(connection: Connection, gap: Outage) -> str:
    met, polls = outages.failure_causes(connection, gap, (CUT_OFF, STOPPED))
    if not polls:
        return f"Not asked, for what was met before: {met}" if met else _DOWN
    in_vain = f"{count(polls, 'poll')} in vain"
    return f"{in_vain}: {met}" if met else in_vain


def _answers(connection: Connection, gap: Outage) -> list[str]:
    """From when to when it was asked in vain, and when it answered before and after that."""
    vain = outages.asked_in_vain(connection, gap, (CUT_OFF, STOPPED))
    if vain is None:
        return []
    first, last = vain
    form = "%H:%M" if gap.since.date() == gap.until.date() else "%-d %B, %H:%M"
    answers = f"last answer {gap.since:{form}}, next {gap.until:{form}} UTC"
    return [f"Asked in vain {between(first, last)}; {answers}"]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(some(names, _NAMED))
