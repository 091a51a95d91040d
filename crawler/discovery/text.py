"""Text out of what feeds and lists put into a title or a summary."""

from __future__ import annotations

import re
from html import unescape

_TAGS = re.compile(r"<[^<>]{0,2000}>")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")  # no text holds them, PostgreSQL refuses NUL
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_REFERENCES = re.compile(rb"(?:&#[xX]?[0-9A-Fa-f]{1,20};){1,200}")
_REFERENCE = re.compile(rb"&#([xX]?)([0-9A-Fa-f]{1,20});")
_HIGH, _LOW, _LAST = range(0xD800, 0xDC00), range(0xDC00, 0xE000), 0x10FFFF
_UNKNOWN = 0xFFFD


def plain(markup: str) -> str:
    """Text of a title or summary: no tags, entities resolved (some feeds escape twice)."""
    return " ".join(_CONTROL.sub("", unescape(_TAGS.sub(" ", unescape(joined(markup))))).split())


def joined(text: str) -> str:
    """Halves of a character joined, and U+FFFD where there is only one: no store takes a half."""
    if _SURROGATES.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def with_possible_references(markup: bytes) -> bytes:
    """Numeric references to what is no character (halves of one, beyond the last) mended.

    Two halves become the character they stand for; one alone, or a number too large, U+FFFD; what
    no text may hold is left out.
    """
    return _REFERENCES.sub(_mended, markup) if b"&#" in markup else markup


def _mended(found: re.Match[bytes]) -> bytes:
    told: list[bytes] = []
    high = 0
    for base, digits in _REFERENCE.findall(found[0]):
        number = _number(base, digits)
        if high and number in _LOW:
            number = 0x10000 + ((high - _HIGH.start) << 10) + (number - _LOW.start)
        elif high:
            told.append(b"&#%d;" % _UNKNOWN)
        high = number if number in _HIGH else 0
        if not high:
            told.append(_as_reference(number))
    return b"".join((*told, b"&#%d;" % _UNKNOWN)) if high else b"".join(told)


def _number(base: bytes, digits: bytes) -> int:
    try:
        return int(digits, 16 if base else 10)
    except ValueError:  # "&#a1;"
        return _UNKNOWN


def _as_reference(number: int) -> bytes:
    if number in _LOW or number > _LAST:
        number = _UNKNOWN
    return b"" if number < 32 and number not in {9, 10, 13} else b"&#%d;" % number
