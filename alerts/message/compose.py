"""Message composer: what an alert says and in which order, once for all channels.

The result is lines of spans of clean text, no longer than their place allows. How a line looks is
the channel's business: Block Kit, a Rich panel, plain text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.message.escaping import ELLIPSIS, clean, clip, cost, safe_url
from alerts.message.evidence_quotes import Span, quotations
from alerts.message.update_text import TURN_ICON, different, happened, standing
from crawler.model.items import Precision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.model.alert import Alert, Headline
    from crawler.model.items import EntityHit, Instant
    from crawler.model.story_status import StoryEvent

_ICONS = {"critical": "🚨", "high": "🔴", "normal": "🟠", "low": "🟡"}
_OTHER_ICON = "🔵"
_GROUPS = (("Bodies", ("body", "agency")), ("States", ("state",)), ("Groups", ("group",)))

HEADLINE = 400
LEAD = 600
NOTICE = 2500
NOTICE_LINE = 1000
REASON = 500
RULES = 3
NAMES = 500
DETAIL = 120
SUMMARY = 1000
STORIES = 10
TOPICS = 12
_DIGEST_ICON = "🗂️"
_NOTICE_ICON = "🔧"


class Role(StrEnum):
    """What a line is, for the channel to show accordingly."""

    HEADLINE = "headline"
    DETAIL = "detail"  # small print: where and when
    TEXT = "text"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One paragraph."""

    role: Role
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An alert as staff read it. `summary` is the one line of a notification."""

    icon: str
    url: str  # "" where the stated address cannot be linked
    lines: tuple[Line, ...]
    summary: str


def compose(alert: Alert, *, timezone: str) -> Message:
    """The message for `alert`, with times in `timezone` and in UTC."""
    if alert.is_digest:
        return _digest(alert, ZoneInfo(timezone))
    if alert.turn is not None:
        return _reply(alert, alert.turn, ZoneInfo(timezone))
    if alert.is_notice:
        return _noticed(alert) if alert.is_reply else _notice(alert)
    icon = _ICONS.get(alert.severity.lower(), _OTHER_ICON)
    title = clip(clean(alert.title), HEADLINE) or "(no headline)"
    url = safe_url(alert.url)
    when = _published(alert, ZoneInfo(timezone))
    quotes = quotations(alert.matches)
    lines = [
        Line(role=Role.HEADLINE, spans=(Span(text=title, bold=True, url=url),)),
        _line(Role.DETAIL, _origin(alert)),
        _line(Role.DETAIL, when),
        *_lead(alert, quotes),
        *_reasons(alert),
        *(Line(role=Role.QUOTE, spans=spans) for spans in quotes),
        *_names(alert.entities),
        *(_line(Role.DETAIL, words) for words in standing(alert.standing)),
    ]
    summary = clip(f"{icon} {title} — {_origin(alert)} — {when}", SUMMARY)
    return Message(
        icon=icon, url=url, lines=tuple(line for line in lines if line.text), summary=summary
    )


def _notice(alert: Alert) -> Message:
    """What the operators are told, in the lines in which it was written."""
    title = clip(clean(alert.title), HEADLINE)
    headline = Line(role=Role.HEADLINE, spans=(Span(text=title, bold=True),))
    lines = (headline, *(_line(Role.TEXT, words) for words in _lines(alert.lead)))
    return Message(icon=_NOTICE_ICON, url="", lines=lines, summary=f"{_NOTICE_ICON} {title}")


def _noticed(alert: Alert) -> Message:
    """One message of a notice's thread."""
    said = clip(clean(alert.lead), LEAD)
    summary = clip(f"{TURN_ICON} {clip(clean(alert.title), HEADLINE)}: {said}", SUMMARY)
    return Message(icon=TURN_ICON, url="", lines=(_line(Role.TEXT, said),), summary=summary)


def _lines(text: str) -> Iterator[str]:
    """As many of the lines as there is room for; that there are more is said."""
    room = NOTICE
    for line in filter(None, map(clean, text.splitlines())):
        if room <= 0:
            yield ELLIPSIS
            return
        words = clip(line, min(room, NOTICE_LINE))
        room -= cost(words) + 1
        yield words


def _digest(alert: Alert, zone: ZoneInfo) -> Message:
    """One message about many stories, the strongest first."""
    title = clip(clean(alert.title), HEADLINE)
    lines = [
        Line(role=Role.HEADLINE, spans=(Span(text=title, bold=True),)),
        _line(Role.DETAIL, clip(clean(alert.source_title), DETAIL)),
        _line(Role.TEXT, clip(clean(alert.lead), LEAD)),
        *_stories(alert, zone),
    ]
    said = tuple(line for line in lines if line.text)
    return Message(icon=_DIGEST_ICON, url="", lines=said, summary=f"{_DIGEST_ICON} {title}")


def _reply(alert: Alert, turn: StoryEvent, zone: ZoneInfo) -> Message:
    """One message of a story's thread: what happened to the story, and what is different."""
    title = clip(clean(alert.title), HEADLINE) or "(no headline)"
    said = happened(turn, clip(clean(alert.source_title), DETAIL))
    url = safe_url(alert.url)
    lines = [
        _line(Role.TEXT, said),
        Line(role=Role.TEXT, spans=(Span(text=title, url=url),)),
        _line(Role.DETAIL, f"{_origin(alert)} · {_published(alert, zone)}"),
        *(Line(role=Role.QUOTE, spans=spans) for spans in different(turn)),
    ]
    summary = clip(f"{TURN_ICON} {said}: {title}", SUMMARY)
    return Message(icon=TURN_ICON, url=url, lines=tuple(lines), summary=summary)


def _stories(alert: Alert, zone: ZoneInfo) -> list[Line]:
    """The strongest stories, under their topics where these are counted."""
    top = alert.stories[:STORIES]
    if not alert.topics:
        return [_story(story, zone) for story in top]
    lines = []
    for tally in alert.topics[:TOPICS]:
        topic = clip(clean(tally.topic), DETAIL)
        count = Span(text=f" — {tally.count} {'story' if tally.count == 1 else 'stories'}")
        lines.append(Line(role=Role.TEXT, spans=(Span(text=topic, bold=True), count)))
        lines += [_story(story, zone) for story in top if story.topic == tally.topic]
    if rest := alert.topics[TOPICS:]:
        left = sum(tally.count for tally in rest)
        lines.append(_line(Role.TEXT, f"and {left} of {len(rest)} more topics"))
    return lines


def _story(story: Headline, zone: ZoneInfo) -> Line:
    title = clip(clean(story.title), DETAIL) or "(no headline)"
    when = _clock(story.published_at, zone) if story.published_at else "date uncertain"
    why = f" — {when}; {clip(clean(story.rule), DETAIL)}, score {story.score:g}"
    return Line(role=Role.TEXT, spans=(Span(text=title, url=safe_url(story.url)), Span(text=why)))


def _line(role: Role, text: str) -> Line:
    return Line(role=role, spans=(Span(text=text),))


def _origin(alert: Alert) -> str:
    outlet = alert.source_title or alert.source_name
    country = "international" if alert.country == "INT" else alert.country
    credit = f"credit {clean(alert.credit)}" if alert.credit else ""
    lead_only = "lead only" if alert.lead_only else ""
    parts = (clip(clean(part), DETAIL) for part in (outlet, country, credit, lead_only))
    return " · ".join(part for part in parts if part)


def _published(alert: Alert, zone: ZoneInfo) -> str:
    published = alert.published
    if published is None:
        seen = _clock(alert.first_seen, zone)
        return f"Publication time not stated: date uncertain. First seen {seen}"
    if published.precision is Precision.DAY:
        return f"Published {_day(published):%-d %B %Y}, time not stated: date uncertain"
    return f"Published {_clock(published.at, zone)}"


def _day(published: Instant) -> datetime:
    # `at` is midnight where the source is, so in UTC perhaps the evening before; the nearest
    # midnight is the day that the page printed.
    return published.at.astimezone(UTC) + timedelta(hours=12)


def _clock(at: datetime, zone: ZoneInfo) -> str:
    local, utc = at.astimezone(zone), at.astimezone(UTC)
    if local.utcoffset() == timedelta(0):
        return f"{utc:%-d %B %Y, %H:%M} UTC"
    same_day = local.date() == utc.date()
    universal = f"{utc:%H:%M} UTC" if same_day else f"{utc:%-d %B, %H:%M} UTC"
    return f"{local:%-d %B %Y, %H:%M} {zone.key} ({universal})"


def _lead(alert: Alert, quotes: Iterable[tuple[Span, ...]]) -> list[Line]:
    lead = clip(clean(alert.lead), LEAD)
    opening = lead[:60].rstrip("…")
    quoted = any(opening in "".join(span.text for span in spans) for spans in quotes)
    return [] if quoted else [_line(Role.TEXT, lead)]


def _reasons(alert: Alert) -> list[Line]:
    best_first = sorted(alert.matches, key=lambda match: match.threshold - match.score)
    lines = []
    for match in best_first[:RULES]:
        title = clip(clean(match.title or match.rule), DETAIL)
        reason = clip(clean(match.reason), REASON)
        if f"score {match.score:g}, threshold" not in reason:
            reason = f"{reason}; score {match.score:g}, threshold {match.threshold:g}".lstrip("; ")
        topics = ", ".join(clip(clean(topic), DETAIL) for topic in match.topics[:5])
        spans = (Span(text=f"Why: {title}", bold=True), Span(text=f" — {reason}"))
        lines.append(
            Line(role=Role.TEXT, spans=(*spans, Span(text=f" [{topics}]" if topics else "")))
        )
    return lines


def _names(entities: Iterable[EntityHit]) -> list[Line]:
    found = list(entities)
    lines = []
    for label, types in _GROUPS:
        names = dict.fromkeys(clean(entity.name) for entity in found if entity.type in types)
        if names:
            listed = clip(", ".join(names), NAMES)
            spans = (Span(text=f"{label}:", bold=True), Span(text=f" {listed}"))
            lines.append(Line(role=Role.TEXT, spans=spans))
    return lines
