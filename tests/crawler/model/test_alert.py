"""An alert survives the outbox, and the outbox survives an upgrade."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from crawler.model.alert import Alert, Unreadable
from tests import factories
from tests.sample_alerts import HOSTILE, alert


def test_an_alert_comes_out_of_json_as_it_went_in() -> None:
    stored = json.loads(json.dumps(alert().to_json()))
    assert Alert.from_json(stored) == alert()


def test_an_alert_without_a_date_does_too() -> None:
    undated = replace(alert(), published=None)
    assert Alert.from_json(undated.to_json()) == undated


def test_its_id_is_the_story_and_the_kind() -> None:
    assert alert(story_id=12).id == "12:story"


def test_it_says_what_the_article_says() -> None:
    article = factories.article(flagged=True, title="Services met")
    made = Alert.of(article, story_id=3, source_title="The Wire", country="KZ")
    assert (made.id, made.title, made.source_title, made.country) == (
        "3:story",
        "Services met",
        "The Wire",
        "KZ",
    )
    assert made.url == article.page.url
    assert made.matches == article.matches


def test_half_a_surrogate_pair_and_a_nul_do_not_reach_the_store() -> None:
    payload = alert(HOSTILE + "\x00").to_json()
    payload["title"].encode()
    assert "\x00" not in payload["title"]


def test_a_payload_of_a_later_version_is_read() -> None:
    payload = alert().to_json() | {"mood": "calm"}
    payload["matches"][0]["weight"] = 3
    assert Alert.from_json(payload) == alert()


def test_a_payload_of_an_earlier_version_is_read() -> None:
    payload = alert().to_json()
    for later in ("credit", "language", "entities", "lead"):
        del payload[later]
    assert Alert.from_json(payload).title == alert().title


@pytest.mark.parametrize(
    "payload",
    [{}, {"story_id": "x"}, alert().to_json() | {"first_seen": "noon"}],
    ids=["empty", "no number", "no time"],
)
def test_a_payload_that_is_no_alert_is_unreadable(payload: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        Alert.from_json(payload)
