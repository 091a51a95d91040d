"""Conditions and norms as commands show them: lists, JSON and words."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING, Any

from crawler.health.baseline.norm_cache import learn_source_norms, start_of_hour
from crawler.health.baseline.norms import WEEKS
from crawler.storage.health import condition_log, observations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from crawler.health.baseline.norm_cache import SourceNorms
    from crawler.model.conditions import Condition
    from crawler.runtime.services import Services

_MANY = 500  # conditions that a list goes back


async def open_conditions(services: Services) -> list[Condition]:
    """Conditions that are open, the oldest first."""
    return await services.database.read(condition_log.open_conditions)


async def list_conditions(services: Services) -> list[Condition]:
    """Open conditions; then those that are over, the newest first."""
    newest = await services.database.read(
        lambda connection: condition_log.history(connection, limit=_MANY)
    )
    return [
        *await open_conditions(services),
        *(condition for condition in newest if condition.cleared_at),
    ]


def condition_lines(conditions: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each condition: "unreachable since 2026-11-23 02:10 UTC: no answer"."""
    for condition in conditions:
        began, ended = (_minute(condition[key]) for key in ("raised_at", "cleared_at"))
        when = f"{began} to {ended}" if ended else f"since {began}"
        yield f"{condition['condition']}, {when} UTC: {condition['detail']}"


async def load_norm(services: Services, source: str, *, now: datetime) -> SourceNorms:
    """Norms of a source, as the store has them."""
    hour = start_of_hour(now)
    hours = await services.database.read(
        lambda c: observations.hours(c, source, since=hour - WEEKS)
    )
    return learn_source_norms(hours, hour)


def norm_as_dict(of: SourceNorms) -> dict[str, Any]:
    """Norms for machines."""
    usual, pages = of.norm, of.bodies
    return {
        "hours_learned": usual.exposed,
        "pages_learned": usual.found,
        "per_day": round(usual.per_day, 1),
        "quiet_hours": list(usual.quiet_hours) if usual.found else [],
        "quiet_days": [calendar.day_abbr[day] for day in usual.quiet_days] if usual.found else [],
        "characters": round(pages.characters),
        "dated": round(pages.dated, 3),
        "rejected": round(pages.rejected, 3),
        "delay_seconds": round(pages.delay),
    }


def norm_as_text(of: Mapping[str, Any]) -> str:
    """Norms in words for people."""
    if not of["pages_learned"]:
        return "not learned yet"
    quiet = _hours(of["quiet_hours"])
    learned = f"learned from {of['pages_learned']} in {of['hours_learned']} hours"
    lines = [
        f"{of['per_day']:g} new pages a day, {learned}",
        f"quiet at {quiet} UTC" if quiet else "",
        f"quiet on {', '.join(of['quiet_days'])}" if of["quiet_days"] else "",
    ]
    if of["characters"]:
        lines.append(
            f"{of['characters']} characters a page, {of['dated']:.0%} with a date, "
            f"{of['rejected']:.0%} rejected, seen {of['delay_seconds'] / 60:.0f} min after "
            "publication"
        )
    return "\n".join(filter(None, lines))


def _hours(quiet: Sequence[int]) -> str:
    """Hours of the day as spans: "21-03"."""
    begins = [hour for hour in quiet if (hour - 1) % 24 not in quiet]
    spans = []
    for begin in begins:
        length = next(n for n in range(1, 25) if (begin + n) % 24 not in quiet)
        spans.append(f"{begin:02}-{(begin + length) % 24:02}")
    return ", ".join(spans)


def _minute(instant: str | None) -> str:
    return f"{instant[:10]} {instant[11:16]}" if instant else ""
