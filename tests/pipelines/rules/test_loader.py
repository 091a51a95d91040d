"""A folder of rules is read under its name of today, and for a release under its old one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from crawler.model.exceptions import Unusable
from pipelines.cli.rules.lint import check
from pipelines.rules import RuleSet
from pipelines.rules.hot_reload import ReloadingRules

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def old_folder(tmp_path: Path, rule_text: str) -> Path:
    (tmp_path / "watches").mkdir()
    (tmp_path / "watches" / "harbour.toml").write_text(rule_text, encoding="utf-8")
    return tmp_path


def test_a_folder_of_the_old_name_is_read_with_one_notice_that_says_what_to_do(
    old_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        rules = ReloadingRules([old_folder]).rule_set.rules
    assert "harbour_works" in {rule.id for rule in rules}
    assert caplog.messages == [
        f"{old_folder}/watches is read for the last release: rename it to {old_folder}/rules"
    ]


def test_a_check_of_the_rules_warns_of_the_old_name(old_folder: Path) -> None:
    report = check([old_folder])
    assert not report.errors
    assert any(str(old_folder / "watches") in warning for warning in report.warnings)


def test_rules_under_both_names_are_refused(old_folder: Path, rule_text: str) -> None:
    (old_folder / "rules").mkdir()
    (old_folder / "rules" / "another.toml").write_text(rule_text, encoding="utf-8")
    with pytest.raises(Unusable, match=r"in rules/ and in watches/, its old name; move those"):
        RuleSet.load([old_folder])


def test_a_renamed_folder_is_read_without_a_notice(
    old_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (old_folder / "watches").rename(old_folder / "rules")
    with caplog.at_level(logging.WARNING):
        rules = ReloadingRules([old_folder]).rule_set.rules
    assert "harbour_works" in {rule.id for rule in rules}
    assert not caplog.messages
