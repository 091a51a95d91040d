"""Text encoding of a file that somebody wrote: UTF-8, with or without a byte order mark."""

from __future__ import annotations

import codecs

_SAVE = "save it as UTF-8"
#: The longer marks first: that of UTF-32 begins with that of UTF-16.
_OTHERS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


class UnreadableText(ValueError):
    """The message names the encoding, where it can be told, and the line."""


def in_utf8(written: bytes) -> str:
    """The text, without its mark. Raises `UnreadableText`."""
    for mark, name in _OTHERS.items():
        if written.startswith(mark):
            raise UnreadableText(f"it is written in {name}; {_SAVE}")
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        guess = _guess(written[error.start : error.end + 40])
        raise UnreadableText(f"line {line} is not UTF-8{guess}; {_SAVE}") from None


def _guess(beginning: bytes) -> str:
    """In words: the encoding of old Windows editors, Western or Cyrillic."""
    first = next(iter(beginning), 0)
    following = beginning[1:2]
    if first >= 0xC0 and following and following[0] >= 0xC0:  # two letters: no Western word
        return " (it may be Windows-1251)"
    return " (it may be Windows-1252)"
