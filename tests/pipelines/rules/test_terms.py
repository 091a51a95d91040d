"""A written term stands for what an analyst would expect, and for no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.rules.fold import fold
from pipelines.rules.lexicon import Kind, Lexicon, Mark
from pipelines.rules.terms import TermError, patterns

if TYPE_CHECKING:
    from pipelines.rules.inflection import Russian


def found(term: str, language: str, text: str, russian: Russian) -> list[str]:
    """The pieces of `text` that `term` finds."""
    mark = Mark(kind=Kind.TERM, owner="rule")
    lexicon = Lexicon((pattern, mark) for pattern in patterns(term, language, russian))
    folded = fold(text)
    return [text[slice(*folded.span(hit.start, hit.end))] for hit in lexicon.find(folded)]


@pytest.mark.parametrize(
    "text",
    [
        "в борьбе с терроризмом",
        "Борьба с терроризмом",
        "о борьбе с\u00a0терроризмом",
    ],
)
def test_a_russian_phrase_is_found_in_the_forms_of_its_head(text: str, russian: Russian) -> None:
    assert found("борьба с терроризмом", "ru", text, russian)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("совместная операция", "провели совместную операцию"),
        ("договориться", "стороны договорились"),
        ("Европейский союз", "решение Европейского союза"),
        ("антитеррористический", "антитеррористические учения"),
        ("партнёрство", "о партнерстве"),
    ],
)
def test_adjectives_and_verbs_inflect_too(term: str, text: str, russian: Russian) -> None:
    assert found(term, "ru", text, russian)


def test_an_adjective_agrees_with_its_noun(russian: Russian) -> None:
    assert not found("совместная операция", "ru", "совместный операции", russian)


def test_a_word_is_not_found_inside_another(russian: Russian) -> None:
    assert found("terror", "en", "terrorism deterrorised", russian) == []


def test_a_star_lets_the_word_go_on_but_not_for_ever(russian: Russian) -> None:
    text = "Terrorist terrorists' terroristicallyminded"
    assert found("terroris*", "en", text, russian) == ["Terrorist", "terrorists"]


def test_capitals_are_found_in_capitals_only(russian: Russian) -> None:
    assert found("EAG", "en", "The EAG met; an eag did not", russian) == ["EAG"]


def test_an_equals_sign_asks_for_the_word_exactly_as_written(russian: Russian) -> None:
    assert found("=Moscow", "en", "Moscow, MOSCOW, moscow", russian) == ["Moscow"]


def test_choices_multiply_and_may_be_empty(russian: Russian) -> None:
    texts = {
        pattern.text.strip() for pattern in patterns("{fight|war} {|the }terror", "en", russian)
    }
    assert texts == {"fight terror", "fight the terror", "war terror", "war the terror"}


def test_a_chinese_term_needs_no_spaces_around_it(russian: Russian) -> None:
    assert found("反恐", "zh", "双方加强反恐合作", russian) == ["反恐"]


def test_an_arabic_word_is_found_with_its_article_and_prepositions(russian: Russian) -> None:
    text = "تعاون والتعاون بالتعاون للتعاون"
    assert len(found("تعاون", "ar", text, russian)) == 4


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("te*", "at least 4 letters"),
        ("ter*or", "at its very end"),
        ("{a|b", "to be closed"),
        ("—", "expected a word"),
        ("{a|b|c|d|e|f|g|h|i|j}" * 4, "Split it"),
    ],
)
def test_a_term_that_cannot_be_meant_is_refused(term: str, expected: str, russian: Russian) -> None:
    with pytest.raises(TermError, match=expected):
        patterns(term, "en", russian)
