"""Verdict on a demonstration: did each alert that should come come once, and no other? Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from replica.story import StoryKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from replica.chrome import Publication
    from replica.journal import ReceivedAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoVerdict:
    """`seconds` from publication to alert, by story; what went wrong, one sentence each."""

    seconds: Mapping[str, float]
    problems: tuple[str, ...]


def key(url: str) -> str:
    """An address without its scheme and trailing slash: how one page is told from another here."""
    parts = urlsplit(url)
    return parts.netloc + parts.path.rstrip("/")


def judge_demo(shown: Mapping[str, Publication], received: Sequence[ReceivedAlert]) -> DemoVerdict:
    """Hold the alerts against what was published while the program watched (by story id)."""
    text_of = {key(p.url): _original(p) for p in shown.values()}
    by_story: dict[str, list[ReceivedAlert]] = {}
    for alert in received:
        by_story.setdefault(text_of.get(key(alert.url), ""), []).append(alert)
    expected = {name: p for name, p in shown.items() if p.story.expects_alert}
    problems = [
        f"no alert for {p.story.outlet}: {p.story.title!r}"
        for name, p in expected.items()
        if name not in by_story
    ]
    problems += [
        f"{len(alerts)} alerts for one story: {alerts[0].title!r}"
        for name, alerts in by_story.items()
        if name in expected and len(alerts) > 1
    ]
    problems += [
        f"an alert that should not be: {alert.title!r} {alert.url}"
        for name, alerts in by_story.items()
        if name not in expected
        for alert in alerts
    ]
    seconds = {
        name: (by_story[name][0].sent_at - p.at).total_seconds()
        for name, p in expected.items()
        if name in by_story
    }
    return DemoVerdict(seconds=seconds, problems=tuple(problems))


def _original(publication: Publication) -> str:
    """The id of the story that a page tells, whoever tells it."""
    story = publication.story
    return story.reprint_of if story.kind is StoryKind.REPRINT else story.id
