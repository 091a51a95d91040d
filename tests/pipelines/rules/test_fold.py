"""Folding makes unlike spellings alike, and never loses the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.rules.fold import fold

ODD = st.text(st.sampled_from("aБё é\u00ad\u0301 -–«»\n.İǅ\u200b中א5_"), max_size=40)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Counter-Terrorism", "counter terrorism"),
        ("всё о ШОС", "все о шос"),
        ("«Аль-Каида»", "Аль Каида"),
        ("anti\u00adterrorism", "antiterrorism"),
        ("терро\u0301р", "террор"),
        ("fight\n  against", "fight against"),
        ("Da’esh", "Da'esh"),
        ("الإرهاب", "الارهاب"),
    ],
)
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold(one).flat.strip() == fold(other).flat.strip()


def test_a_word_stands_between_two_spaces_wherever_it_is() -> None:
    assert fold("Talks").flat == " talks "


@given(ODD)
@example("a .\u00ad. b")
@example("\u00ad\u00ada")
@example("a\u0301")
def test_every_letter_leads_back_to_itself(text: str) -> None:
    folded = fold(text)
    assert len(folded.flat) == len(folded.cased)
    for offset, char in enumerate(folded.cased):
        if char != " ":
            start, end = folded.span(offset, offset + 1)
            assert fold(text[start]).cased.strip() == char
            assert end == start + 1


@given(st.text(max_size=60))
def test_any_text_at_all_can_be_folded(text: str) -> None:
    folded = fold(text)
    assert "  " not in folded.flat
    for offset, char in enumerate(folded.flat):
        if char != " ":
            assert 0 <= folded.original(offset) < len(text)
