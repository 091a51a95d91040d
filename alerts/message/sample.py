"""An alert that is about nothing, to see how alerts look and whether they arrive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.model.alert import Alert
from crawler.model.items import EntityHit, Evidence, Instant, Match, Precision, ZoneRule

if TYPE_CHECKING:
    from datetime import datetime

_SENTENCE = (
    "This is how a sentence looks that speaks of counter-terrorism and of cooperation, "
    "the two things that are watched for."
)


def sample(now: datetime) -> Alert:
    """One that no other sample is mistaken for: its id holds the instant."""
    entities = (
        EntityHit(id="un", name="UN", type="body"),
        EntityHit(id="osce", name="OSCE", type="body"),
    )
    published = Instant(
        at=now - timedelta(minutes=2),
        precision=Precision.MINUTE,
        zone_rule=ZoneRule.STATED,
        signal="sample",
        stated=now.isoformat(),
    )
    return Alert(
        story_id=0,
        kind=f"sample-{now:%Y%m%dT%H%M%S%f}",
        source_name="wirewatch",
        source_title="Wirewatch",
        country="INT",
        url="https://example.org/",
        title="A sample: no story, only a test of this channel",
        published=published,
        first_seen=now,
        matches=(_match(entities),),
        entities=entities,
    )


def _match(entities: tuple[EntityHit, ...]) -> Match:
    return Match(
        rule="sample",
        version="1",
        title="Sample",
        score=2.0,
        threshold=1.0,
        severity="low",
        topics=("test",),
        reason='"counter-terrorism" with "cooperation" in one sentence; score 2, threshold 1',
        entities=entities,
        evidence=tuple(_evidence(term) for term in ("counter-terrorism", "cooperation")),
    )


def _evidence(term: str) -> Evidence:
    start = _SENTENCE.index(term)
    return Evidence(
        term=term,
        start=start,
        end=start + len(term),
        part="text",
        sentence=_SENTENCE,
        sentence_start=0,
    )
