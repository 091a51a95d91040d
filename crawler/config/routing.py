"""Alert routing: the routes, asked in order, and why each answers as it does."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from crawler.config.routes import SEVERITIES, Matcher

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from crawler.config.config import Config
    from crawler.model.alert import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one route says of a story. `why` is in words; `channels` is empty where it is no."""

    route: str  # "route[0]", as errors call it, or "the default"
    channels: tuple[str, ...]
    why: str


def channels(config: Config, alert: Alert) -> tuple[str, ...]:
    """The names of the channels that `alert` goes to, each once."""
    named = (name for step in steps(config, alert) for name in step.channels)
    return tuple(dict.fromkeys(named))


def steps(config: Config, alert: Alert) -> Iterator[Step]:
    """Every route that is asked, in order; the default where none of them matched."""
    matched = False
    for number, route in enumerate(config.route):
        name = f"route[{number}]"
        if miss := misses(route, alert):
            yield Step(route=name, channels=(), why=miss)
            continue
        matched = True
        why = "it takes every story" if route.takes_all else f"it matches: {words(route)}"
        why += "; the next is asked, too" if route.goes_on else "; no other is asked"
        yield Step(route=name, channels=tuple(route.channels), why=why)
        if not route.goes_on:
            return
    if not matched:
        why = "no route matched" if config.route else "there are no routes"
        yield Step(route="the default", channels=config.default_channels, why=why)


def misses(matcher: Matcher, alert: Alert) -> str:
    """Why the matcher does not hold for `alert`, in words; "" where it does.

    Topic, rule and severity must hold for one match of the story together.
    """
    matches = list(alert.matches)
    for key, wanted, found in (
        ("rule", matcher.rule, lambda match: (match.rule,)),
        ("topic", matcher.topic, lambda match: match.topics),
    ):
        if wanted:
            had = {name for match in matches for name in found(match)}
            matches = [match for match in matches if _any(wanted, found(match))]
            if not matches:
                return _miss(key, wanted, had)
    if matcher.severity and not any(
        rank(match.severity) >= rank(matcher.severity) for match in matches
    ):
        had = {match.severity for match in matches}
        return _miss("severity", (f"{matcher.severity} or more",), had)
    entities = {name for one in alert.entities for name in (one.id, one.type)}
    for key, wanted, had in (
        ("source", matcher.source, {alert.source_name}),
        ("country", [country.upper() for country in matcher.country], {alert.country.upper()}),
        ("entity", matcher.entity, entities),
        ("language", matcher.language, {alert.language}),
    ):
        if wanted and not _any(wanted, had):
            return _miss(key, wanted, had)
    return ""


def words(matcher: Matcher) -> str:
    """The matcher as people say it: "rule a or b, severity high or more"."""
    given = ((key, getattr(matcher, key)) for key in Matcher.model_fields)
    return ", ".join(
        f"{key} {value} or more" if key == "severity" else _wish(key, value)
        for key, value in given
        if value
    )


def rank(severity: str) -> int:
    """How severe, for comparing; what is not known is normal."""
    known = severity.lower()
    return SEVERITIES.index(known if known in SEVERITIES else "normal")


def _any(patterns: Iterable[str], names: Collection[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _wish(key: str, wanted: Iterable[str]) -> str:
    return f"{key} {' or '.join(wanted)}"


def _miss(key: str, wanted: Iterable[str], had: Iterable[str]) -> str:
    found = ", ".join(sorted(filter(None, had))) or "none"
    return f"it wants {_wish(key, wanted)}; the story has {found}"
