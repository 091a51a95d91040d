"""An alert dies only where Slack names the message as the fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alerts.channel import BadChannel, MessageRejected, Retry, Unknown
from alerts.slack.api_errors import Answer, verdict

CASES = Path(__file__).parents[4] / "shared" / "cases" / "slack" / "answers.jsonl"
_LINES = CASES.read_text("utf-8").splitlines() if CASES.is_file() else []


@pytest.mark.parametrize("code", ["msg_too_long", "invalid_blocks", "no_text", "message_not_found"])
def test_what_slack_says_of_the_message_ends_it(code: str) -> None:
    assert isinstance(verdict(Answer(status=200, code=code)), MessageRejected)


@pytest.mark.parametrize(
    "code",
    [
        "is_archived",
        "not_in_channel",
        "restricted_action_read_only_channel",
        "invalid_auth",
        "accesslimited",
        "a_code_of_tomorrow",
    ],
)
def test_what_is_no_fault_of_the_message_waits_and_is_told(code: str) -> None:
    assert isinstance(verdict(Answer(status=200, code=code)), BadChannel)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 407, 413, 451])
def test_the_page_of_a_proxy_ends_nothing(status: int) -> None:
    assert isinstance(verdict(Answer(status=status)), Retry)


def test_too_many_messages_in_a_workspace_is_a_wait() -> None:
    said = verdict(Answer(status=200, code="message_limit_exceeded"))
    assert isinstance(said, Retry)
    assert not isinstance(said, BadChannel)


@pytest.mark.parametrize(("stated", "waits"), [(0.0, 1.0), (7.0, 7.0), (999999.0, 300.0)])
def test_a_wait_is_of_a_second_to_five_minutes(stated: float, waits: float) -> None:
    said = verdict(Answer(status=429, retry_after=stated))
    assert isinstance(said, Retry)
    assert said.after == waits


@pytest.mark.skipif(not _LINES, reason="no ../shared/cases beside this checkout")
@pytest.mark.parametrize("line", _LINES)
def test_the_shared_cases_are_answered_as_they_want(line: str) -> None:
    case = json.loads(line)
    try:
        code = json.loads(case["body"]).get("error", "")
    except ValueError:
        code = ""
    said = verdict(Answer(status=case["status"], code=code))
    assert isinstance(said, (Retry, Unknown)), case["want"]
    assert isinstance(said, BadChannel) == ("tell" in case["want"]), case["want"]
