"""Payloads that the hand-written JSON left in an outbox are read, and written, as they stand."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.model.alert import Alert, Unreadable
from crawler.model.items import Precision, ZoneRule
from tests.sample_alerts import NOON

_STORY = (
    r'{"story_id": 7, "kind": "story", "source_name": "belta", "source_title": "BelTA", '
    r'"country": "BY", "url": "https://wire.example/politics/view/1-2026/?a=1&b=2", '
    r'"title": "CIS and UN widen counter-terrorism work", "published": {"at": '
    r'"2026-11-23T12:00:00+00:00", "precision": "minute", "zone_rule": "stated", '
    r'"signal": "json-ld", "stated": "noon", "disagreeing": [], "offset": 0}, '
    r'"first_seen": "2026-11-23T12:01:00+00:00", "lead": "The delegations met in Minsk on '
    r'Monday.", "credit": "BelTA", "lead_only": false, "language": "en", "matches": '
    r'[{"rule": "ct-cooperation", "version": "1", "title": "Counter-terrorism '
    r'cooperation", "score": 11, "threshold": 6, "severity": "high", "topics": '
    r'["counter-terrorism"], "reason": "\"counter-terrorism\" with \"cooperation\" in one '
    r'sentence; score 11, threshold 6", "entities": [], "evidence": [{"term": '
    r'"counter-terrorism", "start": 57, "end": 74, "part": "text", "sentence": "They '
    r"agreed that counter-terrorism cooperation between the CIS and the UN would be "
    r'widened.", "sentence_start": 40}, {"term": "cooperation", "start": 75, "end": 86, '
    r'"part": "text", "sentence": "They agreed that counter-terrorism cooperation between '
    r'the CIS and the UN would be widened.", "sentence_start": 40}]}], "entities": '
    r'[{"id": "un", "name": "United Nations", "type": "body"}], "stories": [], "topics": '
    r'[], "standing": {"outlets": [{"site": "tass.example", "name": "TASS", '
    r'"independent": true}, {"site": "x.example", "name": "X", "independent": false}], '
    r'"revised": 2, "related": 1, "withdrawn": "the page answers 410"}, "turn": null, '
    r'"parent": ""}'
)

_REPLY = (
    r'{"story_id": 7, "kind": "reply-31-1", "source_name": "belta", "source_title": '
    r'"BelTA", "country": "BY", "url": '
    r'"https://wire.example/politics/view/1-2026/?a=1&b=2", "title": "CIS and UN widen '
    r'counter-terrorism work", "published": null, "first_seen": '
    r'"2026-11-23T12:01:00+00:00", "lead": "The delegations met in Minsk on Monday.", '
    r'"credit": "BelTA", "lead_only": false, "language": "en", "matches": [{"rule": '
    r'"ct-cooperation", "version": "1", "title": "Counter-terrorism cooperation", '
    r'"score": 11, "threshold": 6, "severity": "high", "topics": ["counter-terrorism"], '
    r'"reason": "\"counter-terrorism\" with \"cooperation\" in one sentence; score 11, '
    r'threshold 6", "entities": [], "evidence": [{"term": "counter-terrorism", "start": '
    r'57, "end": 74, "part": "text", "sentence": "They agreed that counter-terrorism '
    r'cooperation between the CIS and the UN would be widened.", "sentence_start": 40}, '
    r'{"term": "cooperation", "start": 75, "end": 86, "part": "text", "sentence": "They '
    r"agreed that counter-terrorism cooperation between the CIS and the UN would be "
    r'widened.", "sentence_start": 40}]}], "entities": [{"id": "cis", "name": "CIS", '
    r'"type": "body"}, {"id": "un", "name": "UN", "type": "body"}, {"id": "by", "name": '
    r'"Belarus", "type": "state"}], "stories": [], "topics": [], "standing": {"outlets": '
    r'[], "revised": 0, "related": 0, "withdrawn": ""}, "turn": {"what": "revision", '
    r'"independent": false, "earlier_title": "Old", "added": ["A new sentence."], '
    r'"removed": ["An old one."], "figures_added": ["12"], "figures_removed": ["11"], '
    r'"again": "it is confirmed", "said": ""}, "parent": "1700000000.000100"}'
)

_DIGEST = (
    r'{"story_id": 0, "kind": "digest-held-3", "source_name": "belta", "source_title": '
    r'"BelTA", "country": "BY", "url": "", "title": "CIS and UN widen counter-terrorism '
    r'work", "published": null, "first_seen": "2026-11-23T12:01:00+00:00", "lead": "The '
    r'delegations met in Minsk on Monday.", "credit": "BelTA", "lead_only": false, '
    r'"language": "en", "matches": [], "entities": [{"id": "cis", "name": "CIS", "type": '
    r'"body"}, {"id": "un", "name": "UN", "type": "body"}, {"id": "by", "name": '
    r'"Belarus", "type": "state"}], "stories": [{"title": "T", "url": '
    r'"https://w.example/1", "published_at": "2026-11-23T12:00:00+00:00", "rule": "r", '
    r'"score": 3.5, "topic": "t"}, {"title": "U", "url": "https://w.example/2", '
    r'"published_at": null, "rule": "", "score": 0.0, "topic": ""}], "topics": [{"topic": '
    r'"t", "count": 2}], "standing": {"outlets": [], "revised": 0, "related": 0, '
    r'"withdrawn": ""}, "turn": null, "parent": ""}'
)

#: Of the first release: no lead, credit, language, entities, standing or turn.
_FIRST = (
    r'{"story_id": 3, "kind": "story", "url": "https://wire.example/3", "title": "Talks", '
    r'"published": {"at": "2026-11-23T15:00:00+03:00", "precision": "day", '
    r'"zone_rule": "source", "signal": "meta", "stated": "23.11.2026"}, '
    r'"first_seen": "2026-11-23T12:01:00", "matches": [{"rule": "r", "version": "1", '
    r'"title": "R", "score": 7.5, "threshold": 6.0, "severity": "low", "reason": "x"}]}'
)


@pytest.mark.parametrize("stored", [_STORY, _REPLY, _DIGEST], ids=["story", "reply", "digest"])
def test_a_stored_payload_is_written_again_as_it_stands(stored: str) -> None:
    payload = json.loads(stored)
    assert Alert.from_json(payload).to_json() == payload


def test_a_stored_story_keeps_its_receipt_and_what_became_of_it() -> None:
    story = Alert.from_json(json.loads(_STORY))
    assert story.published is not None
    assert (story.published.at, story.published.precision) == (NOON, Precision.MINUTE)
    assert [found.term for found in story.matches[0].evidence] == [
        "counter-terrorism",
        "cooperation",
    ]
    assert story.standing.independent == 1
    assert story.standing.withdrawn == "the page answers 410"


def test_a_stored_reply_keeps_what_changed() -> None:
    turn = Alert.from_json(json.loads(_REPLY)).turn
    assert turn is not None
    assert (turn.what, turn.added, turn.figures_removed) == (
        "revision",
        ("A new sentence.",),
        ("11",),
    )


def test_a_stored_digest_keeps_its_stories_in_order() -> None:
    digest = Alert.from_json(json.loads(_DIGEST))
    assert [story.title for story in digest.stories] == ["T", "U"]
    assert (digest.stories[0].published_at, digest.stories[1].published_at) == (NOON, None)


def test_an_alert_of_the_first_release_is_read_with_its_times_in_utc() -> None:
    first = Alert.from_json(json.loads(_FIRST))
    assert first.first_seen == datetime(2026, 11, 23, 12, 1, tzinfo=UTC)
    assert first.first_seen.tzinfo is UTC
    assert first.published is not None
    assert (first.published.at, first.published.zone_rule) == (NOON, ZoneRule.SOURCE)
    assert first.published.at.tzinfo is UTC
    assert (first.source_name, first.matches[0].topics, first.turn) == ("", (), None)


def test_what_is_null_or_empty_is_none() -> None:
    payload = json.loads(_STORY) | {"standing": None, "turn": {}}
    alert = Alert.from_json(payload)
    assert (alert.standing.outlets, alert.turn) == ((), None)


def test_what_is_missing_is_named() -> None:
    payload = json.loads(_STORY)
    del payload["first_seen"]
    with pytest.raises(Unreadable, match=r"^the payload has no first_seen$"):
        Alert.from_json(payload)
