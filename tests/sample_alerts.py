"""One alert as the rooms before this one make it, and the worst headline there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.model.alert import Alert
from crawler.model.items import EntityHit, Evidence, Instant, Match, Precision, ZoneRule

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TEXT = (
    "The delegations met in Minsk on Monday. They agreed that counter-terrorism cooperation "
    "between the CIS and the UN would be widened. A further meeting is planned."
)
SENTENCE = TEXT.split(". ")[1] + "."
HOSTILE = (
    "<!channel> <@U0BOSS> @here *bold* _slant_ ~gone~ `code` <https://evil.example|click> & more "
    "\u202egnp.exe\u202c zero\u200bwidth\nsecond line \ud800 \x1b[31mred [bold]rich[/bold]"
)


def evidence(term: str) -> Evidence:
    start = TEXT.index(term)
    return Evidence(
        term=term,
        start=start,
        end=start + len(term),
        part="text",
        sentence=SENTENCE,
        sentence_start=TEXT.index(SENTENCE),
    )


def match() -> Match:
    return Match(
        rule="ct-cooperation",
        version="1",
        title="Counter-terrorism cooperation",
        score=11,
        threshold=6,
        severity="high",
        topics=("counter-terrorism",),
        reason='"counter-terrorism" with "cooperation" in one sentence; score 11, threshold 6',
        evidence=(evidence("counter-terrorism"), evidence("cooperation")),
    )


def instant(*, precision: Precision = Precision.MINUTE, at: datetime = NOON) -> Instant:
    return Instant(
        at=at, precision=precision, zone_rule=ZoneRule.STATED, signal="json-ld", stated="noon"
    )


def alert(title: str = "CIS and UN widen counter-terrorism work", *, story_id: int = 7) -> Alert:
    return Alert(
        story_id=story_id,
        kind="story",
        source_name="belta",
        source_title="BelTA",
        country="BY",
        url="https://wire.example/politics/view/1-2026/?a=1&b=2",
        title=title,
        published=instant(),
        first_seen=NOON + timedelta(minutes=1),
        lead="The delegations met in Minsk on Monday.",
        credit="BelTA",
        language="en",
        matches=(match(),),
        entities=(
            EntityHit(id="cis", name="CIS", type="body"),
            EntityHit(id="un", name="UN", type="body"),
            EntityHit(id="by", name="Belarus", type="state"),
        ),
    )
