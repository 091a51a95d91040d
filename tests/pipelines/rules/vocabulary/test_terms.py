"""A written term stands for what an analyst would expect, and for no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.rules.text.tokens import fold
from pipelines.rules.vocabulary.lexicon import Lexicon
from pipelines.rules.vocabulary.patterns import Kind, Mark
from pipelines.rules.vocabulary.terms import TermError, patterns

if TYPE_CHECKING:
    from pipelines.rules.inflection.word_forms import Inflection


def found(term: str, language: str, text: str, inflection: Inflection) -> list[str]:
    """The pieces of `text` that `term` finds."""
    mark = Mark(kind=Kind.TERM, owner="rule")
    lexicon = Lexicon.of((pattern, mark) for pattern in patterns(term, language, inflection.forms))
    folded = fold(text)
    return [text[slice(*folded.span(hit.start, hit.end))] for hit in lexicon.find(folded, text)]


@pytest.mark.parametrize(
    "text",
    [
        "в борьбе с терроризмом",
        "Борьба с терроризмом",
        "о борьбе с\u00a0терроризмом",
    ],
)
def test_a_russian_phrase_is_found_in_the_forms_of_its_head(
    text: str, inflection: Inflection
) -> None:
    assert found("борьба с терроризмом", "ru", text, inflection)


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
def test_adjectives_and_verbs_inflect_too(term: str, text: str, inflection: Inflection) -> None:
    assert found(term, "ru", text, inflection)


def test_an_adjective_agrees_with_its_noun(inflection: Inflection) -> None:
    assert not found("совместная операция", "ru", "совместный операции", inflection)


def test_a_word_is_not_found_inside_another(inflection: Inflection) -> None:
    assert found("terror", "en", "terrorism deterrorised", inflection) == []


def test_a_star_lets_the_word_go_on_but_not_for_ever(inflection: Inflection) -> None:
    text = "Terrorist terrorists' terroristicallyminded"
    assert found("terroris*", "en", text, inflection) == ["Terrorist", "terrorists"]


def test_capitals_are_found_in_capitals_only(inflection: Inflection) -> None:
    assert found("EAG", "en", "The EAG met; an eag did not", inflection) == ["EAG"]


def test_an_equals_sign_asks_for_the_word_exactly_as_written(inflection: Inflection) -> None:
    assert found("=Moscow", "en", "Moscow, MOSCOW, moscow", inflection) == ["Moscow"]


def test_choices_multiply_and_may_be_empty(inflection: Inflection) -> None:
    texts = {
        " ".join(pattern.words)
        for pattern in patterns("{fight|war} {|the }terror", "la", inflection.forms)
    }
    assert texts == {"fight terror", "fight the terror", "war terror", "war the terror"}


def test_a_chinese_term_needs_no_spaces_around_it(inflection: Inflection) -> None:
    assert found("反恐", "zh", "双方加强反恐合作", inflection) == ["反恐"]


def test_an_arabic_word_is_found_with_its_article_and_prepositions(inflection: Inflection) -> None:
    text = "تعاون والتعاون بالتعاون للتعاون"
    assert len(found("تعاون", "ar", text, inflection)) == 4


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("te*", "at least 3 letters"),
        ("*terror", "at least 3 letters"),
        ("terr?o?r?i?sm", "at most 3 wildcards"),
        ("=terror*", "case-exact"),
        ("{a|b", "to be closed"),
        ("—", "expected a word"),
        ("a " * 40, "at most 32 words"),
        ("{a|b|c|d|e|f|g|h|i|j}" * 4, "split it"),
    ],
)
def test_a_term_that_cannot_be_meant_is_refused(
    term: str, expected: str, inflection: Inflection
) -> None:
    with pytest.raises(TermError, match=expected):
        patterns(term, "en", inflection.forms)
