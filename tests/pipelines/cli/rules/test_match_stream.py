"""`rules match` answers every line it is given, in order, and never gives up on the next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli.rules import match_stream
from pipelines.cli.rules.rules_commands import app
from pipelines.rules import RuleSet

if TYPE_CHECKING:
    from collections.abc import Iterable

TITLE = "OSCE and CIS agree on counter-terrorism cooperation"
TEXT = "Экспе\u0301рты — встретились. Они обсудили сотрудничество в борьбе с терроризмом."


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    return RuleSet.load()


def ask(rule_set: RuleSet, *lines: object) -> list[dict[str, Any]]:
    article = (
        line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode()
        for line in lines
    )
    return [json.loads(answer) for answer in match_stream.answer_lines(rule_set, article)]


def test_a_match_shows_its_rule_score_and_evidence_in_offsets_of_the_field(
    rule_set: RuleSet,
) -> None:
    fields = {"title": TITLE, "text": TEXT}
    (answer,) = ask(rule_set, {"id": 7, **fields, "lang": "en"})
    assert answer["id"] == 7
    assert answer["flagged"]
    (match,) = answer["matches"]
    assert match["rule"] == "ct_cooperation"
    assert match["score"] >= match["threshold"]
    assert {"id": "osce", "type": "body"} in match["entities"]
    assert {one["field"] for one in match["evidence"]} == {"title", "text"}
    for one in match["evidence"]:
        field = fields[one["field"]]
        assert field[one["start"] : one["end"]] == one["term"]
        assert one["sentence"] in field


def test_an_article_of_no_interest_is_answered_too(rule_set: RuleSet) -> None:
    (answer,) = ask(rule_set, {"id": "a", "title": "Harvest begins", "text": "It rained."})
    assert answer == {"id": "a", "flagged": False, "matches": []}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"", "one JSON object"),
        (b"{", "one JSON object"),
        (b"[1]", "found an array"),
        (b"null", "found null"),
        (b"\xff", "byte 0xff"),
        (b"[" * 100_000, "one JSON object"),
        (b'{"id": 1}', '"title" or "text"'),
        (b'{"id": 1, "title": 5}', "expected text in title"),
    ],
)
def test_a_bad_line_is_answered_with_what_is_wrong(
    rule_set: RuleSet, line: bytes, said: str
) -> None:
    bad, good = ask(rule_set, line, {"id": 2, "title": "x"})
    assert bad["id"] is None
    assert said in bad["error"]
    assert good["id"] == 2


@pytest.mark.parametrize("language", ["en", "en-GB", "EN_us", None])
def test_the_language_may_be_written_in_any_usual_way(
    rule_set: RuleSet, language: str | None
) -> None:
    (answer,) = ask(rule_set, {"id": 1, "title": TITLE, "text": None, "lang": language})
    assert answer["flagged"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=30)))
def test_as_many_answers_come_as_lines_went_in(lines: Iterable[bytes]) -> None:
    sent = list(lines)
    assert len(list(match_stream.answer_lines(RuleSet.empty(), sent))) == len(sent)


def test_the_command_reads_stdin_and_writes_stdout() -> None:
    line = json.dumps({"id": 1, "title": f"{TITLE} \ud800"})
    result = CliRunner().invoke(app, ["match", "--jsonl"], input=f"{line}\nnot JSON\n")
    first, second = map(json.loads, result.stdout.splitlines())
    assert first["flagged"]
    assert second["id"] is None
