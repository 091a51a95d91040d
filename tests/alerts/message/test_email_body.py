"""A letter says what the message says, and nothing in it comes alive."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from alerts.message.compose import compose
from alerts.message.email_body import fitted, html, subject, text
from alerts.message.escaping import clean, inert
from tests.sample_alerts import HOSTILE, alert

MESSAGE = compose(alert(), timezone="UTC")


def test_the_text_holds_every_line_and_the_address_in_the_open() -> None:
    drawn = text(MESSAGE)
    for line in MESSAGE.lines:
        assert line.text.split("*")[0] in drawn
    assert "\nhttps://wire.example/politics/view/1-2026/?a=1&b=2\n" in drawn
    assert "\n> They agreed" in drawn


def test_the_page_marks_the_terms_and_links_the_headline() -> None:
    drawn = html(MESSAGE)
    assert "<blockquote>They agreed that <b>counter-terrorism</b> <b>cooperation</b>" in drawn
    assert drawn.count("<a href=") == 1


@pytest.mark.parametrize(
    "live",
    [
        "<!channel>",
        "<@U0BOSS>",
        "@everyone",
        "@here",
        "<@&123456>",
        "[click](https://evil.example)",
        "![x](https://evil.example/pixel)",
        "<https://evil.example|click>",
        "<script>",
        "**bold**",
        "`code`",
    ],
)
def test_markup_of_whatever_kind_is_only_words(live: str) -> None:
    assert live not in inert(clean(live))
    assert not re.search(r"<[!@a-z]|@\w|\]\(|[*`]", inert(clean(live)))


def test_a_hostile_headline_is_inert_in_every_form() -> None:
    message = compose(alert(HOSTILE), timezone="UTC")
    for drawn in (subject(message), text(message), html(message)):
        assert "<!" not in drawn
        assert "<@" not in drawn
        assert "@here" not in drawn


def test_what_does_not_fit_loses_whole_lines_from_the_end() -> None:
    whole = text(MESSAGE)
    drawn = fitted(MESSAGE, text, 200)
    assert len(drawn) <= 200
    assert whole.startswith(drawn)
    assert fitted(MESSAGE, text, len(whole)) == whole


def test_the_headline_stays_wherever_it_is_read() -> None:
    headline = replace(MESSAGE, lines=MESSAGE.lines[:1])
    assert fitted(MESSAGE, text, 1) == text(headline)
