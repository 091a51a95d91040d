"""The buttons under an alert, what was answered with them, and what a press of one means.

What a button stands for is in its value: the alert's id, and for a mute the rule behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alerts.message.escaping import clean, clip, mrkdwn
from crawler.model.alert import STORY
from crawler.storage.alerts.feedback import NOT_RELEVANT, QUESTIONS, RELEVANT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.model.alert import Alert
    from crawler.storage.alerts.feedback import Verdict

BLOCK = "wirewatch_feedback"
_PREFIX = "wirewatch_"
_MUTE = f"{_PREFIX}mute"
_MARKS = {RELEVANT: "✔", NOT_RELEVANT: "✘", "duplicate": "⧉", "wrong date": "🕓"}
_NAME = 40
_NAMES = 8  # shown for one answer; the rest are counted
_TITLE = 120  # of a rule, where Slack takes 300 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button that somebody pressed. `answer` is "" where `mute` names a rule, and so the other
    way about.
    """

    story_id: int
    user_id: str
    user_name: str
    at: datetime
    message: str = ""  # the `ts` of the message that the button stands under
    answer: str = ""
    mute: str = ""


def buttons(alert: Alert) -> list[dict[str, Any]]:
    """The block of buttons; none where the alert is not about one story."""
    if alert.is_notice or (alert.kind != STORY and not alert.is_update):
        return []
    elements = [_button(answer, _action(answer), alert.first) for answer in QUESTIONS]
    if match := alert.strongest:
        mute = _button("mute this rule for a day", _MUTE, f"{alert.first} {match.rule}")
        title = clip(clean(match.title or match.rule), _TITLE)
        elements.append(mute | {"confirm": _confirm(f"No alerts by the rule “{title}” for a day?")})
    return [{"type": "actions", "block_id": BLOCK, "elements": elements}]


def answered(verdicts: Sequence[Verdict]) -> str:
    """Who says what, in one line of Slack's mark-up; "" where nobody says anything."""
    said = []
    for answer, mark in _MARKS.items():
        names = [_shown(one.user_name) for one in verdicts if one.answer == answer]
        if more := names[_NAMES:]:
            names[_NAMES:] = [f"{len(more)} more"]
        if names:
            said.append(f"{mark} {answer}: {', '.join(names)}")
    return " · ".join(said)


def press(payload: Mapping[str, Any]) -> Press | None:
    """What an interaction says; None where no button of ours was pressed."""
    try:
        user, action = payload["user"], payload["actions"][0]
        alert, _, rule = str(action["value"]).partition(" ")
        story, _, kind = alert.partition(":")
        name = str(action["action_id"])
        answer = next((one for one in QUESTIONS if _action(one) == name), "")
        mutes = name == _MUTE and bool(rule)
        if payload["type"] != "block_actions" or kind != STORY or not (answer or mutes):
            return None
        return Press(
            story_id=int(story),
            user_id=str(user["id"]),
            user_name=str(user.get("name") or user.get("username") or user["id"]),
            at=datetime.fromtimestamp(float(action["action_ts"]), UTC),
            message=str((payload.get("container") or {}).get("message_ts") or ""),
            answer=answer,
            mute="" if answer else rule,
        )
    except (KeyError, IndexError, TypeError, ValueError, OverflowError, AttributeError):
        return None


def _action(answer: str) -> str:
    return _PREFIX + answer.replace(" ", "_")


def _button(answer: str, action: str, value: str) -> dict[str, Any]:
    mark = _MARKS.get(answer, "🔇")
    label = f"{mark} {answer[0].upper()}{answer[1:]}"
    return {"type": "button", "action_id": action, "value": value, "text": _plain(label)}


def _confirm(question: str) -> dict[str, Any]:
    return {
        "title": _plain("Mute this rule"),
        "text": _plain(question),
        "confirm": _plain("Mute"),
        "deny": _plain("Cancel"),
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


def _shown(name: str) -> str:
    return mrkdwn(clip(clean(name), _NAME)) or "somebody"
