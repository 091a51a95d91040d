"""The rule that ships holds in every language: on wordings that are not among its own examples.

`wording/*.jsonl` are read by `python -m benchmarks.flag`, too, which lists what is missed.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.rules.rule_book import SHIPPED

if TYPE_CHECKING:
    from pipelines.rules import RuleSet

WORDINGS = sorted((Path(__file__).parent / "wording").glob("*.jsonl"))
LANGUAGES = ("ar", "be", "de", "en", "es", "fr", "kk", "ru", "tr", "zh")
PRECISION, RECALL = 0.9, 0.8
EXAMPLES = 4
RULE = tomllib.loads((SHIPPED / "rules" / "ct_cooperation.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", WORDINGS, ids=lambda path: path.stem)
def test_other_wordings_of_the_same_news_are_told_apart(rule_set: RuleSet, path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = [bool(rule_set.match(row["title"], row["text"], row["lang"]).matches) for row in rows]
    wanted = [row["label"] == "hit" for row in rows]
    right = sum(map(min, found, wanted))
    assert right >= PRECISION * sum(found)
    assert right >= RECALL * sum(wanted)


def test_every_language_has_wordings_of_its_own() -> None:
    assert {path.stem for path in WORDINGS} >= set(LANGUAGES)


@pytest.mark.parametrize("group", RULE["terms"])
def test_every_group_of_terms_has_every_language(group: str) -> None:
    assert set(RULE["terms"][group]) >= set(LANGUAGES)


@pytest.mark.parametrize("language", sorted({*LANGUAGES, "ky", "uz"} - {"en", "ru"}))
@pytest.mark.parametrize("key", ["must", "must_not"])
def test_every_language_is_proved_by_examples(language: str, key: str) -> None:
    mine = [one for one in RULE["examples"][key] if one.get("language") == language]
    assert len(mine) >= EXAMPLES


@pytest.mark.parametrize(
    ("text", "language", "here", "not_here"),
    [
        ("L'ONU et la CEDEAO se concertent.", "fr", {"un", "ecowas"}, set()),
        ("UN homme blessé à Lyon", "fr", set(), {"un"}),
        ("BM Güvenlik Konseyi toplandı.", "tr", {"unsc"}, set()),
        ("Yeni BMW ve AB testi", "en", set(), {"un", "eu"}),
        ("Uno y otro llegaron a Madrid.", "es", {"state_es"}, {"un"}),
        ("Die Uno und die OSZE beraten.", "de", {"un", "osce"}, set()),
        ("The Island, a partner of Cooper, is taller.", "en", set(), {"state_is"}),
        ("Mali Suçlarla Mücadele Şubesi", "tr", set(), {"state_ml"}),
        ("Agence France-Presse; Deutsche Welle", "en", set(), {"state_fr", "state_de"}),
        ("دعم مالي جديد للشركات", "ar", set(), {"state_ml"}),
        ("مالي والنيجر وبوركينا فاسو", "ar", {"state_ml", "state_ne", "state_bf"}, set()),
        ("中俄反恐合作", "zh", {"state_cn", "state_ru"}, set()),
        ("其中美国代表发言", "zh", {"state_us"}, {"state_cn"}),
        ("中美洲国家开会", "zh", set(), {"state_us", "state_cn"}),
        ("联合国反恐怖主义办公室", "zh", {"unoct"}, {"un"}),
        ("Ресейдің және Қытаймен шекара", "kk", {"state_ru", "state_cn"}, set()),
        ("БҰҰ-ның Бас хатшысы", "kk", {"un"}, set()),
        ("з Расіяй і Кітаем", "be", {"state_ru", "state_cn"}, set()),
        ("Совет директоров и Савет Еўропы", "be", {"coe"}, {"unsc"}),
        ("О‘zbekiston va Oʻzbekiston; Rossiyaga", "uz", {"state_uz", "state_ru"}, set()),
    ],
)
def test_names_in_other_languages_are_known_and_false_friends_are_not(
    rule_set: RuleSet, text: str, language: str, here: set[str], not_here: set[str]
) -> None:
    named = {entity.id for entity in rule_set.match("", text, language).entities}
    assert named >= here
    assert not named & not_here
