"""The proof commands say what an author of rules needs to know, and fail where CI should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.config.config import load
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.alerts import feedback
from crawler.storage.alerts.feedback import Verdict
from crawler.storage.database import Database
from pipelines.cli.rules.rules_commands import app

if TYPE_CHECKING:
    from typer.testing import CliRunner


def test_check_passes_good_rules_and_shows_which_languages_lack_terms(
    cli: CliRunner, config: str
) -> None:
    result = cli.invoke(app, ["check", "-c", config])
    assert result.exit_code == 0, result.output
    assert "no query asks for the list $idle" in result.output
    assert "'harbour master' is found by terms.harbour.en: 'harbour*'" in result.output
    assert "Terms by language" in result.output
    assert "$harbour" in result.output
    assert " 0 errors" in result.output


def test_check_may_be_strict(cli: CliRunner, config: str) -> None:
    assert cli.invoke(app, ["check", "--strict", "-c", config]).exit_code == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Harbour lights", "Harbour dredging", "examples.must_not[1]: the rule fires"),
        ("$harbour AND", "$harbor AND", "did you mean $harbour"),
        ("title:fair", "title:@nobody", "no entity has 'nobody'"),
    ],
)
def test_check_fails_where_a_rule_cannot_be_used(
    cli: CliRunner, config: str, rule: Path, old: str, new: str, said: str
) -> None:
    rule.write_text(rule.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    result = cli.invoke(app, ["check", "-c", config])
    assert result.exit_code == 1
    assert said in result.output


def test_explain_shows_the_receipt_of_a_rule_that_fires(
    cli: CliRunner, config: str, tmp_path: Path
) -> None:
    page = tmp_path / "story.txt"
    page.write_text("A story\n\nDredging of the harbour begins on Monday.\n", encoding="utf-8")
    output = cli.invoke(app, ["explain", str(page), "-c", config]).output
    assert "harbour_works fires (score 3, threshold 2)" in output
    assert "dredging of a harbour" in output
    assert "“harbour” + “Dredging”" in output
    assert "in one sentence" in output


def test_explain_shows_near_misses_and_what_is_missing(
    cli: CliRunner, config: str, tmp_path: Path
) -> None:
    page = tmp_path / "story.json"
    page.write_text(json.dumps({"title": "Harbour lights", "text": "x"}), encoding="utf-8")
    output = cli.invoke(app, ["explain", str(page), "-c", config]).output
    assert "harbour_works does not fire: 1 points are missing" in output
    page.write_text(json.dumps({"title": "Harbour dredging fair"}), encoding="utf-8")
    output = cli.invoke(app, ["explain", str(page), "-c", config]).output
    assert "harbour_works does not fire: a veto holds" in output


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("target", ["2", "https://wire.example/2"])
def test_explain_finds_a_stored_article_by_number_and_url(
    cli: CliRunner, config: str, target: str
) -> None:
    assert "harbour_works fires" in cli.invoke(app, ["explain", target, "-c", config]).output


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("target", ["77", "https://wire.example/77", "no-such-file"])
def test_explain_says_where_it_looked_in_vain(cli: CliRunner, config: str, target: str) -> None:
    result = cli.invoke(app, ["explain", target, "-c", config])
    assert isinstance(result.exception, Unusable)
    assert target in str(result.exception)


def test_test_counts_what_was_right_and_lists_what_was_not(
    cli: CliRunner, config: str, tmp_path: Path
) -> None:
    lines = [
        {"id": "a", "title": "Dredging of the harbour", "lang": "en", "label": "hit"},
        {"id": "b", "title": "Wharf dredged", "lang": "en", "label": "not", "reason": "r"},
        {"id": "c", "title": "A canal", "lang": "fr", "label": "hit", "topics": ["canals"]},
        {"id": "d", "title": "Harbour dredging", "lang": "fr", "label": "unsure"},
    ]
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    output = cli.invoke(app, ["test", str(path), "-c", config]).output
    assert "noise en b" in output
    assert "missed fr c" in output
    assert "topic canals" in output
    assert "rule harbour_works" in output
    assert "1 unsure items were left out" in output
    everything = next(line for line in output.splitlines() if line.startswith("all"))
    assert everything.split("│")[1:] == [
        "    2 ",
        "      1 ",
        " 0.500 ",
        " 0.500 ",
        " 0.500",
    ]


def test_test_refuses_a_line_without_a_label(cli: CliRunner, config: str, tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text('{"title": "x", "label": "perhaps"}\n', encoding="utf-8")
    result = cli.invoke(app, ["test", str(path), "-c", config])
    assert isinstance(result.exception, Unusable)
    assert "labelled.jsonl:1: expected" in str(result.exception)


def _say(config: str, story: int, answer: str) -> None:
    database = Database(load(Path(config)).store.url)
    said = Verdict(
        story_id=story, user_id="U0", user_name="anna", answer=answer, given_at=utc_now()
    )
    database.write_now(lambda c: feedback.give(c, said, utc_now()))
    database.close()


@pytest.mark.usefixtures("stored")
def test_what_staff_said_of_alerts_is_a_test_of_the_rules(cli: CliRunner, config: str) -> None:
    _say(config, 1, "relevant")  # flagged by a rule that is gone
    _say(config, 2, "not relevant")  # our rule would fire
    output = cli.invoke(app, ["test", "--from-feedback", "-c", config]).output
    assert "missed en 1  'Ships leave'" in output
    assert "noise en 2  'Dredging of the harbour begins'" in output
    assert "rule harbour_works" in output


def test_test_wants_one_kind_of_labels(cli: CliRunner, config: str) -> None:
    for words in (["test"], ["test", "labelled.jsonl", "--from-feedback"]):
        result = cli.invoke(app, [*words, "-c", config])
        assert "name a file of labelled articles" in str(result.exception)


@pytest.mark.usefixtures("stored")
def test_replay_shows_what_would_be_added_and_removed(cli: CliRunner, config: str) -> None:
    output = cli.invoke(app, ["replay", "--since", "7d", "-c", config]).output
    assert "harbour_works" in output
    assert "ships" in output
    assert "2 articles" in output
    assert "1 would be added in 1 stories, 1 would be removed" in output
    output = cli.invoke(app, ["replay", "--since", "1h", "-c", config]).output
    assert "0 articles" in output


def test_replay_says_what_a_time_looks_like(cli: CliRunner, config: str) -> None:
    result = cli.invoke(app, ["replay", "--since", "soon", "-c", config])
    assert "expected a day such as" in str(result.exception)
