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


@pytest.mark.parametrize(
    ("ending", "credit"),
    [
        ("They parted at noon. (AFP)", "AFP"),
        ("They parted at noon (Reuters).", "Reuters"),
        ("Они расстались. /ТАСС/", "TASS"),
        ("They parted at noon. — AP", "AP"),
        ("They parted at noon.\nAFP/dpa", "AFP"),
        ("They parted at noon.\n© Agence France-Presse", "AFP"),
        ("They parted at noon.\nCopyright Agence France-Presse, 2026.", "AFP"),
        ("They parted at noon. With inputs from PTI", "PTI"),
        ("They parted at noon. Additional reporting by Reuters.", "Reuters"),
        ("Они расстались.\nПо материалам РИА Новости", "RIA Novosti"),
        ("双方将于年底再次会晤。（新华社）", "Xinhua"),
        ("双方将于年底再次会晤。来源：新华社", "Xinhua"),
        ("They parted at noon. (Fjordpress)", "Fjordpress"),
        ("They parted at noon, said the AP, and met the others.", ""),
        ("They spoke of the trend (2026).", ""),
    ],
)
def test_an_ending_names_the_origin(ending: str, credit: str) -> None:
    text = f"Services met in the capital to speak about borders. {ending}"
    assert find_origin(text, declared=("Fjordpress",)).credit == credit


@pytest.mark.parametrize(
    ("authors", "credit"),
    [
        (("Reuters",), "Reuters"),
        (("Reuters Staff",), "Reuters"),
        (("Ann Lee", "The Associated Press"), "AP"),
        (("Ann Lee (AFP)",), "AFP"),
        (("ТАСС",), "TASS"),
        (("Ann Lee",), ""),
        (("Portal",), ""),
    ],
)
def test_an_author_that_is_an_agency_is_a_credit(authors: tuple[str, ...], credit: str) -> None:
    assert find_origin("Services met.", ("Portal",), authors=authors).credit == credit


def test_a_byline_above_the_text_names_the_origin() -> None:
    assert find_origin("By Reuters\nServices met in Oslo.").credit == "Reuters"
    assert find_origin("By Ann Lee, Associated Press\nServices met.").credit == "AP"


def test_what_a_declared_body_says_is_no_credit() -> None:
    body = ("Alliance of Ports",)
    assert find_origin("Alliance of Ports reports a drill.", declared=body).credit == ""
    assert find_origin("OSLO (Alliance of Ports) – A drill.", declared=body).credit == body[0]


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
