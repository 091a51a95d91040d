"""Sentence splitter for English, Russian, Chinese and Arabic; "Mr. Smith" stays whole.

A sentence is a span of the original text. A line break ends one, unless the line looks wrapped:
some sites break their lines at a fixed width.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_CLOSING = r"[\"'»”’)\]」』）]*+"
# After a full stop, a sentence begins with a space and, quotes aside, no small letter.
_NEXT = r"\s++[\"'«“‘(\[—–-]*+\s*+[^\W_a-zа-яё]"
_MARKS = ".!?…。！？؟"
# One class of characters comes first, so that a search skips everything else. A mark is tried where
# a row of them begins, and nothing is tried twice: a page of dots is no work.
_END = re.compile(
    rf"[{_MARKS}\n](?:(?<=\n)\s*|(?<![{_MARKS}][{_MARKS}])"
    rf"(?:(?<=[。！？])[{_MARKS}]*+{_CLOSING}|(?<=[.!?…؟])[{_MARKS}]*+{_CLOSING}(?={_NEXT})))"
)
# What a sentence cannot end inside a name without: "U.S." has no space after its mark.
_MAY_END = re.compile(r"[.!?…؟][^\w\s]{0,20}\s|[。！？\n]")
_LAST_WORD = re.compile(r"[^\W_]{1,12}(?:\.[^\W_]{1,12}){0,6}$")
# What a full stop after it does not end a sentence.
_ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        """
        mr mrs ms dr prof gen lt col maj capt sgt adm sen rep gov st jr sr hon rev no nos vs inc
        ltd co jan feb mar apr jun jul aug sep sept oct nov dec u.s u.n u.k e.g i.e a.m p.m
        г гг им ул т.е т.д т.п т.н т.к руб млн млрд тыс см стр ст др пр проф акад ген полк кв обл
        """,
    )
)
_LONGEST_INITIAL = 1
_LONGEST_ABBREVIATION = max(map(len, _ABBREVIATIONS))
_WRAPPED = range(45, 110)  # how long lines are where a page breaks them by width
_FINAL = frozenset('.!?…:;。！？؟"»”)')
_BULLETS = frozenset("-–—•*·")


@dataclass(frozen=True, slots=True)
class Sentences:
    """Where the sentences of one text begin and end."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    text: str = field(default="", repr=False)

    @property
    def paragraphs(self) -> list[int]:
        """For each sentence the number of its paragraph; an empty line parts two, where there are
        any, else each line is one.
        """
        mark = "\n\n" if "\n\n" in self.text else "\n"
        numbers, number = [0], 0
        for end, start in zip(self.ends, self.starts[1:], strict=False):
            number += mark in self.text[end:start].replace("\r", "")
            numbers.append(number)
        return numbers

    @classmethod
    def whole(cls, text: str) -> Sentences:
        """One sentence, whatever it holds: a headline."""
        return cls((0,), (len(text),), text)

    def at(self, offset: int) -> int:
        """The number of the sentence that holds the character at `offset`."""
        return max(bisect_right(self.starts, offset) - 1, 0)

    def span(self, number: int) -> tuple[int, int]:
        return self.starts[number], self.ends[number]

    def __len__(self) -> int:
        return len(self.starts)


def may_end(text: str, start: int, end: int) -> bool:
    """Whether a sentence could end inside this span. Nearly always the answer is a quick no."""
    return _MAY_END.search(text, start, end) is not None


def split(text: str) -> Sentences:
    """The sentences of `text`, without the white space between them."""
    starts, ends = [0], []
    for found in _END.finditer(text):
        stop = found.start()
        if text[stop] == "\n":
            if _is_wrapped(text, found):
                continue
            stop = len(text[starts[-1] : stop].rstrip()) + starts[-1]
            if stop <= starts[-1]:  # an end mark stood before the line break
                starts[-1] = max(starts[-1], found.end())
                continue
        elif text[stop] == "." and _goes_on(text, stop):
            continue
        else:
            stop = found.end()
        ends.append(stop)
        starts.append(_skip_space(text, found.end()))
    ends.append(max(len(text.rstrip()), starts[-1]))
    return Sentences(tuple(starts), tuple(ends), text)


def _goes_on(text: str, stop: int) -> bool:
    """Whether the full stop at `stop` belongs to an abbreviation or an initial."""
    if text[max(0, stop - _LONGEST_ABBREVIATION - 1) : stop].isalnum() and stop > 2:
        return stop <= _LONGEST_ABBREVIATION and text[:stop].lower() in _ABBREVIATIONS
    word = _LAST_WORD.search(text, max(0, stop - 12), stop)
    if word is None:
        return False
    lowered = word[0].lower()
    return lowered in _ABBREVIATIONS or (len(lowered) <= _LONGEST_INITIAL and word[0].isupper())


def _is_wrapped(text: str, gap: re.Match[str]) -> bool:
    """Whether a line break stands inside a sentence: after a full line, before no new item."""
    line = gap.start() - text.rfind("\n", 0, gap.start()) - 1
    return (
        gap[0].count("\n") == 1
        and line in _WRAPPED
        and text[gap.start() - 1] not in _FINAL
        and text[gap.end() : gap.end() + 1] not in _BULLETS
    )


def _skip_space(text: str, offset: int) -> int:
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return offset
