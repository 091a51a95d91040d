"""Digest: one message of many alerts that were held: counted by topic, the strongest by name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alerts.delivery.hold_policy import DIGEST, QUIET, STORM, fair
from alerts.message.compose import STORIES
from crawler.model.alert import DIGEST as KIND
from crawler.model.alert import STORY, Alert, Headline, Tally
from crawler.storage.alerts.holds import FLOOD

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

_OTHER = "other"
_TITLES = {
    QUIET: "While it was quiet",
    DIGEST: "Digest",
    STORM: "Too much to say one by one",
    FLOOD: "Released after review",
}


def kind_of(first_row: int) -> str:
    """What the digest is called whose oldest row is this: no other ever holds that one."""
    return f"{KIND}-held-{first_row}"


def digest(
    alerts: Sequence[Alert],
    *,
    kind: str,
    held_for: Collection[str],
    since: datetime,
    now: datetime,
    zone: ZoneInfo,
) -> Alert:
    """The digest of these alerts, the oldest first, each story once."""
    stories = _of_each_story(alerts)
    count = f"{len(stories)} {'story' if len(stories) == 1 else 'stories'}"
    titles = [title for reason, title in _TITLES.items() if reason in held_for]
    rules = Counter(rule_of(alert) for alert in stories)
    by_rule = ", ".join(f"{rule} {number}" for rule, number in rules.most_common())
    began, ended = (f"{at.astimezone(zone):%-d %B, %H:%M}" for at in (since, now))
    topics = Counter(_topic(alert) for alert in stories)
    return Alert(
        story_id=0,
        kind=kind,
        source_name="",
        source_title="",
        country="",
        url="",
        title=f"{titles[0] if len(titles) == 1 else 'Held'}: {count}",
        published=None,
        first_seen=now,
        lead=f"Held from {began} to {ended} ({zone.key}). By rule: {by_rule}. "
        f"All of them: wirewatch alerts list --digest {kind}",
        stories=tuple(_headline(alert) for alert in _top(stories)),
        topics=tuple(Tally(topic=topic, count=n) for topic, n in topics.most_common()),
    )


def _of_each_story(alerts: Sequence[Alert]) -> list[Alert]:
    """Its first message, which says what the story is by now; what follows it names no rule."""
    firsts = {alert.story_id: alert for alert in alerts if alert.kind == STORY}
    found = {alert.story_id: alert for alert in alerts} | firsts
    return list(found.values())


def rule_of(alert: Alert) -> str:
    """The rule that an alert is counted under."""
    return alert.strongest.rule if alert.strongest else _OTHER


def _top(stories: Sequence[Alert]) -> list[Alert]:
    """The strongest, and of each rule as many as of any other."""
    ordered = sorted(stories, key=_strength, reverse=True)
    chosen = fair([rule_of(alert) for alert in ordered], (), STORIES)
    return [ordered[place] for place in sorted(chosen)]


def _strength(alert: Alert) -> float:
    best = alert.strongest
    return best.score - best.threshold if best else 0.0


def _topic(alert: Alert) -> str:
    topics = alert.strongest.topics if alert.strongest else ()
    return topics[0] if topics else _OTHER


def _headline(alert: Alert) -> Headline:
    best = alert.strongest
    return Headline(
        title=alert.title,
        url=alert.url,
        published_at=alert.published.at if alert.published else None,
        rule=rule_of(alert),
        score=best.score if best else 0.0,
        topic=_topic(alert),
    )
