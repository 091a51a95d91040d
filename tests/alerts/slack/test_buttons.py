"""Buttons under an alert: what they are, what a press says, and how the answers are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from alerts.message.compose import compose
from alerts.slack.block_kit import CONTEXT, blocks
from alerts.slack.buttons import answered, buttons, press
from crawler.model.alert import DIGEST
from crawler.storage.alerts.feedback import QUESTIONS, Verdict
from tests.doubles.slack.block_kit_limits import refusal
from tests.sample_alerts import HOSTILE, NOON, alert


def pressed(**changed: Any) -> dict[str, Any]:
    (block,) = buttons(alert())
    first = block["elements"][0]
    action = {"action_id": first["action_id"], "value": first["value"], "action_ts": "1764000000.5"}
    user = {"id": "U0ANNA", "username": "anna"}
    return {"type": "block_actions", "user": user, "actions": [action | changed]}


def said(answer: str, name: str) -> Verdict:
    return Verdict(story_id=7, user_id=name, user_name=name, answer=answer, given_at=NOON)


def test_an_alert_about_a_story_has_a_button_for_each_answer_and_a_mute() -> None:
    (block,) = buttons(alert())
    labels = [one["text"]["text"] for one in block["elements"]]
    assert labels == [
        "✔ Relevant",
        "✘ Not relevant",
        "⧉ Duplicate",
        "🕓 Wrong date",
        "🔇 Mute this rule for a day",
    ]
    assert "Counter-terrorism cooperation" in block["elements"][-1]["confirm"]["text"]["text"]
    drawn = blocks(compose(alert(), timezone="UTC"), [block])
    assert drawn[-1] == block
    assert not refusal({"text": "x", "blocks": drawn, "channel": "C0"})


@pytest.mark.parametrize("kind", [f"{DIGEST}-7", "sample-1"])
def test_what_is_not_about_one_story_has_none(kind: str) -> None:
    assert buttons(replace(alert(), kind=kind)) == []


def test_a_press_says_who_answered_what_of_which_story_and_when() -> None:
    read = press(pressed())
    assert read is not None
    assert (read.story_id, read.answer, read.mute) == (7, "relevant", "")
    assert (read.user_id, read.user_name) == ("U0ANNA", "anna")
    assert read.at == datetime.fromtimestamp(1764000000.5, UTC)


def test_a_press_may_mute_a_rule() -> None:
    mute = buttons(alert())[0]["elements"][-1]
    read = press(pressed(action_id=mute["action_id"], value=mute["value"]))
    assert read is not None
    assert (read.answer, read.mute) == ("", "ct-cooperation")


@pytest.mark.parametrize(
    "changed",
    [
        {"action_id": "of another app"},
        {"value": "no number:story"},
        {"value": "7:digest-3"},
        {"value": None},
        {"action_ts": "yesterday"},
        {"action_id": "wirewatch_mute"},
    ],
)
def test_what_is_no_button_of_ours_says_nothing(changed: dict[str, Any]) -> None:
    assert press(pressed(**changed)) is None
    assert press({"type": "view_submission"}) is None
    assert press({}) is None


def test_who_said_what_is_one_line() -> None:
    told = [
        said("relevant", "Anna"),
        said("relevant", "Boris"),
        said("not relevant", "Clara"),
        said("wrong date", "Anna"),
    ]
    assert answered(told) == (
        "✔ relevant: Anna, Boris · ✘ not relevant: Clara · 🕓 wrong date: Anna"
    )
    assert answered([]) == ""


def test_names_are_literal_and_a_crowd_fits() -> None:
    crowd = [said(answer, f"{HOSTILE}{n}") for answer in QUESTIONS for n in range(100)]
    line = answered(crowd)
    assert len(line) <= CONTEXT
    assert "92 more" in line
    assert "<" not in line
    message = compose(alert(), timezone="UTC")
    assert blocks(message, buttons(alert()), said=line)[-2]["elements"][0]["text"] == line
