"""One text in two alphabets, or in two forms of one, reads the same."""

from __future__ import annotations

import pytest

from pipelines.stories.scripts import fold, romanised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("兩國簽署聯合聲明後", "两国签署联合声明后", id="chinese"),
        pytest.param(
            "Елордада қауіпсіздік туралы келісімге қол қойылды",
            "Elordada qauıpsızdık turaly kelısımge qol qoıyldy",
            id="kazakh",
        ),
        pytest.param(
            "Вазирлик ҳамкорлик тўғрисида қарор қабул қилди",
            "Vazirlik hamkorlik to‘g‘risida qaror qabul qildi",
            id="uzbek",
        ),
        pytest.param("Миниcтры cтрaн вcтрeтилиcь", "Министры стран встретились", id="likenesses"),
        pytest.param(
            "Re\u00adport of the\u200b minis\u00adtry", "Report of the ministry", id="unseen"
        ),
    ],
)
def test_two_spellings_of_one_text_are_folded_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["Качество IT-услуг", "qu'est-ce que la loi", "İstanbul"])
def test_another_language_keeps_its_letters(text: str) -> None:
    assert fold(text) == text.casefold().replace("\u0307", "̇")


def test_a_name_is_written_in_bare_latin_letters() -> None:
    assert romanised("худжанд") == romanised("khudjand")
