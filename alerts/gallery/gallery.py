"""Pictures of every kind of message: `python -m alerts.gallery.gallery docs/messages`.

They are drawn from one story that is made up; a test holds the files to this module.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.delivery.digest import digest
from alerts.delivery.hold_policy import QUIET
from alerts.gallery.picture import picture
from alerts.message.sample import sample
from crawler.model.alert import OPS, Alert
from crawler.model.items import EntityHit, Instant, Precision, ZoneRule
from crawler.model.story_status import EventKind, Outlet, StoryEvent, StoryStatus

_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_ZONE = "Asia/Almaty"
_DAY = """\
Sources: 56 healthy, 2 ailing
• Example Agency: unreachable since 23 November, 12:10
• Example Portal: frozen feed since 20 November, 08:00
Polled in 24 h: 58 sources
Runs in 24 h: 8,123 done, 14 failed, 0 skipped, 0 late
Stored in 24 h: 1,312 new stories, 1,706 articles; alerts sent: 14
From publication to delivery: p50 3 min 10 s, p99 11 min (12 alerts)
No alert waits to be delivered
Disk: 12 GB free of 40 GB; database: 840 MB"""


def pictures() -> dict[str, str]:
    """SVG by the name of its file."""
    return {f"{name}.svg": picture(alert, timezone=_ZONE) for name, alert in _kinds().items()}


def _kinds() -> dict[str, Alert]:
    story = _story()
    standing = StoryStatus(
        outlets=(
            Outlet(site="portal.example", name="Example Portal"),
            Outlet(site="press.example", name="Example Press", independent=True),
        ),
        revised=1,
    )
    reply = replace(
        story, kind="reply-2", source_title="Example Press", country="INT", credit="", parent="1"
    )
    revision = StoryEvent(
        what=EventKind.REVISION,
        earlier_title="Two bodies widen cooperation",
        removed=("They plan 12 joint exercises.",),
        added=("They plan 15 joint exercises.",),
        figures_removed=("12",),
        figures_added=("15",),
    )
    raised = _raised(story)
    gone = StoryEvent(what=EventKind.WITHDRAWAL, said="the page answers 410")
    return {
        "story": story,
        "followed": replace(story, kind="update-1", parent="1", standing=standing),
        "reprint": replace(reply, turn=StoryEvent(what=EventKind.REPRINT, independent=True)),
        "revision": replace(story, kind="reply-1-2", parent="1", turn=revision),
        "withdrawn": replace(story, kind="reply-1-withdrawn", parent="1", turn=gone),
        "digest": _digest(story),
        "notice": _notice(story),
        "raised": raised,
        "over": replace(
            raised,
            kind=f"update-2-{raised.kind}",
            parent="1",
            title="Over: Example Agency cannot be reached",
            lead="From 23 November, 12:10 to 14:50 UTC: 2 h 40 min.\nLast: HTTP 503, 27 times.",
        ),
        "daily": replace(
            raised, kind=f"{OPS}-daily-2026-11-23", title="2 of 58 sources ail", lead=_DAY
        ),
        "gap": replace(
            raised,
            kind=f"{OPS}-gap-3",
            title="Wirewatch blind 02:10–05:40 UTC: 58 sources; 214 articles recovered",
            lead="Wirewatch was not running.\n"
            "The source offers no past to repair from: Example Portal, Example Press",
        ),
        "over-reply": replace(
            raised,
            kind=f"reply-1-{raised.kind}",
            parent="1",
            lead="Over after 2 h 40 min.",
        ),
    }


def _story() -> Alert:
    made = sample(_AT)
    (match,) = made.matches
    return replace(
        made,
        story_id=7,
        kind="story",
        source_title="Example Agency",
        country="KZ",
        credit="Example Agency",
        url="https://agency.example/news/7",
        title="Two bodies widen counter-terrorism cooperation",
        lead="Two bodies met on Monday. They plan 15 joint exercises.",
        matches=(replace(match, title="Counter-terrorism cooperation", severity="high"),),
        entities=(*made.entities, EntityHit(id="kz", name="Kazakhstan", type="state")),
    )


def _digest(story: Alert) -> Alert:
    told = [
        replace(
            story,
            story_id=number,
            title=title,
            url=f"https://agency.example/news/{number}",
            published=_at(_AT - timedelta(hours=number)),
            matches=tuple(
                replace(match, rule="ct-cooperation", score=score, topics=(topic,))
                for match in story.matches
            ),
        )
        for number, (title, score, topic) in enumerate(
            (
                ("Services agree on joint drills", 21.0, "exercises"),
                ("Border guards train together", 9.0, "exercises"),
                ("Two banks of two states freeze one account", 12.0, "financing"),
            ),
            8,
        )
    ]
    return digest(
        told,
        kind="digest-held-41",
        held_for={QUIET},
        since=_AT - timedelta(hours=9),
        now=_AT,
        zone=ZoneInfo(_ZONE),
    )


def _at(when: datetime) -> Instant:
    return Instant(
        at=when,
        precision=Precision.MINUTE,
        zone_rule=ZoneRule.STATED,
        signal="json-ld",
        stated="",
    )


def _notice(story: Alert) -> Alert:
    return replace(
        story,
        story_id=0,
        kind=f"{OPS}-bad-channel",
        url="",
        title="Alerts do not reach the channel desk",
        lead="is_archived: the channel is archived. They are kept as dead letters.",
        matches=(),
        entities=(),
    )


def _raised(story: Alert) -> Alert:
    return replace(
        _notice(story),
        kind=f"{OPS}-condition-7",
        title="Example Agency cannot be reached",
        lead="HTTP 503, 12 times since 23 November, 12:10 UTC.\n"
        "To do: wirewatch sources probe example",
    )


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in pictures().items():
        (folder / name).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
