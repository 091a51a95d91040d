"""Text of feeds without what no store takes: half characters, and numbers beyond the last."""

from __future__ import annotations

import pytest

from crawler.discovery.text import joined, plain, with_possible_references


@pytest.mark.parametrize(
    ("markup", "mended"),
    [
        (b"&#55357;&#56832;", b"&#128512;"),
        (b"&#xD83D;&#xde00;!", b"&#128512;!"),
        (b"a &#55357; b", b"a &#65533; b"),
        (b"&#56832;&#55357;", b"&#65533;&#65533;"),
        (b"&#x110000;", b"&#65533;"),
        (b"&#99999999999;", b"&#65533;"),
        (b"&#0;&#8;&#10;", b"&#10;"),
        (b"&#1076;&amp;&lt;", b"&#1076;&amp;&lt;"),
        (b"&#a1;", b"&#65533;"),
    ],
)
def test_references_to_what_is_no_character_are_mended(markup: bytes, mended: bytes) -> None:
    assert with_possible_references(markup) == mended


def test_two_halves_are_joined_and_one_is_unknown() -> None:
    assert joined("Talks \ud83d\ude00 held") == "Talks \U0001f600 held"
    assert joined("Talks \ud83d held") == "Talks \ufffd held"
    assert plain("Talks \ud83d <b>held</b>\x00") == "Talks \ufffd held"
