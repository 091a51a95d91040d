"""An edit of a rule takes effect in a running process, whole, or the old rules stay."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pipelines.rules.hot_reload import PAUSE, ReloadingRules

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "Dredging of the harbour begins"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        self.now += PAUSE
        return self.now


@pytest.fixture
def rule(folder: Path, rule_text: str) -> Path:
    path = folder / "rules" / "harbour.toml"
    path.write_text(rule_text, encoding="utf-8")
    return path


def edit(path: Path, text: str) -> None:
    before = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def remove(path: Path) -> None:
    path.unlink()


async def fired(live: ReloadingRules) -> list[tuple[str, str]]:
    matches = (await live.settled()).match(TITLE, "").matches
    return [(match.title, match.version) for match in matches]


async def test_an_edit_a_new_rule_and_a_deletion_take_effect(
    folder: Path, rule: Path, rule_text: str
) -> None:
    live = ReloadingRules([folder], clock=Clock())
    ((title, version),) = await fired(live)
    assert title == "Harbour works"

    edit(rule, rule_text.replace('"Harbour works"', '"Works in harbours"'))
    ((title, newer),) = await fired(live)
    assert title == "Works in harbours"
    assert newer != version

    second = rule_text.replace('"harbour_works"', '"another"')
    (folder / "rules" / "another.toml").write_text(second, encoding="utf-8")
    assert len(await fired(live)) == 2

    remove(rule)
    assert len(await fired(live)) == 1


async def test_an_edit_that_is_wrong_is_told_once_and_the_old_rules_stay(
    folder: Path, rule: Path, rule_text: str, caplog: pytest.LogCaptureFixture
) -> None:
    live = ReloadingRules([folder], clock=Clock())
    old = await fired(live)
    edit(rule, rule_text.replace("$harbour AND", "$harbour and"))
    for _ in range(3):
        assert await fired(live) == old
    assert "AND in capitals" in live.refusal
    told = [record for record in caplog.records if "refused" in record.message]
    assert len(told) == 1

    edit(rule, rule_text)
    assert await fired(live) == old
    assert live.refusal == ""


async def test_the_old_rules_answer_while_new_ones_are_read(
    folder: Path, rule: Path, rule_text: str
) -> None:
    live = ReloadingRules([folder], clock=Clock())
    old = live.rule_set
    edit(rule, rule_text.replace('"Harbour works"', '"Works in harbours"'))
    assert await live.current() is old
    assert await live.settled() is not old
