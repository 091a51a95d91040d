"""Datelines and credits are read in English and Russian, and cut from the lead."""

from __future__ import annotations

import pytest

from pipelines.extraction.metadata.credit import find_origin

OPENINGS = [
    ("MINSK, 3 September (BelTA) – Services met.", "BelTA", "MINSK", "Services met."),
    ("MOSCOW, November 7. /TASS/. Envoys agreed.", "TASS", "MOSCOW", "Envoys agreed."),
    ("МОСКВА, 7 ноября. /ТАСС/. Главы встретились.", "TASS", "МОСКВА", "Главы встретились."),
    ("МОСКВА, 7 ноября 2025 г. /ТАСС/. Встреча прошла.", "TASS", "МОСКВА", "Встреча прошла."),
    ("21 июня, Минск /Корр. БЕЛТА/. Совещание прошло.", "BelTA", "Минск", "Совещание прошло."),
    ("Минск, 3 сентября /Корр. БЕЛТА/. Встреча прошла.", "BelTA", "Минск", "Встреча прошла."),
    ("ASTANA. KAZINFORM – Ministers met.", "Kazinform", "ASTANA", "Ministers met."),
    ("ASTANA. KAZINFORM Ministers met.", "Kazinform", "ASTANA", "Ministers met."),
    ("ASTANA. March 12. KAZINFORM /A. Man/ - Talks end.", "Kazinform", "ASTANA", "Talks end."),
    ("АЛМАТЫ. КАЗИНФОРМ - Послы прибыли.", "Kazinform", "АЛМАТЫ", "Послы прибыли."),
    ("WASHINGTON (AP) — The Senate voted.", "AP", "WASHINGTON", "The Senate voted."),
    ("LONDON, Sept 3 (Reuters) - Police spoke.", "Reuters", "LONDON", "Police spoke."),
    ("BEIJING, Sept. 3 (Xinhua) -- China agreed.", "Xinhua", "BEIJING", "China agreed."),
    ("UNITED NATIONS, May 4 (Xinhua) -- It met.", "Xinhua", "UNITED NATIONS", "It met."),
    ("МОСКВА, 3 сен - РИА Новости. Посол прибыл.", "RIA Novosti", "МОСКВА", "Посол прибыл."),
    ("(Reuters) - Police spoke.", "Reuters", "", "Police spoke."),
    ("(ANSA) - ROME, AUG 20 - The pact holds.", "ANSA", "ROME", "The pact holds."),
    ("Москва. 2 октября. INTERFAX.RU - Паром ушел.", "Interfax", "Москва", "Паром ушел."),
    ("Baku, July 8, AZERTAC\nFerries sail.", "Azertac", "Baku", "Ferries sail."),
    ("ДУШАНБЕ, 23.05.2018 /НИАТ «Ховар»/. Сев окончен.", "Khovar", "ДУШАНБЕ", "Сев окончен."),
    ("(부산=연합뉴스) 김하늘 기자 = 항만공사가 밝혔다.", "Yonhap", "부산", "항만공사가 밝혔다."),
    ("AKIPRESS.COM - Beekeepers met.", "AKIpress", "", "Beekeepers met."),
    ("İSTANBUL (AA) - Vapurlar sefere başladı.", "Anadolu", "İSTANBUL", "Vapurlar sefere başladı."),
    ("БИШКЕК, 2-окт. — Sputnik. Мектеп ачылды.", "Sputnik", "БИШКЕК", "Мектеп ачылды."),
    ("Bakı. Trend: Zavod işə düşüb.", "Trend", "Bakı", "Zavod işə düşüb."),
    ("BAKU, Azerbaijan, May 16. Talks ended.", "", "BAKU, Azerbaijan", "Talks ended."),
    ("On Monday, July 8, AZERTAC spoke.", "", "", "On Monday, July 8, AZERTAC spoke."),
    ("TASHKENT, Uzbekistan — Officials met.", "", "TASHKENT, Uzbekistan", "Officials met."),
    ("The court rose early. Nobody spoke.", "", "", "The court rose early. Nobody spoke."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "credit", "dateline", "lead"), OPENINGS, ids=[o[0] for o in OPENINGS]
)
def test_an_opening_is_read(text: str, credit: str, dateline: str, lead: str) -> None:
    found = find_origin(text)
    assert (found.credit, found.dateline, found.lead) == (credit, dateline, lead)


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("MINSK. KAZINFORM Services met in Minsk, BelTA has learned.", "BelTA"),
        ("Services met in Minsk, BelTA has learnt from the ministry.", "BelTA"),
        ("Службы встретились в Минске, сообщает БЕЛТА.", "BelTA"),
        ("Дорога открыта, рассказали агентству 24.kg в службе.", "24.kg"),
        ("Об этом сообщает Казинформ со ссылкой на ТАСС.", "TASS"),
        ("Services met, Kazinform reports citing Xinhua.", "Xinhua"),
        ("Services met, Kazinform News Agency reports.", "Kazinform"),
        ("ASTANA. KAZINFORM Services met. Kazinform cites Reuters on this.", "Reuters"),
        ("Services met in Minsk.\nThey parted.\nSource: TASS", "TASS"),
        ("Службы встретились.\nИсточник: БЕЛТА", "BelTA"),
        ("The trend of recent years is clear, and the app helps.", ""),
    ],
)
def test_a_phrase_names_the_origin(text: str, credit: str) -> None:
    assert find_origin(text).credit == credit


def test_the_phrase_is_cut_from_the_lead() -> None:
    found = find_origin("MINSK. KAZINFORM Services met in Minsk, BelTA has learned. They parted.")
    assert found.lead == "Services met in Minsk. They parted."


def test_a_name_that_the_source_signs_with_is_a_credit() -> None:
    assert find_origin("OSLO (Fjordpress) – Ministers met.", ("Fjordpress",)).credit == "Fjordpress"
    assert find_origin("OSLO (Fjordpress) – Ministers met.").credit == ""


def test_a_lead_holds_whole_sentences() -> None:
    lead = find_origin("One sentence of some length stands here. " * 20).lead
    assert lead.endswith("here.")
    assert 100 < len(lead) <= 320


def test_a_sentence_without_end_is_cut_at_a_word() -> None:
    lead = find_origin("word " * 500).lead
    assert lead.endswith("word…")
    assert len(lead) < 330
