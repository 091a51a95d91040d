"""A reprint shares the text; a template with other numbers does not count as one."""

from __future__ import annotations

from pipelines.stories.shingles import ShingledText
from pipelines.stories.sketch import sketch_of
from pipelines.stories.verdict import judge

WIRE = (
    "MINSK, 3 September (BelTA) - The heads of the financial intelligence units of nine states "
    "agreed in Minsk to exchange data on suspicious transfers that may serve terrorist groups. "
    "The agreement was signed on the second day of the conference. A joint group of analysts will "
    "meet four times a year and share typologies through a protected channel, the organisers said. "
    "The next meeting is planned for December in Tashkent, where observers from three other "
    "bodies are expected to attend and to report on their own programmes."
)
REPRINT = (
    "ASTANA. KAZINFORM Nine states have agreed to share financial data, BelTA reports. "
    + WIRE[WIRE.index("The heads of the financial") :]
)
OWN_WORDS = (
    "Financial intelligence units of nine countries want to cut off money for terrorist groups. In "
    "Minsk their heads put their names under a paper that lets analysts compare suspicious "
    "transfers every quarter and keep common typologies. Observers who will attend the December "
    "session in Tashkent welcomed the step, but asked the organisers for safeguards."
)
BULLETIN = (
    "On {day} November the national bank set the official rate at {rate} to the dollar. Trading "
    "volume on the exchange amounted to {volume} million. The reserve requirement remains "
    "unchanged, the press service of the bank said in its daily bulletin on the state of the "
    "currency market and the money supply."
)


def same(one: str, other: str, titles: tuple[str, str] = ("A headline", "Another one")) -> bool:
    verdict = judge(ShingledText(titles[0], one), ShingledText(titles[1], other))
    assert verdict == judge(ShingledText(titles[1], other), ShingledText(titles[0], one))
    return verdict.same


def test_a_reprint_with_another_head_is_the_same_text() -> None:
    assert same(WIRE, REPRINT)


def test_the_first_half_of_a_text_is_the_same_text() -> None:
    assert same(WIRE, WIRE[: len(WIRE) // 2])


def test_the_same_event_in_other_words_is_linked_and_no_more() -> None:
    verdict = judge(
        ShingledText("Nine states agree in Minsk to share data on terrorist money", WIRE),
        ShingledText("Minsk agreement of nine states to cut off terrorist money", OWN_WORDS),
    )
    assert (verdict.same, verdict.linked) == (False, True)
    assert "told" in verdict.why


def test_a_daily_bulletin_with_new_numbers_is_another_story() -> None:
    monday = BULLETIN.format(day=23, rate="487.2", volume="211")
    tuesday = BULLETIN.format(day=24, rate="489.9", volume="187")
    titles = ("National bank sets the rate", "National bank sets the rate")
    assert not same(monday, tuesday, titles)


def test_a_form_that_was_filled_in_with_another_name_is_another_story() -> None:
    form = (
        "The Treasury today designated {name} for materially assisting a terrorist group. As a "
        "result, all property and interests in property of {name} that are in the country are "
        "blocked and must be reported. Persons that engage in certain transactions with {name} "
        "may themselves be exposed to sanctions, the statement said."
    )
    one, other = "Treasury designates Karimbek", "Treasury designates Al-Wahidi"
    assert not same(form.format(name="Karimbek"), form.format(name="Al-Wahidi"), (one, other))


def test_texts_too_short_to_tell_are_only_the_same_when_equal() -> None:
    titles = ("Rain", "Rain")
    assert not same("Rain expected in Minsk", "Rain expected in Minsk and Brest", titles)
    assert same("Rain expected in Minsk", "Rain, expected in Minsk", titles)
    assert not same("", "")


def test_what_many_stories_share_is_no_evidence() -> None:
    footer = " ".join(f"Follow our channel number {n} for all the news." for n in range(20))
    one, other = (
        ShingledText("Snow", f"Snow fell. {footer}"),
        ShingledText("Sun", f"Sun shone. {footer}"),
    )
    assert not judge(one, other, frozenset(ShingledText("", footer).shingles)).same


def test_two_texts_that_share_shingles_share_keys() -> None:
    def of_text(text: str) -> set[int]:
        return {key for key in sketch_of(ShingledText("", text)) if not key & 1}

    assert len(of_text(WIRE) & of_text(REPRINT)) >= 10
    assert not of_text(WIRE) & of_text(OWN_WORDS)


def test_two_reports_of_one_event_share_a_key_of_their_subjects() -> None:
    one = sketch_of(ShingledText("Nine states agree in Minsk on terrorist money", WIRE))
    other = sketch_of(ShingledText("Minsk: nine countries against money for extremists", OWN_WORDS))
    assert any(key & 1 for key in set(one) & set(other))


def test_a_text_without_spaces_is_compared_by_characters() -> None:
    chinese = "上海合作组织成员国主管机关在塔什干举行联合反恐演习并签署合作议定书以加强情报交流" * 2
    assert same(chinese, chinese + "新华社记者报道", ("联合反恐演习", "联合反恐演习"))
