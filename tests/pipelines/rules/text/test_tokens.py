"""Folding makes unlike spellings alike, and never loses the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.rules.text.tokens import fold

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
        ("CНГ и ОДКБ", "СНГ и ОДКБ"),  # a Latin C
        ("NАTO", "NATO"),  # a Cyrillic А
        ("террoризм", "терроризм"),  # a Latin o
        ("communiqué", "communique\u0301"),
        ("coopération", "COOPERATION"),
        ("и\u0306", "й"),
        ("ﬁnancing", "financing"),
        ("ＦＡＴＦ", "FATF"),
        ("𝐍𝐀𝐓𝐎", "NATO"),
        ("IŞİD", "ışid"),
        ("oʻzbek o‘zbek", "o'zbek o’zbek"),
    ],
)
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold(one).words == fold(other).words


def test_an_ideogram_is_a_word_and_two_of_them_are_one_step() -> None:
    folded = fold("加强反恐A合作")
    assert folded.words == ["加", "强", "反", "恐", "a", "合", "作"]
    assert [folded.place(number) for number in range(7)] == [0, 0, 1, 1, 2, 3, 3]


@given(ODD)
@example("a .\u00ad. b")
@example("\u00ad\u00ada")
@example("a\u0301")
@example("Бa\u0301")
@example("Cнг 反ﬁ恐 𝐍a")
def test_every_word_leads_back_to_the_letters_it_was_made_of(text: str) -> None:
    folded = fold(text)
    assert len(folded.words) == len(folded.cased)
    end = 0
    for number, word in enumerate(folded.words):
        start, stop = folded.span(number, number + 1)
        assert end <= start < stop <= len(text)
        assert word in fold(text[start:stop]).words
        end = stop


@given(st.text(max_size=60))
def test_any_text_at_all_can_be_folded(text: str) -> None:
    folded = fold(text)
    assert all(folded.words)
    for number in range(len(folded.words)):
        start, end = folded.span(number, number + 1)
        assert 0 <= start < end <= len(text)
        assert folded.cased[number]
