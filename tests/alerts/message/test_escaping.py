"""Text from the web is read, and does nothing else."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.message.escaping import ELLIPSIS, clean, clip, cost, link, mrkdwn, safe_url
from tests.sample_alerts import HOSTILE


@pytest.mark.parametrize(
    "mention", ["<!channel>", "<!here|here>", "<@U123>", "<#C1>", "<!subteam^S1>"]
)
def test_a_mention_is_only_text(mention: str) -> None:
    assert not re.search(r"<[!@#]", mrkdwn(clean(mention)))


@pytest.mark.parametrize("name", ["here", "channel", "everyone", "Here"])
def test_a_typed_mention_loses_its_hold(name: str) -> None:
    assert f"@{name}" not in mrkdwn(clean(f"look @{name} now"))


def test_an_address_of_mail_is_left_alone() -> None:
    assert mrkdwn("desk@hereford.example") == "desk@hereford.example"


def test_nothing_is_bold_that_we_did_not_make_bold() -> None:
    assert not set("*_~`") & set(mrkdwn(clean("*a* _b_ ~c~ `d`")))


def test_no_emoji_is_drawn_that_we_did_not_choose() -> None:
    assert not re.search(r":[a-z0-9+'_-]+:", mrkdwn(clean(":fire: :rotating_light: :+1: 10:30:00")))
    assert mrkdwn("Why: it rained") == "Why: it rained"


def test_a_headline_is_one_line() -> None:
    assert clean("one\r\ntwo\u2028three\tfour\u2029") == "one two three four"


def test_a_line_never_opens_as_a_quotation() -> None:
    assert not mrkdwn("> I said").startswith(("&gt;", ">"))


@pytest.mark.parametrize(
    "trick", ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\x1b", "\x00", "\u3164", "\u2800"]
)
def test_what_cannot_be_seen_is_taken_out(trick: str) -> None:
    assert clean(f"a{trick}b") == "ab"


def test_accents_stay_and_towers_of_them_do_not() -> None:
    assert clean("e\u0301") == "e\u0301"
    assert len(clean("z" + "\u0301" * 40)) == 4


@given(st.text(max_size=300))
def test_any_text_comes_out_harmless(text: str) -> None:
    cleaned = clean(text)
    assert not {unicodedata.category(c) for c in cleaned} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    literal = mrkdwn(cleaned)
    literal.encode()
    assert not re.search(r"[<>*_~`]|&(?!amp;|lt;|gt;)", literal)


@given(st.text(alphabet="ab &<>é中", max_size=80), st.integers(0, 60))
def test_a_cut_fits_and_never_splits_an_entity(text: str, room: int) -> None:
    cut = clip(text, room)
    escaped = mrkdwn(cut)
    assert cost(cut) <= room
    assert html.unescape(escaped).lstrip("›>") == cut.lstrip(">")


def test_a_cut_is_made_at_a_word() -> None:
    assert clip("ministers signed the agreement", 20) == "ministers signed" + ELLIPSIS


def test_a_text_without_words_is_cut_where_the_room_ends() -> None:
    assert clip("反恐怖主义合作会议", 5) == "反恐怖主" + ELLIPSIS


def test_what_fits_is_left_whole() -> None:
    assert clip("a & b", 9) == "a & b"
    assert clip("a & b", 8) != "a & b"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "", "//wire.example", "mailto:a@b.c", "https://", "http://[bad"]
)
def test_an_address_that_is_not_of_the_web_is_not_linked(url: str) -> None:
    assert safe_url(url) == ""
    assert link(url, "Title") == "Title"


def test_a_link_cannot_be_ended_early_by_its_address_or_its_label() -> None:
    made = link("https://wire.example/a|b>c <d>?x=1&y=2", "One | two > <!channel>")
    assert made.count("<") == made.count(">") == made.count("|") == 1
    assert made.startswith("<https://wire.example/a%7Cb%3Ec%20%3Cd%3E?x=1&amp;y=2|")


def test_an_endless_address_is_left_out() -> None:
    assert link("https://wire.example/" + "a" * 3000, "Title") == "Title"


def test_the_worst_headline_is_harmless() -> None:
    literal = mrkdwn(clean(HOSTILE))
    assert not re.search(r"[<>*_~`\n]", literal)
    assert "@here" not in literal
