"""Rules that proved themselves load quickly the next time, and never as anything but themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.model.exceptions import Unusable
from pipelines.rules import RuleSet
from pipelines.rules.compiled_cache import MOST, CompiledCache
from pipelines.rules.vocabulary.lexicon import Lexicon
from pipelines.rules.vocabulary.pattern_table import PatternTable
from pipelines.rules.vocabulary.patterns import Kind, Mark, Pattern

if TYPE_CHECKING:
    from pathlib import Path

NAME = Mark(kind=Kind.ENTITY, owner="osce", label="OSCE", capital=True, never=("fr", "es"))
TERM = Mark(kind=Kind.TERM, owner="rule", key="rule/harbour")
TABLE = PatternTable.of(
    [
        (Pattern(("обсе",), "ОБСЕ"), NAME),
        (Pattern(("harbour*", "master")), TERM),
        (Pattern(("port", "of", "call")), TERM),
        (Pattern(("port", "of", "call")), NAME),
    ]
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "wirewatch"


def refuse(*_: object) -> None:
    raise AssertionError("nothing had to be compiled")


def test_what_was_kept_is_what_is_read(cache: Path) -> None:
    CompiledCache(cache, ["rules"]).put(TABLE)
    assert CompiledCache(cache, ["rules"]).get() == TABLE


def test_rules_that_say_anything_else_are_not_read(cache: Path) -> None:
    CompiledCache(cache, ["ab", "c"]).put(TABLE)
    assert CompiledCache(cache, ["a", "bc"]).get() is None
    assert CompiledCache(cache, ["c", "ab"]).get() is None


@pytest.mark.parametrize("cut", [0, 1, 64, 65, 100, -1])
def test_a_file_that_is_cut_short_is_as_good_as_none(cache: Path, cut: int) -> None:
    kept = CompiledCache(cache, ["rules"])
    kept.put(TABLE)
    (path,) = cache.glob("lexicon-*")
    path.write_bytes(path.read_bytes()[:cut])
    assert kept.get() is None


def test_so_is_one_in_which_anything_changed(cache: Path) -> None:
    kept = CompiledCache(cache, ["rules"])
    kept.put(TABLE)
    (path,) = cache.glob("lexicon-*")
    path.write_bytes(path.read_bytes().replace(b"osce", b"csto"))
    assert kept.get() is None


def test_one_of_other_rules_does_not_pass_under_this_name(cache: Path) -> None:
    kept = CompiledCache(cache, ["rules"])
    kept.put(TABLE)
    (path,) = cache.glob("lexicon-*")
    sealed = path.read_bytes()
    path.unlink()
    other = CompiledCache(cache, ["others"])
    other.put(TABLE)
    (path,) = cache.glob("lexicon-*")
    path.write_bytes(sealed)
    assert other.get() is None


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    kept = CompiledCache(tmp_path / "file", ["rules"])
    kept.put(TABLE)
    assert kept.get() is None


def test_old_editions_make_room(cache: Path) -> None:
    for edition in range(MOST + 3):
        CompiledCache(cache, [str(edition)]).put(TABLE)
    assert len([*cache.iterdir()]) == MOST


def test_a_book_is_compiled_once_and_finds_the_same_from_then_on(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = RuleSet.load()
    monkeypatch.setattr(Lexicon, "of", refuse)
    text = "The SCO and Kazakhstan agreed on joint counter-terrorism exercises in Almaty."
    again = RuleSet.load()
    assert again.patterns == first.patterns
    assert again.match("", text).entities
    assert again.match("", text) == first.match("", text)
    assert [one.name.partition("-")[0] for one in sorted(cache.iterdir())] == [
        "forms.json",
        "lexicon",
    ]


def test_an_edit_is_in_force_at_once(cache: Path, folder: Path, rule_text: str) -> None:
    path = folder / "rules" / "harbour.toml"
    path.write_text(rule_text, encoding="utf-8")
    RuleSet.load([folder])
    path.write_text(rule_text.replace("port of call", "haven"), encoding="utf-8")
    assert RuleSet.load([folder]).match("Dredging of the haven begins", "").matches
    assert not RuleSet.load([folder]).match("Dredging of a port of call begins", "").matches


def test_rules_that_fail_their_examples_are_refused_each_time(
    cache: Path, folder: Path, rule_text: str
) -> None:
    spoilt = rule_text.replace("Harbour lights", "Harbours are dredged, dredging goes on")
    (folder / "rules" / "harbour.toml").write_text(spoilt, encoding="utf-8")
    for _ in range(2):
        with pytest.raises(Unusable, match=r"must_not\[1\]"):
            RuleSet.load([folder])
