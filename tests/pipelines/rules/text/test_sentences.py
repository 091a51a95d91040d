"""Sentences end where a reader would end them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.rules.text.sentences import split


def sentences(text: str) -> list[str]:
    found = split(text)
    return [text[slice(*found.span(number))] for number in range(len(found))]


@pytest.mark.parametrize(
    "whole",
    [
        "Mr. Smith met Gen. Petrov of the U.S. Army.",
        "Talks took place on 3 Sept. 2019 in Minsk.",
        "Встреча прошла в 2019 г. Минске при участии А. С. Петрова.",
        "Growth was 3.5 per cent.",
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(whole: str) -> None:
    assert sentences(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("They met. They agreed.", ["They met.", "They agreed."]),
        ("“We agreed.” He left.", ["“We agreed.”", "He left."]),
        ("Стороны договорились! Что дальше?", ["Стороны договорились!", "Что дальше?"]),
        ("双方会谈。他们同意合作。", ["双方会谈。", "他们同意合作。"]),
        ("A heading\nThe text begins.", ["A heading", "The text begins."]),
        ("One.\n\nTwo.", ["One.", "Two."]),
    ],
)
def test_a_sentence_ends_at_its_mark_or_its_line(text: str, parts: list[str]) -> None:
    assert [part for part in sentences(text) if part] == parts


def test_a_line_that_is_wrapped_by_width_goes_on() -> None:
    text = (
        "The ministers discussed border security, the exchange of data,\nand training for guards."
    )
    assert len(split(text)) == 1


@given(st.text(st.sampled_from("aБ. !?\n\r。”«-1"), max_size=50))
def test_every_character_that_shows_is_in_exactly_one_sentence(text: str) -> None:
    found = split(text)
    for offset, char in enumerate(text):
        if not char.isspace():
            start, end = found.span(found.at(offset))
            assert start <= offset < end


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", ["." * 300_000, ". " + " " * 300_000 + "a", '."' * 100_000])
def test_a_page_of_marks_or_of_spaces_is_no_work(text: str) -> None:
    assert len(split(text)) == 1
