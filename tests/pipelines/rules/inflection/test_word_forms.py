"""A word in its base form is found in the forms that texts write it in, in each language's way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.rules.inflection.form_cache import FormCache
from pipelines.rules.inflection.word_forms import Inflection
from pipelines.rules.text.tokens import fold
from pipelines.rules.vocabulary.lexicon import Lexicon
from pipelines.rules.vocabulary.patterns import Kind, Mark
from pipelines.rules.vocabulary.terms import patterns

if TYPE_CHECKING:
    from pathlib import Path


def found(term: str, language: str, text: str, inflection: Inflection) -> list[str]:
    mark = Mark(kind=Kind.TERM, owner="rule")
    lexicon = Lexicon.of((one, mark) for one in patterns(term, language, inflection.forms))
    folded = fold(text)
    return [text[slice(*folded.span(hit.start, hit.end))] for hit in lexicon.find(folded, text)]


@pytest.mark.parametrize(
    ("language", "term", "forms"),
    [
        ("en", "fight", ["fights", "fought", "fighting"]),
        ("en", "joint exercise", ["joint exercises"]),
        ("ru", "сотрудничать", ["сотрудничают", "сотрудничали"]),
        ("fr", "lutter", ["luttent", "luttait", "Luttons"]),
        ("fr", "coopération", ["coopérations", "COOPERATION"]),
        ("es", "acuerdo", ["acuerdos"]),
        ("es", "luchar", ["lucharon", "luchando"]),
        ("de", "Land", ["Ländern", "Landes"]),
        ("de", "bekämpfen", ["bekämpfte"]),
        ("tr", "anlaşma", ["anlaşmaları", "anlaşmanın", "ANLAŞMASI"]),
        ("tr", "ortaklık", ["ortaklığı", "ortaklığın"]),
        ("kk", "ынтымақтастық", ["ынтымақтастығын", "ынтымақтастықтың"]),
        ("kk", "терроризм", ["терроризмге", "терроризммен", "терроризмнің"]),
        ("ky", "кызматташтык", ["кызматташтыгын", "кызматташтыктын"]),
        ("uz", "hamkorlik", ["hamkorlikni", "hamkorligini"]),
        ("uz", "терроризм", ["терроризмга", "терроризмнинг"]),
        ("be", "супрацоўніцтва", ["супрацоўніцтву", "супрацоўніцтвам"]),
        ("be", "міжнародная бяспека", ["міжнароднай бяспекі"]),
        ("ar", "تعاون", ["والتعاون", "بتعاونهم", "للتعاون"]),
        ("ar", "شراكة", ["شراكتها", "والشراكة"]),
        ("zh", "反恐", ["反恐"]),
    ],
)
def test_a_base_form_finds_the_others(
    language: str, term: str, forms: list[str], inflection: Inflection
) -> None:
    for form in forms:
        assert found(term, language, f"x, {form}.", inflection) == [form]


def test_a_form_that_is_no_base_form_is_found_as_written(inflection: Inflection) -> None:
    assert found("meetings", "en", "A meeting, meetings, they met", inflection) == ["meetings"]
    assert found("=fight", "en", "fights, fight", inflection) == ["fight"]


def test_a_turkic_word_does_not_go_on_as_another(inflection: Inflection) -> None:
    assert found("қаржы", "kk", "қаржыландырушылар", inflection) == []


def test_a_name_takes_cases_and_no_more(inflection: Inflection) -> None:
    assert [*inflection.names("Mali", "tr")] == ["Mali"]
    assert [*inflection.names("Land", "de")] == ["Land"]
    assert "казахстана" in [*inflection.names("Казахстан", "ru")]


def test_what_was_worked_out_is_kept_and_what_is_spoilt_is_worked_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cache" / "forms.json"
    first = FormCache(path)
    forms = tuple(Inflection(first).forms("lutter", "fr"))
    first.save()
    with monkeypatch.context() as nothing_loads:
        nothing_loads.setattr(Inflection, "_load", None)
        assert tuple(Inflection(FormCache(path)).forms("lutter", "fr")) == forms
    for spoilt in ("{", "[]", '{"fr": {"lutter": 5}}'):
        path.write_text(spoilt, encoding="utf-8")
        assert tuple(Inflection(FormCache(path)).forms("lutter", "fr")) == forms


def test_a_cache_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    kept = FormCache(tmp_path / "file" / "forms.json")
    kept.put("en", "fight", ["fights"])
    kept.save()
    assert kept.get("en", "fight") == ["fights"]
