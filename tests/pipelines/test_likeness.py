"""A reprint shares the text; a template with other numbers does not count as one."""

from __future__ import annotations

from pipelines.likeness import compare, may_be_same, shingles, sketch

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
    "Financial investigators from nine countries want to cut off money for extremists. In Minsk "
    "they put their names under a paper that lets analysts compare notes every quarter. Observers "
    "welcomed the step, but asked for safeguards."
)
BULLETIN = (
    "On {day} November the national bank set the official rate at {rate} to the dollar. Trading "
    "volume on the exchange amounted to {volume} million. The reserve requirement remains "
    "unchanged, the press service of the bank said in its daily bulletin on the state of the "
    "currency market and the money supply."
)


def verdict(one: str, other: str) -> bool:
    return compare(one, shingles(one), "A headline", other, "Another headline").same


def test_a_reprint_with_another_head_is_the_same_text() -> None:
    assert verdict(WIRE, REPRINT)
    assert verdict(REPRINT, WIRE)


def test_the_first_half_of_a_text_is_the_same_text() -> None:
    assert verdict(WIRE, WIRE[: len(WIRE) // 2])


def test_the_same_event_in_other_words_is_not() -> None:
    assert not verdict(WIRE, OWN_WORDS)


def test_a_daily_bulletin_with_new_numbers_is_not() -> None:
    monday = BULLETIN.format(day=23, rate="487.2", volume="211")
    tuesday = BULLETIN.format(day=24, rate="489.9", volume="187")
    assert not verdict(monday, tuesday)


def test_texts_too_short_to_tell_are_only_the_same_when_equal() -> None:
    assert not verdict("Rain expected in Minsk", "Rain expected in Minsk and Brest")


def test_two_texts_that_share_shingles_share_entries_of_their_sketches() -> None:
    shared = set(sketch(shingles(WIRE))) & set(sketch(shingles(REPRINT)))
    assert len(shared) >= 10
    assert not set(sketch(shingles(WIRE))) & set(sketch(shingles(OWN_WORDS)))


def test_a_few_shared_phrases_are_told_from_a_reprint_before_any_text_is_compared() -> None:
    sample = sketch(shingles(WIRE))
    shared = len(set(sample) & set(sketch(shingles(REPRINT))))
    assert may_be_same(WIRE, sample, REPRINT, shared=shared)
    assert not may_be_same(WIRE * 20, sketch(shingles(WIRE * 20)) * 20, WIRE * 20, shared=2)


def test_a_text_without_spaces_is_compared_by_characters() -> None:
    chinese = "上海合作组织成员国主管机关在塔什干举行联合反恐演习并签署合作议定书以加强情报交流" * 2
    assert verdict(chinese, chinese + "新华社记者报道")
