"""Bytes become text by what they are, and not by what a header or a meta tag claims."""

from __future__ import annotations

import pytest

from crawler.discovery.charset import to_utf8

RUSSIAN = "Участники встречи договорились сверять списки каждую неделю."
FRENCH = "Le ministère a été prévenu la veille de l'opération à Besançon."


@pytest.mark.parametrize(
    ("encoding", "header"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", None),
        ("utf-8", "windows-1251"),
        ("utf-8-sig", "iso-8859-1"),
        ("windows-1251", "windows-1251"),
        ("windows-1251", None),
        ("windows-1251", "utf-8"),
        ("koi8-r", "koi8-r"),
        ("utf-16", None),
        ("utf-16", "utf-8"),
        ("utf-16-le", None),
        ("utf-16-be", "windows-1251"),
    ],
)
def test_russian_is_read_in_any_encoding(encoding: str, header: str | None) -> None:
    body = f"<html><body><p>{RUSSIAN}</p></body></html>".encode(encoding)
    assert RUSSIAN in to_utf8(body, header).decode()


def test_the_page_is_believed_before_a_servers_default() -> None:
    body = f'<meta charset="windows-1251"><p>{RUSSIAN}</p>'.encode("windows-1251")
    assert RUSSIAN in to_utf8(body, "ISO-8859-1").decode()


def test_the_header_is_believed_before_the_page() -> None:
    body = f'<meta charset="koi8-r"><p>{RUSSIAN}</p>'.encode("windows-1251")
    assert RUSSIAN in to_utf8(body, "windows-1251").decode()


def test_western_text_without_any_claim_is_not_taken_for_cyrillic() -> None:
    assert FRENCH in to_utf8(f"<p>{FRENCH}</p>".encode("cp1252"), None, ("fr",)).decode()


def test_a_page_cut_inside_a_character_stays_utf_8() -> None:
    body = f"<p>{RUSSIAN}</p>".encode()[:-5]
    assert RUSSIAN[:40] in to_utf8(body, "utf-8").decode()


def test_an_encoding_that_hides_in_ascii_is_honoured() -> None:
    text = "警察は三人を逮捕した"
    assert text in to_utf8(f"<p>{text}</p>".encode("iso2022_jp"), "iso-2022-jp").decode()


@pytest.mark.parametrize("claim", ["no-such-charset", "", "utf-16", "idna", "hex"])
def test_a_claim_that_makes_no_sense_is_ignored(claim: str) -> None:
    assert RUSSIAN in to_utf8(f"<p>{RUSSIAN}</p>".encode("windows-1251"), claim, ("ru",)).decode()


def test_nul_bytes_and_other_controls_are_dropped() -> None:
    assert to_utf8(b"<p>a\x00b\x0bc\x1f\n</p>", "utf-8") == b"<p>abc\n</p>"
