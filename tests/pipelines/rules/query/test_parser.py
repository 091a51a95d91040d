"""A query means what the page on rules says, and a wrong one is answered with what was expected."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.model.exceptions import Unusable
from pipelines.rules import RuleSet
from pipelines.rules.query.nodes import Key
from pipelines.rules.query.parser import QueryError, parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Holds = Callable[..., bool]

RULE = """
id = "asked"
title = "What was asked"
topics = ["tests"]
severity = "low"
query = '''{query}'''
[terms.fish]
en = ["herring", "cod", "=Eel"]
[terms.catch]
en = ["net", "trawl*"]
also = ["@fishery", "SAME SENTENCE(haul ONEAR/3 $fish)"]
[[examples.must]]
title = "{title}"
text = '''{text}'''
language = "{language}"
[[examples.must_not]]
title = "Nothing of the kind"
"""
ENTITIES = """
[[entity]]
id = "norfish"
type = "body"
name = "Norfish"
tags = ["fishery"]
names.en = ["Norfish"]
[[entity]]
id = "seafish"
type = "body"
name = "Seafish"
names.en = ["Seafish"]
"""


@pytest.fixture
def holds(folder: Path) -> Holds:
    """Whether a query holds in an article, asked of a rule beside those that ship."""
    (folder / "entities" / "fish.toml").write_text(ENTITIES, encoding="utf-8")

    def ask(query: str, title: str = "", text: str = "", language: str = "", **facts: str) -> bool:
        rule = RULE.format(query=query, title=title, text=text, language=language)
        (folder / "rules" / "asked.toml").write_text(rule, encoding="utf-8")
        found = RuleSet.compile([folder]).match(title, text, language, **facts)
        return any(match.rule == "asked" for match in found.matches)

    return ask


@pytest.mark.parametrize(
    ("query", "text", "wanted"),
    [
        ("herring AND cod OR eel", "An eel.", True),
        ("herring AND (cod OR eel)", "An eel.", False),
        ("herring AND NOT cod", "Herring.", True),
        ("herring NOT cod", "Herring and cod.", False),
        ("herring AND NOT cod OR eel", "Eel and cod.", True),
        ("herring NEAR/2 cod", "Cod of herring.", True),
        ("herring NEAR/2 cod", "Cod of the herring.", False),
        ("herring ONEAR/5 cod", "Cod of herring.", False),
        ("herring ONEAR/5 cod", "Herring of cod.", True),
        ("a NEAR/1 b NEAR/1 c", "A b c.", False),
        ("a NEAR/2 b NEAR/2 c", "C b a.", True),
        ("herring NEAR/3 (cod OR eel)", "Herring, then eel.", True),
        ("herring NEAR/1 herring", "A herring.", False),
        ("herring AND cod NEAR/1 eel", "Herring. Cod, eel.", True),
        ("SAME SENTENCE(herring AND cod)", "Herring. Cod.", False),
        ("herring SAME SENTENCE cod", "Herring and cod.", True),
        ("SAME PARAGRAPH(herring AND cod)", "Herring. Cod.\\nEel.", True),
        ("herring SAME PARAGRAPH eel", "Herring. Cod.\\n\\nEel.", False),
        ("ATLEAST/2 herring", "A herring. A Herring.", True),
        ("ATLEAST/3 herring", "A herring. A Herring.", False),
        ("ATLEAST/2 SAME SENTENCE(herring AND cod)", "Herring, cod. Cod, herring.", True),
        ("ATLEAST/2 SAME SENTENCE(herring AND cod)", "Herring, cod. Cod. Herring.", False),
        ("text:herring", "Herring.", True),
        ("title:herring", "Herring.", False),
        ("lead:herring", "One. Two. Three. Herring.", False),
        ("lead:herring", "One. Two. Herring.", True),
        ("lead/3:herring", "One two three herring.", False),
        ("lead/4:herring", "One two three herring.", True),
        ("herr*", "Herrings!", True),
        ("her?ing", "A herring.", True),
        ('"cod herr*"', "Cod, herrings.", True),
        ("=Eel", "An eel.", False),
        ("EEL", "An Eel.", False),
        ("EEL", "An EEL.", True),
        ('="Blue Cod"', "A blue cod.", False),
        ("$fish", "A cod.", True),
        ("$fish:2", "Cod and cod.", False),
        ("$fish:2", "Cod and herring.", True),
        ("$catch", "Norfish.", True),
        ("$catch", "A haul of cod.", True),
        ("$catch", "A cod. A haul.", False),
        ("@norfish AND cod", "Norfish has cod.", True),
        ("@type:body", "Norfish.", True),
        ("@body:2", "Norfish and Norfish.", False),
        ("@body:2", "Norfish and Seafish.", True),
        ("сельдь", "О сельди.", True),
    ],
)
def test_a_query_holds_where_it_should(
    holds: Holds, query: str, text: str, *, wanted: bool
) -> None:
    assert holds(query, text=text) is wanted


def test_a_headline_is_looked_at_from_inside_a_sentence(holds: Holds) -> None:
    query = "SAME SENTENCE(cod AND title:herring)"
    assert holds(query, "Herring", "Rain. Cod.")
    assert not holds(query, "Rain", "Herring. Cod.")


def test_what_is_known_of_an_article_can_be_asked(holds: Holds) -> None:
    assert holds("cod AND source:tass*", "Cod", source="tass_ru")
    assert not holds("cod AND source:tass", "Cod", source="tass_ru")
    assert holds('cod AND credit:"BelTA"', "Cod", credit="BELTA")
    assert holds("cod AND lang:(ru OR en)", "Cod", language="en")
    assert not holds("cod AND NOT lang:en", "Cod", language="en")


class Anything:
    """Names of whatever sort, all of them known."""

    def named_list(self, name: str) -> Key:
        return Key(name, own=frozenset({name}))

    def entity(self, label: str, *, is_type: bool) -> str:
        return label

    def term(self, written: str) -> str:
        return written


@pytest.mark.parametrize(
    ("query", "place", "said"),
    [
        ("", 0, "expected a query"),
        ("cod AND", 7, "found the end"),
        ("cod herring", 4, 'quoted: "border security"'),
        ("cod and herring", 4, "AND in capitals"),
        ("(cod OR herring", 15, "')'"),
        ("cod AND )", 8, "found ')'"),
        ("cod NEAR herring", 4, "NEAR/5"),
        ("cod near/5 herring", 4, "NEAR"),
        ("(a AND b) NEAR/3 c", 1, "beside NEAR/3"),
        ('cod AND "herring', 8, "a quote that is closed"),
        ("a NEAR/999 b", 2, "from 1 to 200"),
        ("ATLEAST/0 a", 0, "from 1 to"),
        ("a AND title:", 12, "found the end"),
        ("NOT " * 100 + "a", 400, "at most 40 levels"),
        ("a" * 20_001, 20_000, "at most 20000 characters"),
    ],
)
def test_a_wrong_query_is_told_where_and_what_was_expected(
    query: str, place: int, said: str
) -> None:
    with pytest.raises(QueryError, match=said.replace("(", r"\(").replace(")", r"\)")) as error:
        parse(query, Anything())
    assert error.value.offset == place


WORDS = [
    "a",
    '"b c"',
    "(",
    ")",
    "AND",
    "OR",
    "NOT",
    "NEAR/3",
    "$x",
    "@y:2",
    "title:",
    "SAME SENTENCE",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS)))
def test_any_row_of_words_is_a_query_or_a_query_error(words: list[str]) -> None:
    with contextlib.suppress(QueryError):
        parse(" ".join(words), Anything())


def test_an_error_shows_the_line_of_the_file_with_a_caret(folder: Path, holds: Holds) -> None:
    with pytest.raises(Unusable) as refused:
        holds("$fish AND $ctch", "Cod")
    first, line, caret = str(refused.value).splitlines()
    assert first.startswith(f"{folder / 'rules' / 'asked.toml'}:6:22: query: ")
    assert "did you mean $catch?" in first
    assert line[caret.index("^") :].startswith("$ctch")


def test_a_list_cannot_hold_itself(holds: Holds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "RULE", RULE.replace('"@fishery"', '"$catch"'))
    with pytest.raises(Unusable, match="holds itself"):
        holds("$catch", "Cod")


def test_lists_are_shared_by_the_rules_of_a_folder(holds: Holds, folder: Path) -> None:
    (folder / "lists").mkdir()
    (folder / "lists" / "boats.toml").write_text('[terms.boat]\nen = ["cutter"]\n', "utf-8")
    assert holds("$boat AND $fish", "A cutter with cod")


@pytest.mark.timeout(30)
def test_neither_a_long_query_nor_a_long_text_runs_away(holds: Holds) -> None:
    many = " OR ".join(f"word{number}*" for number in range(500))
    near = "a NEAR/200 b NEAR/200 c NEAR/200 d NEAR/200 e"
    for text in ("a b c " * 30_000, "a. b. c. d. " * 20_000, "wor" * 60_000):
        holds(f"SAME SENTENCE({near}) OR {near} OR {many}", text=text)
